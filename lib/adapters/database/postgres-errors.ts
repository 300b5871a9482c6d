/** SQLSTATEs of what passes by itself: a server that starts, stops or is full, locks, serialisation, a standby that takes over. */
const PASSING = new Set([
	'25006',
	'25P03',
	'40001',
	'40P01',
	'53300',
	'55P03',
	'57P01',
	'57P02',
	'57P03',
	'ECONNREFUSED',
	'ECONNRESET',
	'EPIPE',
	'ETIMEDOUT',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ENETDOWN',
	'ENOTFOUND',
	'EAI_AGAIN',
	// A socket whose server does not run.
	'ENOENT',
]);

/** What the pg library says without a code. */
const CONNECTION_LOST =
	/^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Client network socket disconnected)/;

/** Whether to try once more after a while makes sense. */
export function isPassing(error: unknown): boolean {
	const code = codeOf(error);
	return code === null ? isLost(error) : PASSING.has(code) || code.startsWith('08');
}

/** Whether the connection is of no more use: the server ended it, or nobody knows what it will answer next. */
export function isConnectionLost(error: unknown): boolean {
	const code = codeOf(error);
	return code === null ? isLost(error) : !/^[0-9A-Z]{5}$/.test(code) || /^(08|57P0|25P03)/.test(code);
}

/** The server's answer, with an SQLSTATE: what it refuses has not happened. */
export function isAnswer(error: unknown): boolean {
	return /^(?!08|57P0)[0-9A-Z]{5}$/.test(codeOf(error) ?? '');
}

function isLost(error: unknown): boolean {
	return error instanceof Error && CONNECTION_LOST.test(error.message);
}

function codeOf(error: unknown): string | null {
	const code = error instanceof Error && 'code' in error ? error.code : null;
	return typeof code === 'string' ? code : null;
}
