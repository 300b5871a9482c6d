import { rmSync } from 'node:fs';

/**
 * Ends this process, and last of all removes the folder in which everything temporary of the run lies (bootstrap.mjs
 * made it, and TMPDIR names it). Bootstrap removes it too; this is for when it did not live to see our end.
 */
export function leave(exitCode: number): never {
	// The last 'exit' handler to be added runs last, after those that kill what still writes there.
	process.on('exit', () => {
		const folder = process.env.ROLLCALL_RUN_FOLDER;
		if (folder !== undefined && folder === process.env.TMPDIR) {
			rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
		}
	});
	process.exit(exitCode);
}
