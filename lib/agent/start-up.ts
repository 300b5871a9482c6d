import type { ClusterConfig } from '@/lib/core/config';
import { endpointKey } from '@/lib/core/member';
import type { Identity, SweepPort, ZooKeeperPort } from '@/lib/core/ports';
import type { TakeoverClaim } from '@/lib/core/prove-takeover';
import { effectivePolicy } from '@/lib/core/settings';
import type { TakeoverView } from '@/lib/core/takeover-view';
import type { OwnState } from '@/lib/runtime/own-state';
import type { OwnZnodes } from '@/lib/runtime/own-znodes';
import { prepareRoot, type RootPaths } from '@/lib/runtime/prepare-root';
import type { RollEntry } from '@/lib/runtime/roll';
import { type ClaimOf, takeOver } from '@/lib/runtime/take-over';
import type { AgentPorts } from './agent';
import { carryOut } from './carry-out';
import { followLatchHolder, type LatchHolder } from './latch-holder';
import { createOutboxAudit } from './outbox-audit';
import { type Scan, type ScanDeps, scanPlace } from './scan';
import { tryBind } from './try-bind';

/** An attempt looks this long for a proof or a sign of life, and then has this long for the purge. */
const LOOK_MS = 5_000;
const ATTEMPT_MS = 20_000;
const PAUSE_MS = 500;
const CONNECTED_LOOK_MS = 20;
/** ZooKeeper expires a session at the first tick after its time-out; a tick is 2 s unless configured otherwise. */
const EXPIRY_SPARE_MS = 4_000;

export type StartUpOptions = {
	readonly config: ClusterConfig;
	readonly own: ScanDeps['own'];
	readonly paths: RootPaths;
	/** The own process listens at its address already: no bind is tried, this is what its operator says. */
	readonly holdsAddress: boolean;
	/** How long a predecessor that can neither be cleared nor shown to live is waited for; null: until it would expire by itself. */
	readonly waitMs: number | null;
};

/** How the start-up ended. `alive` and `occupied`: the member must not be started. */
export type StartUp =
	| { readonly kind: 'clear' }
	| { readonly kind: 'alive'; readonly path: string; readonly reasons: readonly string[] }
	/** A znode that is not ephemeral is in the member's place: nobody's session, so nobody can prove it gone. */
	| { readonly kind: 'occupied'; readonly path: string };

export type StartUpPorts = AgentPorts & {
	readonly ownState: OwnState;
	readonly openSweeper: NonNullable<AgentPorts['openSweeper']>;
	readonly servers: ScanDeps['servers'];
	readonly signal: AbortSignal;
};

/**
 * Clears the own place before the member registers: finds predecessors (same path, id or address), proves them gone by the
 * console's own core, and purges them under the same latch, guards and fence. Whom it can prove neither gone nor alive it
 * waits for until ZooKeeper would have expired it.
 */
export async function clearPlace(options: StartUpOptions, ports: StartUpPorts): Promise<StartUp> {
	const opened = ports.openSweeper(options.config.zooKeeper.servers);
	try {
		return await clearWith(options, ports, opened.sweeper);
	} finally {
		await opened.close();
	}
}

async function clearWith(options: StartUpOptions, ports: StartUpPorts, sweeper: SweepPort): Promise<StartUp> {
	const { clock, onEvent } = ports;
	await prepareWhenConnected(options, ports);
	const startedAtMs = clock.nowMs();
	let told = '';
	let waitMs = options.waitMs ?? options.config.zooKeeper.sessionTimeoutMs + EXPIRY_SPARE_MS;
	while (!ports.signal.aborted) {
		const attempt = await attemptOnce(options, ports, sweeper).catch(toPending);
		if (attempt.kind !== 'pending') {
			return attempt;
		}
		const { view, expiresInMs } = attempt;
		waitMs = options.waitMs ?? Math.max(waitMs, clock.nowMs() - startedAtMs + (expiresInMs ?? 0) + EXPIRY_SPARE_MS);
		const key = `${view.result} ${view.detail}`;
		const mayRegister = ports.zk.state().kind === 'connected';
		if (key !== told) {
			told = key;
			onEvent({ event: 'waits-for-predecessor', result: view.result, detail: view.detail, waitMs: Math.round(waitMs) });
		}
		if (mayRegister && clock.nowMs() - startedAtMs >= waitMs) {
			onEvent({ event: 'waited-long-enough', result: view.result, detail: view.detail });
			return { kind: 'clear' };
		}
		await clock.sleep(PAUSE_MS, ports.signal);
	}
	return { kind: 'clear' };
}

/** What it stands in the election with, while it does. */
export type Standing = { own: OwnZnodes | null };

/** With the client whose session stands in the election, and who holds the latch meanwhile. */
export type ElectionPorts = StartUpPorts & { readonly election: ZooKeeperPort; readonly latchHolder: LatchHolder };

type Attempt = StartUp | { readonly kind: 'pending'; readonly view: TakeoverView; readonly expiresInMs: number | null };

/** Rollcall's own znodes: where no console has made them, agents do without one all the same. */
async function prepareWhenConnected(
	{ paths }: StartUpOptions,
	{ zk, clock, onEvent, signal }: StartUpPorts,
): Promise<void> {
	while (zk.state().kind !== 'connected' && !signal.aborted) {
		await clock.sleep(CONNECTED_LOOK_MS, signal);
	}
	try {
		await prepareRoot(zk, paths, clock);
	} catch (error) {
		onEvent({ event: 'no-root', detail: error instanceof Error ? error.message : String(error) });
	}
}

