import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { watchEventLoop } from '@/lib/adapters/own-health/loop-monitor';
import { PauseRing } from '@/lib/adapters/own-health/pause-ring';

const CHILD = fileURLToPath(new URL('./watched-child.ts', import.meta.url));
type Answer = { nowMs: number; pauseMs: number };

class WatchedChild {
	readonly #process: ChildProcessByStdio<Writable, Readable, null>;
	readonly #lines: Interface;

	private constructor() {
		this.#process = spawn(process.execPath, ['--import', 'tsx', CHILD], { stdio: ['pipe', 'pipe', 'inherit'] });
		this.#lines = createInterface({ input: this.#process.stdout });
	}

	static async start(): Promise<WatchedChild> {
		const child = new WatchedChild();
		await once(child.#lines, 'line');
		return child;
	}

	async ask(command: object): Promise<Answer> {
		const line = once(this.#lines, 'line');
		this.#process.stdin.write(`${JSON.stringify(command)}\n`);
		return JSON.parse(String((await line)[0]));
	}

	signal(name: NodeJS.Signals): void {
		this.#process.kill(name);
	}

	async end(): Promise<void> {
		if (this.#process.exitCode === null && this.#process.signalCode === null) {
			const exited = once(this.#process, 'exit');
			this.#process.kill('SIGKILL');
			await exited;
		}
	}
}

let child: WatchedChild | null = null;
afterEach(async () => {
	await child?.end();
	child = null;
});

describe('a process that watches its own event loop', () => {
	test('sees that it was stopped in the middle of a window, also when asked before its timer ran again', async () => {
		child = await WatchedChild.start();
		const before = await child.ask({ ask: 'pause' });
		child.signal('SIGSTOP');
		// Queued while the process stands still: this is the first thing it reads after SIGCONT.
		const answered = child.ask({ ask: 'pause', sinceMs: before.nowMs });
		await systemClock.sleep(600);
		child.signal('SIGCONT');
		const after = await answered;
		expect(after.pauseMs).toBeGreaterThan(450);
		expect(after.pauseMs).toBeLessThanOrEqual(after.nowMs - before.nowMs + 100);
	});

	test('sees a blocked event loop while it is still blocked, and afterwards', async () => {
		child = await WatchedChild.start();
		const blocked = await child.ask({ ask: 'block', ms: 400 });
		expect(blocked.pauseMs).toBeGreaterThanOrEqual(390);
		const later = await child.ask({ ask: 'pause', sinceMs: blocked.nowMs - 200 });
		expect(later.pauseMs).toBeGreaterThanOrEqual(390);
	});
});

describe('what it answers', () => {
	/** A monitor whose clock stands at `nowMs`; its timer is closed, so the last tick stays at the start. */
	function stoppedMonitor(startMs: number) {
		let nowMs = startMs;
		const monitor = watchEventLoop({ clock: { ...systemClock, nowMs: () => nowMs } });
		monitor.close();
		return { monitor, moveTo: (ms: number) => (nowMs = ms) };
	}

	test('times before the monitor started were not watched and count as a pause', () => {
		const { monitor } = stoppedMonitor(10_000);
		expect(monitor.loopPauseMsMax(9_000, 10_000)).toBe(1_000);
	});

	test('the gap since the last tick counts for every window that reaches into it, in full', () => {
		const { monitor, moveTo } = stoppedMonitor(10_000);
		moveTo(15_000);
		expect(monitor.loopPauseMsMax(10_000, 12_000)).toBe(5_000);
		expect(monitor.loopPauseMsMax(14_990, 15_000)).toBe(5_000);
	});

	test('a closed monitor gives no clean bill', () => {
		const { monitor, moveTo } = stoppedMonitor(10_000);
		moveTo(70_000);
		expect(monitor.loopPauseMsMax(69_000, 70_000)).toBe(60_000);
	});
});

describe('PauseRing', () => {
	test('a pause counts in full for every window it touches', () => {
		const ring = new PauseRing(8);
		ring.add({ startMs: 100, endMs: 400 });
		ring.add({ startMs: 500, endMs: 530 });
		expect(ring.longestMs(0, 99)).toBe(0);
		expect(ring.longestMs(0, 100)).toBe(300);
		expect(ring.longestMs(400, 450)).toBe(300);
		expect(ring.longestMs(401, 600)).toBe(30);
		expect(ring.longestMs(531, 600)).toBe(0);
	});

	test('what was pushed out is overstated, never hidden', () => {
		const ring = new PauseRing(2);
		ring.add({ startMs: 0, endMs: 900 });
		for (let index = 1; index <= 4; index += 1) {
			ring.add({ startMs: index * 1_000, endMs: index * 1_000 + 50 });
		}
		expect(ring.longestMs(2_000, 2_050)).toBe(900);
		expect(ring.longestMs(3_000, 5_000)).toBe(50);
	});
});
