/** One line of JSON on standard error: what was being done and what went wrong, with the stack for whoever mends it. */
export function reportError(doing: string, error: unknown): void {
	const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
	process.stderr.write(`${JSON.stringify({ level: 'error', doing: doing.slice(0, 500), message, stack })}\n`);
}
