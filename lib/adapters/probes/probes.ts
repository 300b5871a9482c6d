import type { ProbeAnswer } from '@/lib/core/evidence';
import { type Endpoint, endpointKey } from '@/lib/core/member';
import type { Clock, ProbePort, TripwireKeeper } from '@/lib/core/ports';
import { connectOnce, isProbeable } from './connect';
import { checkHealth } from './health';
import { Limiter } from './limiter';
import { type Lookup, Resolver } from './resolver';
import { holdTripwire } from './tripwire';
import { descriptorLimit, TripwirePlaces, tripwiresMax } from './tripwire-places';

const CONCURRENCY_DEFAULT = 256;

/**
 * TCP probes of literal endpoints, at most `concurrency` at a time and never two at once to the same endpoint: a second
 * one waits for the first and then runs, for an answer older than the question would be old evidence. All who wait by then
 * share its answer, or thousands behind one address that hangs would queue up behind each other; only a connection that is
 * to be kept is made for each. Waiting is not part of `timeoutMs`. Health checks share the same limit. None of them rejects, unless the keeper itself throws at `open`.
 * Tripwires are bounded by the process's file descriptors, read once: at the limit a probe answers and keeps nothing.
 */
export function createProbes(options: {
	readonly clock: Clock;
	readonly concurrency?: number | undefined;
	readonly lookup?: Lookup | undefined;
	/** How many tripwires may be held; by default what the limit of file descriptors allows. */
	readonly tripwiresMax?: number | undefined;
}): ProbePort {
	const limiter = new Limiter(options.concurrency ?? CONCURRENCY_DEFAULT);
	const resolver = new Resolver(options);
	const places = new TripwirePlaces(options.tripwiresMax ?? tripwiresMax(descriptorLimit()));
	const nowMs = () => options.clock.nowMs();
	/** The latest probe of each endpoint that is under way or waits; the next one queues up behind it. */
	const latest = new Map<string, Promise<ProbeAnswer>>();
	/** Probes that have not begun, by endpoint and patience. */
	const waiting = new Map<string, Promise<ProbeAnswer>>();

	const connectAndKeep = async (endpoint: Endpoint, timeoutMs: number, keeper: TripwireKeeper | undefined) => {
		const { answer, accepted } = await connectOnce(endpoint, timeoutMs, nowMs);
		if (accepted === null) {
			return answer;
		}
		const giveBack = keeper === undefined || keeper.signal.aborted ? null : places.take();
		if (keeper === undefined || giveBack === null) {
			accepted.socket.destroy();
		} else {
			holdTripwire(accepted.socket, { keeper, openedAtMs: accepted.openedAtMs, nowMs, onEnd: giveBack });
		}
		return answer;
	};

	async function queueUp(
		endpoint: Endpoint,
		timeoutMs: number,
		keep: TripwireKeeper | undefined,
	): Promise<ProbeAnswer> {
		const key = endpointKey(endpoint);
		const own = waitingKey(endpoint, timeoutMs);
		const run = () =>
			limiter.run(() => {
				// From here on its answer may be older than the next question.
				if (waiting.get(own) === answer) {
					waiting.delete(own);
				}
				return connectAndKeep(endpoint, timeoutMs, keep);
			});
		const before = latest.get(key) ?? Promise.resolve();
		const answer = before.then(run, run);
		latest.set(key, answer);
		waiting.set(own, answer);
		try {
			return await answer;
		} finally {
			if (latest.get(key) === answer) {
				latest.delete(key);
			}
		}
	}

	return {
		async probe(endpoint, { timeoutMs, keep }) {
			if (!isProbeable(endpoint)) {
				return { endpoint, result: 'failed', rttMs: null, errorCode: 'EINVAL' };
			}
			const before = waiting.get(waitingKey(endpoint, timeoutMs));
			if (before) {
				// Whatever became of it (its keeper may throw), who still needs an answer of his own asks then.
				const shared = await before.catch(() => null);
				if (shared && (shared.result !== 'accepted' || !keep)) {
					return shared;
				}
			}
			return queueUp(endpoint, timeoutMs, keep);
		},
		resolve: (host, timeoutMs) => resolver.resolve(host, timeoutMs),
		health: (question, { timeoutMs }) => limiter.run(() => checkHealth(question, { timeoutMs, nowMs })),
		tripwires: () => ({ open: places.open, max: places.max }),
	};
}

function waitingKey(endpoint: Endpoint, timeoutMs: number): string {
	return `${endpointKey(endpoint)} ${timeoutMs}`;
}
