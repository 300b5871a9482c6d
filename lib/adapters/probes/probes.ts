import { isIP } from 'node:net';
import type { ProbeAnswer } from '@/lib/core/evidence';
import { type Endpoint, endpointKey } from '@/lib/core/member';
import type { Clock, ProbePort, TripwireKeeper } from '@/lib/core/ports';
import { connectOnce } from './connect';
import { Limiter } from './limiter';
import { type Lookup, Resolver } from './resolver';
import { holdTripwire } from './tripwire';

const CONCURRENCY_DEFAULT = 256;

/**
 * TCP probes of literal endpoints, at most `concurrency` at a time and never two at once to the same endpoint: a second
 * one waits for the first and then runs, for an answer older than the question would be old evidence. Waiting is not part
 * of `timeoutMs`. Neither function rejects, unless the keeper itself throws at `open`.
 */
export function createProbes(options: {
	readonly clock: Clock;
	readonly concurrency?: number | undefined;
	readonly lookup?: Lookup | undefined;
}): ProbePort {
	const limiter = new Limiter(options.concurrency ?? CONCURRENCY_DEFAULT);
	const resolver = new Resolver(options);
	const nowMs = () => options.clock.nowMs();
	/** The latest probe of each endpoint that is under way or waits; the next one queues up behind it. */
	const latest = new Map<string, Promise<ProbeAnswer>>();

	const connectAndKeep = async (endpoint: Endpoint, timeoutMs: number, keeper: TripwireKeeper | undefined) => {
		const { answer, accepted } = await connectOnce(endpoint, timeoutMs, nowMs);
		if (accepted !== null && keeper !== undefined && !keeper.signal.aborted) {
			holdTripwire(accepted.socket, { keeper, openedAtMs: accepted.openedAtMs, nowMs });
		} else {
			accepted?.socket.destroy();
		}
		return answer;
	};

	return {
		async probe(endpoint, { timeoutMs, keep }) {
			if (!isProbeable(endpoint)) {
				return { endpoint, result: 'failed', rttMs: null, errorCode: 'EINVAL' };
			}
			const key = endpointKey(endpoint);
			const before = latest.get(key) ?? Promise.resolve();
			const run = () => limiter.run(() => connectAndKeep(endpoint, timeoutMs, keep));
			// Whatever became of the one before (a keeper may throw), this one runs.
			const answer = before.then(run, run);
			latest.set(key, answer);
			try {
				return await answer;
			} finally {
				if (latest.get(key) === answer) {
					latest.delete(key);
				}
			}
		},
		resolve: (host, timeoutMs) => resolver.resolve(host, timeoutMs),
	};
}

/** node:net would look a name up, and throw for a port out of range. */
function isProbeable(endpoint: Endpoint): boolean {
	return isIP(endpoint.ip) !== 0 && Number.isInteger(endpoint.port) && endpoint.port >= 1 && endpoint.port <= 65_535;
}
