import { leave } from './run-folder';

/**
 * Calls `onFirst` once when the command shall stop: Ctrl-C, SIGTERM, a terminal that goes away, or the end of the
 * process that prepared and started us (bootstrap.mjs holds a channel to us, which closes however it ends). A second
 * request ends this process at once; its 'exit' handlers kill what it has started.
 */
export function onStopRequest(onFirst: (cause: string) => void): void {
	let asked = false;
	const ask = (cause: string, exitCode: number): void => {
		if (asked) {
			leave(exitCode);
		}
		asked = true;
		onFirst(cause);
	};
	process.on('SIGINT', () => ask('SIGINT', 130));
	process.on('SIGTERM', () => ask('SIGTERM', 143));
	process.on('SIGHUP', () => ask('SIGHUP', 129));
	process.on('disconnect', () => {
		if (!asked) {
			ask('the end of the command that started it', 1);
		}
	});
	// A terminal that went away cannot be written to any more, and what was started still has to be stopped.
	for (const stream of [process.stdout, process.stderr]) {
		stream.on('error', () => stream.destroy());
	}
}
