import { isIP } from 'node:net';
import { sameIp, settlesAtMs } from '@/lib/core/conditions';
import type { ClusterConfig, RegistrationConfig } from '@/lib/core/config';
import type { RoundEvidence } from '@/lib/core/evidence';
import type { Address, Endpoint, Registration } from '@/lib/core/member';
import type { Policy } from '@/lib/core/policy';
import type { Clock, OwnHealthPort, ProbePort, RegistrationParser, SweepPort, ZooKeeperPort } from '@/lib/core/ports';
import { toSessionEvidence } from '@/lib/core/sweep';
import type { Membership } from '@/lib/runtime/membership';
import type { OwnState } from '@/lib/runtime/own-state';
import { createReferenceCheck } from '@/lib/runtime/reference-check';
import { childPath, toRegistration } from '@/lib/runtime/registry';
import { createRoll, type Roll, type RollEntry } from '@/lib/runtime/roll';
import { runSweeps } from '@/lib/runtime/sweep-loop';

/** Znodes read at a time. */
const READ_AT_ONCE = 200;
/** Addresses of one registration that are resolved; no format has more. */
const RESOLVED_MAX = 32;
const RESOLVE_MS_MAX = 1_000;

export type ScanDeps = {
	readonly config: ClusterConfig;
	/** The agent's own place: its path, and what it will register there. */
	readonly own: { readonly path: string; readonly id: string; readonly addresses: readonly Address[] };
	readonly policy: () => Policy;
	readonly zk: ZooKeeperPort;
	readonly sweeper: SweepPort;
	readonly probes: ProbePort;
	readonly parse: RegistrationParser;
	readonly ownHealth: OwnHealthPort;
	readonly ownState: OwnState;
	readonly clock: Clock;
	readonly servers: () => Promise<Endpoint[]>;
	readonly onFault: (error: unknown) => void;
};

export type Scan = {
	/** What a purge rests on: every registration is on the roll, and evidence is gathered of the predecessors alone. */
	readonly membership: Membership;
	/** Registrations of other sessions in the own place: its path, its id under the same parent, or one of its addresses. */
	readonly predecessors: readonly RollEntry[];
	/** Where the own session comes from, as the latest sweep lists it; null: not listed. */
	ownIp(): string | null;
	close(): void;
};

/**
 * Reads the registrations once and watches the sessions of those in the own place: sweeps, and rounds that tell how well
 * this observer is. Nobody's address is probed: the own process is, or soon will be, who answers there. Rejects with a
 * ZooKeeperError when the registrations cannot be read.
 */
export async function scanPlace(deps: ScanDeps): Promise<Scan> {
	const { clock, zk, probes } = deps;
	const roll = createRoll({
		policy: deps.policy,
		clock,
		surroundings: () => ({
			failureDomain: deps.config.failureDomain,
			observers: [],
			impaired: deps.ownState.isImpaired(),
		}),
		events: { onChanged: () => undefined, onTransition: () => undefined, onLeft: () => undefined },
	});
	for (const config of deps.config.registrations) {
		for (const registration of await readParent(deps, config)) {
			roll.join(registration, config);
			declareLiterals(roll, registration);
		}
	}
	const predecessors = await findPredecessors(deps, roll);
	const observed = new Set(predecessors);
	const ownSessionId = (): bigint | null => {
		const state = zk.state();
		return state.kind === 'connected' ? state.sessionId : null;
	};
	const sweeps = runSweeps({
		sweeper: deps.sweeper,
		clock,
		ownSessionId,
		confirmEpoch: () => Promise.resolve(null),
		onSweep(sweep) {
			for (const entry of observed) {
				roll.observe(toSessionEvidence(sweep, entry.state.incarnation, deps.own.id));
			}
			const gone = [...observed].filter((entry) => entry.state.session.state === 'gone');
			const settling = gone.flatMap((entry) => settlesAtMs(entry.state, roll.policyOf(entry)) ?? []);
			return { soon: gone.length > 0, settlesAtMs: settling.length > 0 ? Math.min(...settling) : null };
		},
		onFault: deps.onFault,
	});
	const referenceAccepts = createReferenceCheck({
		probes,
		clock,
		entries: roll.entries,
		servers: deps.servers,
		serversConfigured: deps.config.zooKeeper.servers.length,
	});

	/** A round that asks nobody: it tells how well this observer was. */
	async function round(path: string): Promise<void> {
		const entry = roll.entries.get(path);
		if (!entry) {
			return;
		}
		const startedAtMs = clock.nowMs();
		const referenceAccepted = await referenceAccepts(path);
		const observedAtMs = clock.nowMs();
		const evidence: RoundEvidence = {
			kind: 'round',
			observer: deps.own.id,
			incarnation: entry.state.incarnation,
			startedAtMs,
			observedAtMs,
			answers: [],
			ownHealth: {
				loopPauseMsMax: deps.ownHealth.loopPauseMsMax(startedAtMs, observedAtMs),
				zooKeeperSessionFine: deps.ownState.zooKeeperSessionFine(),
				referenceAccepted,
			},
		};
		roll.observe(evidence);
	}

	const membership: Membership = {
		roll,
		registry: { complete: () => true, parents: () => [], close: () => undefined },
		sweeps,
		zooKeeperSessionFine: deps.ownState.zooKeeperSessionFine,
		isImpaired: deps.ownState.isImpaired,
		isCutOff: deps.ownState.isCutOff,
		lookAt: (path) => void round(path).catch(deps.onFault),
		async freshEvidence(paths) {
			await Promise.all(paths.map(round));
			return sweeps.next();
		},
		close: () => sweeps.close(),
	};
	return {
		membership,
		predecessors,
		ownIp() {
			const own = ownSessionId();
			return own === null ? null : (sweeps.last()?.sessions.get(own)?.connections.at(-1)?.remoteIp ?? null);
		},
		close: () => sweeps.close(),
	};
}

