import { createChainStore } from '@/lib/adapters/audit-store/chain-store';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { systemClock } from '@/lib/adapters/clock';
import { openDatabase } from '@/lib/adapters/database/open';
import { createSweeper } from '@/lib/adapters/ensemble/sweeper';
import { joinObservers } from '@/lib/adapters/observers/observers';
import { watchEventLoop } from '@/lib/adapters/own-health/loop-monitor';
import { createProbes } from '@/lib/adapters/probes/probes';
import type { Lookup } from '@/lib/adapters/probes/resolver';
import { parseRegistration } from '@/lib/adapters/registrations/parse-registration';
import { connectZooKeeper } from '@/lib/adapters/zookeeper/client';
import { holdLatch } from '@/lib/adapters/zookeeper/latch';
import { AUTO_FORMAT, type ClusterConfig, type RegistrationConfig, type ServerConfig } from '@/lib/core/config';
import { isProven } from '@/lib/core/detector';
import { DEFAULT_POLICY, type Policy } from '@/lib/core/policy';
import type { AuditPort, Clock, Identity, ZooKeeperPort } from '@/lib/core/ports';
import type { OutcomesView, PlanView, PurgeRequest } from '@/lib/core/purge-view';
import type { Verdict } from '@/lib/core/reason';
import type { MemberDetail, MemberRow } from '@/lib/core/view';
import { type AddressBook, createAddressBook } from '@/lib/runtime/address-book';
import { type RunningCluster, runCluster } from '@/lib/runtime/cluster';
import { streamed, type TemporaryStore, temporaryStore } from '@/test/adapters/audit-store/temporary-store';
import { eventually } from './zookeeper';

/** Generous: the machine may be busy with other tests, and a proof waits for calm. */
const WAIT_MS = 60_000;

export type ScenarioOptions = {
	readonly ensemble: { readonly connect: string; readonly config: readonly ServerConfig[] };
	/** Where the console's own session connects, when not to the ensemble itself. */
	readonly connect?: string;
	readonly servers?: readonly ServerConfig[];
	readonly cluster?: string;
	readonly observer?: string;
	readonly sessionTimeoutMs?: number;
	readonly registrations?: readonly RegistrationConfig[];
	readonly policy?: Partial<Policy>;
	readonly failureDomain?: string;
	/** The console's clock, when its wall time is not to be this machine's. */
	readonly clock?: Clock;
	/** Shared by the clusters of one console. */
	readonly addressBook?: AddressBook;
	/** URL of an audit database that several consoles share and nobody removes; one of its own when not given. */
	readonly database?: string;
	/** How the console resolves names, when not as this machine does. */
	readonly lookup?: Lookup;
};

/** One console's runtime over real adapters, as lib/runtime/start.ts wires it, with an audit database of its own. */
export type Scenario = {
	readonly cluster: RunningCluster;
	readonly audit: AuditPort;
	/** The console's own client. */
	readonly zk: ZooKeeperPort;
	/** Idempotent. */
	close(): Promise<void>;
};

export function registration(path: string, format: RegistrationConfig['format']): RegistrationConfig {
	return { ...AUTO_FORMAT, path, format };
}

