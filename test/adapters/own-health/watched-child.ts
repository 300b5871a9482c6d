/**
 * A process that watches its own event loop. One JSON command a line on stdin, one JSON answer a line on stdout:
 * {"ask":"pause","sinceMs":n} -> {"nowMs","pauseMs"} (over [sinceMs, now]); {"ask":"block","ms":n} blocks, then answers
 * in the same turn, before any timer can run.
 */
import { createInterface } from 'node:readline';
import { watchEventLoop } from '../../../lib/adapters/own-health/loop-monitor';

const health = watchEventLoop();
let askedAtMs = performance.now();

function answer(sinceMs: number): void {
	const nowMs = performance.now();
	process.stdout.write(`${JSON.stringify({ nowMs, pauseMs: health.loopPauseMsMax(sinceMs, nowMs) })}\n`);
}

createInterface({ input: process.stdin }).on('line', (line) => {
	const command: { ask: string; sinceMs?: number; ms?: number } = JSON.parse(line);
	if (command.ask === 'block') {
		askedAtMs = performance.now();
		while (performance.now() - askedAtMs < (command.ms ?? 0)) {}
		answer(askedAtMs);
		return;
	}
	answer(command.sinceMs ?? askedAtMs);
});
process.stdin.on('end', () => process.exit(0));
process.stdout.write('ready\n');
