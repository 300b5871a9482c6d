/**
 * A dead or half-open server shows only by silence. With T the session timeout: ping after T/6 of silence, give up when a
 * ping had no answer for 0.3 T, look every T/12. At worst T/6 + T/12 + 0.3 T + T/12 = 0.63 T, which leaves a third of T to
 * find another server. Judged by an unanswered ping and not by silence alone: a process that was paused has asked nothing.
 */
const PING_AFTER = 1 / 6;
const GIVE_UP_AFTER = 0.3;
const LOOK_EVERY = 1 / 12;

export type Silence = { readonly nowMs: number; readonly heardAtMs: number; readonly pingedAtMs: number | null };

/** `pingedAtMs`: when the oldest ping without any answer after it was sent. */
export function judgeSilence(silence: Silence, timeoutMs: number): 'fine' | 'ping' | 'dead' {
	const { nowMs, heardAtMs, pingedAtMs } = silence;
	if (pingedAtMs !== null && pingedAtMs > heardAtMs) {
		return nowMs - pingedAtMs >= GIVE_UP_AFTER * timeoutMs ? 'dead' : 'fine';
	}
	return nowMs - heardAtMs >= PING_AFTER * timeoutMs ? 'ping' : 'fine';
}

type WatchdogOptions = {
	timeoutMs: number;
	nowMs: () => number;
	heardAtMs: () => number;
	/** Sends a small request that every server answers. */
	ping: () => void;
	onDead: (silentMs: number) => void;
};

/** Watches one connection until it is stopped or has called `onDead`, which it does once. */
export class Watchdog {
	readonly #options: WatchdogOptions;
	readonly #timer: NodeJS.Timeout;
	#pingedAtMs: number | null = null;

	constructor(options: WatchdogOptions) {
		this.#options = options;
		this.#timer = setInterval(() => this.#look(false), Math.max(10, options.timeoutMs * LOOK_EVERY));
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	#look(settled: boolean): void {
		const { timeoutMs, nowMs, heardAtMs, ping, onDead } = this.#options;
		const now = nowMs();
		const silence = { nowMs: now, heardAtMs: heardAtMs(), pingedAtMs: this.#pingedAtMs };
		const verdict = judgeSilence(silence, timeoutMs);
		if (verdict === 'ping') {
			this.#pingedAtMs = now;
			ping();
		} else if (verdict === 'dead' && !settled) {
			// After a pause of this process the answer may lie in the socket: what has arrived is read before setImmediate.
			setImmediate(() => this.#look(true));
		} else if (verdict === 'dead') {
			this.stop();
			onDead(now - silence.heardAtMs);
		}
	}
}