export async function openScenario(options: ScenarioOptions): Promise<Scenario> {
	const store = options.database === undefined ? await temporaryStore() : await sharedStore(options.database);
	const config: ClusterConfig = {
		id: options.cluster ?? 'turms',
		name: 'Scenario',
		zooKeeper: {
			connect: options.connect ?? options.ensemble.connect,
			chroot: '',
			sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
			auth: null,
			tls: null,
			servers: options.servers ?? options.ensemble.config,
		},
		registrations: options.registrations ?? [registration('/turms/members', 'turms')],
		policy: { ...DEFAULT_POLICY, ...options.policy },
		failureDomain: options.failureDomain ?? 'default',
	};
	const clock = options.clock ?? systemClock;
	const ownHealth = watchEventLoop();
	const zk = connectZooKeeper({ ...config.zooKeeper, clock });
	const cluster = runCluster({
		webhooksProblem: () => null,
		config,
		rootPath: '/rollcall',
		observer: options.observer ?? 'console-1',
		clock,
		zk,
		sweeper: createSweeper({
			servers: config.zooKeeper.servers,
			readEnsembleConfig: () => readEnsembleConfig(zk),
			clock,
			loopPauseMsMax: ownHealth.loopPauseMsMax,
		}),
		probes: createProbes({ clock, lookup: options.lookup }),
		ownHealth,
		parse: parseRegistration,
		addressBook: options.addressBook ?? createAddressBook(),
		audit: store.audit,
		chain: createChainStore(store.database),
		joinObservers,
		holdLatch,
		log: () => undefined,
	});
	async function close(): Promise<void> {
		await cluster.close();
		ownHealth.close();
		await store.remove();
	}
	let closed: Promise<void> | null = null;
	return {
		cluster,
		audit: store.audit,
		zk,
		close: () => {
			closed ??= close();
			return closed;
		},
	};
}

async function sharedStore(url: string): Promise<Pick<TemporaryStore, 'audit' | 'database' | 'remove'>> {
	const database = await openDatabase(url);
	const audit = createAuditStore(database);
	return {
		audit,
		database,
		remove: async () => {
			await audit.close();
			await database.close();
		},
	};
}

/** null: unreadable for now, which the sweep itself reports as a gap. */
async function readEnsembleConfig(zk: ZooKeeperPort): Promise<string | null> {
	const value = await zk.read('/zookeeper/config').catch(() => null);
	return value?.data.toString('utf8') ?? null;
}

export const OPERATOR = identity('operator');
export const ADMIN = identity('admin');
/** A member that starts, by its token. */
export const MEMBER: Identity = {
	actor: { kind: 'token', name: 'a-member', role: 'member', sourceAddress: '127.0.0.1' },
	role: 'member',
	viaCookie: false,
};

function identity(role: 'operator' | 'admin'): Identity {
	const actor = { kind: 'operator', name: `the-${role}`, role, sourceAddress: '127.0.0.1' } as const;
	return { actor, role, viaCookie: false };
}

/** Resolves when every member could be proven dead if it died now. */
export async function allProvable(scenario: Scenario, members: number): Promise<void> {
	await eventually(
		`${members} provable members`,
		() => {
			const provable = scenario.cluster.members().filter((row) => row.provable).length;
			return provable >= members ? true : null;
		},
		WAIT_MS,
	);
}

/** The member's page; throws when nobody has ever been registered there. */
export function detailOf(scenario: Scenario, path: string): MemberDetail {
	const detail = scenario.cluster.member(path);
	if (detail === null) {
		throw new Error(`${path} is on no roll`);
	}
	return detail;
}

/** Resolves with the member's page when its verdict is this; rejects with what a proof still lacks. */
export async function verdictBecomes(
	scenario: Scenario,
	path: string,
	verdict: Verdict,
	limitMs = WAIT_MS,
): Promise<MemberDetail> {
	let last: MemberDetail | null = null;
	const found = await eventually(
		`${path} ${verdict}`,
		() => {
			last = scenario.cluster.member(path);
			return last?.verdict === verdict ? last : null;
		},
		limitMs,
	).catch((error: Error) => {
		const { verdict: now, reasons, evidence } = last ?? {};
		throw new Error(`${error.message}; found ${JSON.stringify({ now, reasons, evidence })}`);
	});
	return found;
}

