import type { ProbeResult } from '@/lib/core/evidence';
import type { LatencyQuantiles } from '@/lib/core/view';
import { createLifetime, type Lifetime, NO_QUANTILES } from './latency-lifetime';

const RESULTS: readonly ProbeResult[] = ['accepted', 'refused', 'timed-out', 'failed'];
const CAPACITY_FIRST = 32;

export type LatencyPoint = { readonly atMs: number; readonly rttMs: number | null; readonly result: ProbeResult };

/**
 * The latest rounds of one endpoint, oldest first, at most `max`, and the distribution of all there ever were. Packed in
 * typed arrays that grow with what they hold: an hour of 10,000 members is about 95 MB so, and several times that, all of
 * it walked by each garbage collection, as objects. The distributions add some 35 MB and never more than 90.
 */
export class LatencyHistory {
	readonly #max: number;
	#atMs = new Float64Array(CAPACITY_FIRST);
	/** NaN: none. */
	#rttMs = new Float32Array(CAPACITY_FIRST);
	#result = new Uint8Array(CAPACITY_FIRST);
	#added = 0;
	/** Made with the first answer: a member that never answers costs none. */
	#life: Lifetime | null = null;

	constructor(max: number) {
		this.#max = max;
	}

	push(point: LatencyPoint): void {
		const capacity = this.#atMs.length;
		if (this.#added === capacity && capacity < this.#max) {
			this.#grow(Math.min(this.#max, capacity * 2));
		}
		const slot = this.#added % this.#atMs.length;
		this.#atMs[slot] = point.atMs;
		this.#rttMs[slot] = point.rttMs ?? Number.NaN;
		this.#result[slot] = RESULTS.indexOf(point.result);
		this.#added += 1;
		if (point.result === 'accepted' && point.rttMs !== null) {
			this.#life ??= createLifetime();
			this.#life.record(point.rttMs);
		}
	}

	/** Of the answered rounds: over the ring exactly, by nearest rank; over the member's life to 1 % (its maximum exactly). */
	quantiles(): { readonly recent: LatencyQuantiles; readonly life: LatencyQuantiles } {
		const points = this.points();
		const answered = points.flatMap(({ result, rttMs }) => (result === 'accepted' && rttMs !== null ? [rttMs] : []));
		answered.sort((a, b) => a - b);
		const rank = (share: number): number | null =>
			answered[Math.max(0, Math.ceil(share * answered.length) - 1)] ?? null;
		return {
			recent: {
				rounds: points.length,
				answered: answered.length,
				p50Ms: rank(0.5),
				p95Ms: rank(0.95),
				p99Ms: rank(0.99),
				maxMs: answered.at(-1) ?? null,
			},
			life: { ...(this.#life?.quantiles() ?? NO_QUANTILES), rounds: this.#added },
		};
	}

	/** Bytes of what it holds, without the objects around it (about 2.2 kB). */
	bytes(): number {
		const ring = this.#atMs.byteLength + this.#rttMs.byteLength + this.#result.byteLength;
		return ring + (this.#life?.bytes() ?? 0);
	}

	last(): LatencyPoint | null {
		return this.points(1)[0] ?? null;
	}

	/** The latest `count`, oldest first. */
	points(count = this.#max): LatencyPoint[] {
		const kept = Math.min(count, this.#added, this.#atMs.length);
		return Array.from({ length: kept }, (_, i) => this.#at((this.#added - kept + i) % this.#atMs.length));
	}

	#at(slot: number): LatencyPoint {
		const rttMs = this.#rttMs[slot] ?? Number.NaN;
		return {
			atMs: this.#atMs[slot] ?? 0,
			rttMs: Number.isNaN(rttMs) ? null : rttMs,
			result: RESULTS[this.#result[slot] ?? 0] ?? 'failed',
		};
	}

	/** Only ever called before the first wrap, so the order of the slots is that of time. */
	#grow(capacity: number): void {
		const grow = <T extends Float64Array | Float32Array | Uint8Array>(from: T, to: T): T => {
			to.set(from);
			return to;
		};
		this.#atMs = grow(this.#atMs, new Float64Array(capacity));
		this.#rttMs = grow(this.#rttMs, new Float32Array(capacity));
		this.#result = grow(this.#result, new Uint8Array(capacity));
	}
}