async function readParent(
	{ zk, parse }: Pick<ScanDeps, 'zk' | 'parse'>,
	config: RegistrationConfig,
): Promise<Registration[]> {
	const names = (await zk.children(config.path))?.names ?? [];
	const found: Registration[] = [];
	for (let start = 0; start < names.length; start += READ_AT_ONCE) {
		const paths = names.slice(start, start + READ_AT_ONCE).map((name) => childPath(config.path, name));
		const values = await Promise.all(paths.map((path) => zk.read(path)));
		for (const [index, value] of values.entries()) {
			const path = paths[index];
			if (value && path !== undefined) {
				found.push(toRegistration(path, config.path, value, config, parse));
			}
		}
	}
	return found;
}

/** What is registered as an IP needs no asking; the blast radius tells by it who has been replaced. */
function declareLiterals(roll: Roll, { incarnation, addresses }: Registration): void {
	for (const { host, port, name } of addresses.slice(0, RESOLVED_MAX)) {
		if (isIP(host) !== 0) {
			roll.declareEndpoint(incarnation, { ip: host, port }, name);
		}
	}
}

async function findPredecessors(deps: ScanDeps, roll: Roll): Promise<RollEntry[]> {
	const { own, zk } = deps;
	const state = zk.state();
	const ownSession = state.kind === 'connected' ? state.sessionId : null;
	const ownEndpoints = await resolveAll(deps, own.addresses);
	const found: RollEntry[] = [];
	for (const entry of roll.entries.values()) {
		const { incarnation, addresses } = entry.registration;
		if (incarnation.ephemeralOwner === ownSession) {
			continue;
		}
		const isSameId = incarnation.path === own.path || isSameName(entry, own);
		const near = addresses.filter(({ port }) => own.addresses.some((mine) => mine.port === port));
		const endpoints = isSameId || near.length > 0 ? await resolveAll(deps, isSameId ? addresses : near) : [];
		const isSameAddress = endpoints.some((theirs) =>
			ownEndpoints.some((mine) => isSame(mine.endpoint, theirs.endpoint)),
		);
		if (isSameId || isSameAddress) {
			for (const { endpoint, name } of await resolveAll(deps, addresses)) {
				roll.declareEndpoint(incarnation, endpoint, name);
			}
			found.push(entry);
		}
	}
	return found;
}

function isSameName({ registration }: RollEntry, own: ScanDeps['own']): boolean {
	const parent = own.path.slice(0, own.path.lastIndexOf('/')) || '/';
	return registration.id === own.id && registration.parentPath === parent;
}

function isSame(a: Endpoint, b: Endpoint): boolean {
	return a.port === b.port && sameIp(a.ip, b.ip);
}

async function resolveAll(
	{ probes }: Pick<ScanDeps, 'probes'>,
	addresses: readonly Address[],
): Promise<{ endpoint: Endpoint; name: string }[]> {
	const found = await Promise.all(
		addresses.slice(0, RESOLVED_MAX).map(async ({ host, port, name }) => {
			const ips = isIP(host) === 0 ? await probes.resolve(host, RESOLVE_MS_MAX) : [host];
			return ips.map((ip) => ({ endpoint: { ip, port }, name }));
		}),
	);
	return found.flat();
}
