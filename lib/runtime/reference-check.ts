import { type Endpoint, endpointKey } from '@/lib/core/member';
import type { Clock, ProbePort } from '@/lib/core/ports';
import type { RollEntry } from './roll';

const REFERENCE_TIMEOUT_MS = 500;
/** Asked at once, so that members which died together do not make the observer doubt itself. */
const CANDIDATES = 3;
/** Who lives is looked up this often at most: hundreds of suspects ask several times a second each, among thousands. */
const CANDIDATES_AGE_MS = 500;
const CANDIDATES_KEPT = 8;
/** One endpoint is not knocked at more often than this, however many suspects ask for a reference. */
const KNOCK_INTERVAL_MS = 20;

type Candidate = { readonly path: string; readonly endpoint: Endpoint };
type Living = {
	readonly atMs: number;
	readonly bySubnet: ReadonlyMap<string, readonly Candidate[]>;
	readonly anywhere: readonly Candidate[];
};

export type ReferenceDeps = {
	readonly probes: ProbePort;
	readonly clock: Clock;
	readonly entries: ReadonlyMap<string, RollEntry>;
	/** Client ports of the ensemble's servers that could be resolved, as literal endpoints. */
	readonly servers: () => Promise<Endpoint[]>;
	/** How many servers are configured: names that do not resolve must not lower what is asked for. */
	readonly serversConfigured: number;
};

/**
 * Asks whether a known-good address accepts just now, by a connect that begins after the question: another living member
 * (of the same subnet if there is one) or, with none alive, two ZooKeeper servers (a standalone's one). Condition 6 of a
 * proof: who hears nobody must not accuse. Those who ask at the same time share the connects.
 */
export function createReferenceCheck(deps: ReferenceDeps): (exceptPath: string) => Promise<boolean> {
	const { clock, entries } = deps;
	const accepts = shareAnswers(deps);
	let living: Living | null = null;

	function candidatesFor(exceptPath: string): Endpoint[] {
		if (!living || clock.nowMs() - living.atMs > CANDIDATES_AGE_MS) {
			living = findLiving(entries.values(), clock.nowMs());
		}
		const own = Object.values(entries.get(exceptPath)?.state.endpoints ?? {}).map((known) => known.endpoint);
		const ownKeys = new Set(own.map(endpointKey));
		// An address that the suspect shares with a living member says nothing about the observer's own network.
		const others = (found: readonly Candidate[]) =>
			found.filter(({ path, endpoint }) => path !== exceptPath && !ownKeys.has(endpointKey(endpoint)));
		const { bySubnet, anywhere } = living;
		const near = others(own.flatMap(({ ip }) => bySubnet.get(subnet(ip)) ?? []));
		return (near.length > 0 ? near : others(anywhere)).slice(0, CANDIDATES).map(({ endpoint }) => endpoint);
	}

	return async (exceptPath) => {
		const candidates = candidatesFor(exceptPath);
		if (candidates.length > 0) {
			return anyTrue(candidates.map(accepts));
		}
		const servers = await deps.servers();
		const accepted = (await Promise.all(servers.map(accepts))).filter(Boolean).length;
		return accepted >= Math.min(2, Math.max(1, deps.serversConfigured));
	};
}

function findLiving(entries: Iterable<RollEntry>, atMs: number): Living {
	const bySubnet = new Map<string, Candidate[]>();
	const anywhere: Candidate[] = [];
	for (const { registration, state } of entries) {
		const answering =
			state.verdict === 'alive'
				? Object.values(state.endpoints).find((known) => known.attributed && known.last?.result === 'accepted')
				: undefined;
		if (answering) {
			const candidate = { path: registration.incarnation.path, endpoint: answering.endpoint };
			const key = subnet(answering.endpoint.ip);
			const near = bySubnet.get(key) ?? [];
			bySubnet.set(key, near);
			for (const list of [near, anywhere]) {
				if (list.length < CANDIDATES_KEPT) {
					list.push(candidate);
				}
			}
		}
	}
	return { atMs, bySubnet, anywhere };
}

/** As soon as one is true, without waiting for those that time out. */
function anyTrue(answers: readonly Promise<boolean>[]): Promise<boolean> {
	return new Promise((resolve, reject) => {
		for (const answer of answers) {
			answer.then((yes) => yes && resolve(true), reject);
		}
		Promise.all(answers).then((all) => resolve(all.some(Boolean)), reject);
	});
}

/** Whether an endpoint accepts, by a connect that begins after the call; all who ask before it begins share it. */
function shareAnswers({ probes, clock }: ReferenceDeps): (endpoint: Endpoint) => Promise<boolean> {
	const waiting = new Map<string, Promise<boolean>>();
	const latest = new Map<string, Promise<boolean>>();

	async function ask(endpoint: Endpoint, before: Promise<unknown> | undefined): Promise<boolean> {
		await before;
		if (before) {
			await clock.sleep(KNOCK_INTERVAL_MS);
		}
		waiting.delete(endpointKey(endpoint));
		return (await probes.probe(endpoint, { timeoutMs: REFERENCE_TIMEOUT_MS })).result === 'accepted';
	}

	return (endpoint) => {
		const key = endpointKey(endpoint);
		const shared = waiting.get(key);
		if (shared) {
			return shared;
		}
		const answer = ask(endpoint, latest.get(key)).finally(() => {
			if (latest.get(key) === answer) {
				latest.delete(key);
			}
		});
		waiting.set(key, answer);
		latest.set(key, answer);
		return answer;
	};
}

/** Same /24 of IPv4, same /64 of IPv6: near enough to share the network path. */
function subnet(ip: string): string {
	return ip.includes(':') ? ip.split(':').slice(0, 4).join(':') : ip.split('.').slice(0, 3).join('.');
}