/** Changes of verdict by which somebody was condemned: those of everybody registered now, and all that were recorded. */
export async function condemnations(scenario: Scenario, paths?: readonly string[]): Promise<string[]> {
	const { cluster } = scenario;
	const concerned = (path: string | null) => path !== null && (paths?.includes(path) ?? true);
	const seen = cluster
		.members()
		.filter((row) => concerned(row.path))
		.flatMap((row) => (cluster.member(row.path)?.transitions ?? []).map((each) => ({ path: row.path, ...each })))
		.filter(({ to }) => isProven(to))
		.map(({ path, to, reasons }) => `${path} ${to}: ${reasons.join(', ')}`);
	const recorded = await streamed(scenario.audit, { action: 'member.verdict' });
	const written = recorded
		.filter((entry) => concerned(entry.member) && (entry.outcome === 'dead' || entry.outcome === 'superseded'))
		.map((entry) => `${entry.member} ${entry.outcome}, recorded`);
	return [...seen, ...written];
}

/** Verdicts that the member registered at the path now has had, oldest first, 'unknown' at its start left out. */
export function verdictsOf(scenario: Scenario, path: string): Verdict[] {
	return detailOf(scenario, path).transitions.map(({ to }) => to);
}

/** How the last incarnation at the path left, once its registration is gone. */
export async function leaves(scenario: Scenario, path: string, limitMs = WAIT_MS): Promise<MemberRow> {
	return eventually(`${path} left`, () => scenario.cluster.left().find((row) => row.path === path) ?? null, limitMs);
}

/** Watches for the given time; rejects as soon as anybody of these (everybody by default) is dead or superseded. */
export async function nobodyCondemned(scenario: Scenario, forMs: number, paths?: readonly string[]): Promise<void> {
	const untilMs = systemClock.nowMs() + forMs;
	do {
		const found = await condemnations(scenario, paths);
		if (found.length > 0) {
			throw new Error(`condemned alive: ${found.join('; ')}`);
		}
		await systemClock.sleep(200);
	} while (systemClock.nowMs() < untilMs);
}

type Planned = PlanView['plan']['members'][number];
type Outcome = OutcomesView['outcomes'][number];

/** The request that names these members as they are registered now, confirmed as it must be. */
export function requestFor(
	scenario: Scenario,
	paths: readonly string[],
	more: Partial<PurgeRequest> = {},
): PurgeRequest {
	const details = paths.map((path) => detailOf(scenario, path));
	const [only] = details;
	return {
		members: details.map(({ path, czxid }) => ({ path, czxid })),
		reason: 'scenario',
		confirm: details.length === 1 && only ? only.id : String(details.length),
		...more,
	};
}

/** Dry run for one member. */
export async function planOf(scenario: Scenario, path: string, identity: Identity = OPERATOR): Promise<Planned> {
	const { plan } = await scenario.cluster.plan(requestFor(scenario, [path]), identity);
	const [planned] = plan.members;
	if (planned === undefined) {
		throw new Error(`the plan for ${path} names nobody`);
	}
	return planned;
}

/** Guards that speak against the purge, as 'guard: code'. */
export function objections(judged: Pick<Planned, 'guards'>): string[] {
	return judged.guards
		.filter((guard) => guard.result === 'fail' || guard.result === 'unknown')
		.map((guard) => `${guard.guard}: ${guard.code}`);
}

export async function purge(
	scenario: Scenario,
	paths: readonly string[],
	by: Identity = OPERATOR,
	more: Partial<PurgeRequest> = {},
): Promise<Outcome[]> {
	return (await scenario.cluster.purge(requestFor(scenario, paths, more), by)).outcomes;
}

/**
 * Purges one member, and tries again where a busy machine let the evidence lapse, as an operator would. Rejects with
 * the last outcome when it is not purged within a minute.
 */
export async function purgeSurely(scenario: Scenario, path: string, by: Identity = OPERATOR): Promise<Outcome> {
	const untilMs = systemClock.nowMs() + WAIT_MS;
	for (;;) {
		const [outcome] = await purge(scenario, [path], by);
		if (outcome?.outcome === 'purged') {
			return outcome;
		}
		if (systemClock.nowMs() > untilMs) {
			throw new Error(`not purged: ${JSON.stringify(outcome)}`);
		}
	}
}