/** What ZooKeeper does not tell: nothing is known, and another look may be better. */
function toPending(error: unknown): Attempt {
	if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) {
		throw error;
	}
	const view = { result: 'unknown', detail: error.message, requesterIp: null, evidence: [] } as const;
	return { kind: 'pending', view: { ...view, evidence: [] }, expiresInMs: null };
}

/** One scan, and a takeover of each predecessor that it finds. */
async function attemptOnce(options: StartUpOptions, ports: StartUpPorts, sweeper: SweepPort): Promise<Attempt> {
	const standing: Standing = { own: null };
	const scan = await scanPlace({
		...ports,
		...options,
		sweeper,
		policy: () => effectivePolicy(options.config.policy, standing.own?.settings() ?? null),
		onFault: toldBy(ports),
	});
	try {
		const occupied = scan.predecessors.find(
			({ registration: { incarnation } }) => incarnation.ephemeralOwner === 0n && incarnation.path === options.own.path,
		);
		if (occupied) {
			return { kind: 'occupied', path: occupied.registration.incarnation.path };
		}
		const ephemeral = scan.predecessors.filter(({ registration }) => registration.incarnation.ephemeralOwner !== 0n);
		if (ephemeral.length === 0) {
			return { kind: 'clear' };
		}
		// It connects while the proof settles, so that nothing has to be waited for then.
		const election = ports.openElection();
		const latchHolder = followLatchHolder(ports.zk, options.paths.latch, ports.clock);
		try {
			return await takeOverAll(options, { ...ports, election: election.zk, latchHolder }, scan, ephemeral, standing);
		} finally {
			latchHolder.close();
			await election.close();
		}
	} finally {
		scan.close();
	}
}

async function takeOverAll(
	options: StartUpOptions,
	ports: ElectionPorts,
	scan: Scan,
	predecessors: readonly RollEntry[],
	standing: Standing,
): Promise<Attempt> {
	let pending: TakeoverView | null = null;
	for (const entry of predecessors) {
		const view = await takeOverOne(options, ports, scan, standing, entry);
		const { path, ephemeralOwner } = entry.registration.incarnation;
		if (view.result === 'alive') {
			return { kind: 'alive', path, reasons: view.evidence.flatMap(({ reasons }) => reasons) };
		}
		if (view.result === 'purged') {
			ports.onEvent({ event: 'took-over', path, ephemeralOwner: `0x${ephemeralOwner.toString(16)}` });
		} else if (await isStillThere(ports, entry)) {
			pending ??= view;
		}
	}
	const expiresInMs = Math.max(0, ...predecessors.map(({ state }) => state.session.expiresInMs ?? 0));
	return pending === null ? { kind: 'clear' } : { kind: 'pending', view: pending, expiresInMs };
}

async function isStillThere({ zk }: StartUpPorts, { registration }: RollEntry): Promise<boolean> {
	const stat = await zk.stat(registration.incarnation.path);
	return stat !== null && stat.czxid === registration.incarnation.czxid;
}

async function takeOverOne(
	options: StartUpOptions,
	ports: ElectionPorts,
	scan: Scan,
	standing: Standing,
	entry: RollEntry,
): Promise<TakeoverView> {
	const { path, czxid } = entry.registration.incarnation;
	const shown = await showClaim(options, ports, entry);
	const claimOf: ClaimOf = (of) => ({ ...shown, held: heldOf(of, shown), requesterIp: scan.ownIp() });
	const audit = createOutboxAudit({ zk: ports.zk, outbox: options.paths.outbox, counters: options.paths.counters });
	return takeOver(
		{
			cluster: options.config.id,
			membership: scan.membership,
			clock: ports.clock,
			audit,
			carryOut: (request, identity) => carryOut(options, ports, scan, standing, { request, identity, claimOf }),
		},
		{ path, czxid: `0x${czxid.toString(16)}`, holdsAddress: true },
		{ identity: identityOf(options, scan), ip: scan.ownIp(), claimOf, lookMs: LOOK_MS, withinMs: ATTEMPT_MS },
	);
}

function identityOf({ own }: StartUpOptions, scan: Scan): Identity {
	const actor = { kind: 'system', name: `agent ${own.id}`, role: 'member', sourceAddress: scan.ownIp() } as const;
	return { actor, role: 'member', viaCookie: false };
}

/**
 * What the agent shows for one predecessor: it binds each of its addresses that are this host's, and holds none where
 * somebody listens on one of them.
 */
async function showClaim(options: StartUpOptions, ports: StartUpPorts, entry: RollEntry): Promise<TakeoverClaim> {
	const { incarnation, id } = entry.registration;
	const endpoints = Object.values(entry.state.endpoints).map(({ endpoint }) => endpoint);
	const predecessorIp = await ports.readToldAddress(
		ports.zk,
		options.paths.observers,
		`agent-${id}`,
		incarnation.ephemeralOwner,
	);
	if (options.holdsAddress) {
		return { requesterIp: null, held: endpoints.map(endpointKey), predecessorIp };
	}
	const bound = await Promise.all(endpoints.map(async (endpoint) => ({ endpoint, result: await tryBind(endpoint) })));
	const inUse = bound.some(({ result }) => result === 'in-use');
	const held = bound.filter(({ result }) => !inUse && result === 'free').map(({ endpoint }) => endpointKey(endpoint));
	return { requesterIp: null, held, predecessorIp };
}

/** Of another registration of the same session: those of its addresses that were shown for the predecessor, if all were. */
function heldOf({ state }: RollEntry, shown: TakeoverClaim): readonly string[] {
	const keys = Object.keys(state.endpoints);
	return keys.every((key) => shown.held.includes(key)) ? keys : shown.held.filter((key) => keys.includes(key));
}

function toldBy({ onEvent }: StartUpPorts): (error: unknown) => void {
	return (error) =>
		onEvent({ event: 'fault', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
