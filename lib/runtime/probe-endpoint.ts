import type { ProbeAnswer } from '@/lib/core/evidence';
import type { Endpoint } from '@/lib/core/member';
import type { Clock, ProbePort } from '@/lib/core/ports';
import type { TripwireKeeping } from './tripwire-keeping';

type Deps = { readonly clock: Clock; readonly probes: ProbePort; readonly tripwires: TripwireKeeping };

/** One probe of an endpoint, whose connection becomes the tripwire there where one is due. `hurried`: due at once. */
export async function probeEndpoint(
	{ probes, tripwires }: Deps,
	endpoint: Endpoint,
	{ timeoutMs, hurried }: { timeoutMs: number; hurried: boolean },
): Promise<ProbeAnswer> {
	const keep = tripwires.keeperFor(endpoint, { hurried });
	if (!keep) {
		return probes.probe(endpoint, { timeoutMs });
	}
	try {
		return await probes.probe(endpoint, { timeoutMs, keep });
	} finally {
		tripwires.armed(endpoint);
	}
}

/**
 * The same, but nobody is waited for beyond `timeoutMs`, the time included until it is the endpoint's turn: others may be
 * asking at the same address. For endpoints that count in no proof. What comes later than that still becomes a tripwire.
 */
export async function probeWithin(
	deps: Deps,
	endpoint: Endpoint,
	options: { timeoutMs: number; hurried: boolean },
): Promise<ProbeAnswer> {
	const answered = new AbortController();
	const answer = probeEndpoint(deps, endpoint, options).finally(() => answered.abort());
	const silence: ProbeAnswer = { endpoint, result: 'timed-out', rttMs: null, errorCode: null };
	return Promise.race([answer, deps.clock.sleep(options.timeoutMs, answered.signal).then(() => silence)]);
}
