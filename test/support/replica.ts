import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { howItEnded } from '@/lib/cli/members';
import { spawnTied } from '@/lib/cli/spawn-tied';
import type { ServerConfig } from '@/lib/core/config';
import { sequenceOf } from '@/lib/core/fence';
import type { ZooKeeperPort } from '@/lib/core/ports';
import type { OutcomesView, PlanView, PurgeRequest } from '@/lib/core/purge-view';
import type { ReasonCode, Verdict } from '@/lib/core/reason';
import type { RecoveryView } from '@/lib/core/recovery-view';
import type { TakeoverView } from '@/lib/core/takeover-view';
import type { ScenarioOptions } from './scenario';
import { eventually } from './zookeeper';

const PROGRAM = fileURLToPath(new URL('./replica-process.ts', import.meta.url));
const WAIT_MS = 90_000;

export type ReplicaOptions = {
	readonly ensemble: { readonly connect: string; readonly config: readonly ServerConfig[] };
	readonly observer: string;
	/** URL of the audit database that all of them share. */
	readonly database: string;
} & Pick<ScenarioOptions, 'policy' | 'sessionTimeoutMs' | 'registrations'>;

export type ReplicaEvent =
	/** Of its ZooKeeper session, decimal. */
	| { readonly event: 'session'; readonly id: string }
	| { readonly event: 'provable'; readonly path: string }
	| {
			readonly event: 'verdict';
			readonly path: string;
			readonly verdict: Verdict;
			readonly reasons: readonly ReasonCode[];
			/** ms since the epoch. */
			readonly atMs: number;
	  }
	| { readonly event: 'answer'; readonly id: number; readonly value: unknown };

export type ReplicaCommand = {
	readonly id: number;
	readonly command: 'purge' | 'plan' | 'recovery' | 'missing' | 'takeover';
	readonly request: PurgeRequest;
	/** Of a takeover, which is asked for the first of the members: where the socket of whoever asks comes from. */
	readonly requesterIp?: string;
};

/** One of several consoles over the same ensemble and the same audit database, as a process of its own. */
export type Replica = {
	readonly name: string;
	readonly pid: number;
	events(): readonly ReplicaEvent[];
	/** Its present session, once it has one. */
	session(): bigint | null;
	/** Resolves when it could prove each of these dead if it died now. */
	provable(paths: readonly string[]): Promise<void>;
	/** Resolves with the moment at which it came to this verdict, ms since the epoch. */
	tells(path: string, verdict: Verdict): Promise<number>;
	purge(request: PurgeRequest): Promise<OutcomesView>;
	plan(request: PurgeRequest): Promise<PlanView>;
	/** As a member does that starts in this one's place and holds its address, over a socket from there. */
	takeOver(path: string, requesterIp: string): Promise<TakeoverView>;
	recovery(): Promise<Pick<RecoveryView, 'heldBack' | 'settingsKnown' | 'killSwitch'>>;
	/** What its verdict is, and what it lacks for a proof. */
	missing(path: string): Promise<unknown>;
	kill(signal: NodeJS.Signals): void;
	readonly ended: Promise<string>;
	close(): Promise<void>;
};

/** The other side of startReplica, which alone writes it. */
export function parseReplicaOptions(text: string): ScenarioOptions {
	return JSON.parse(text) as ReplicaOptions;
}

export function startReplica({ ensemble: { connect, config }, ...more }: ReplicaOptions): Replica {
	const options: ReplicaOptions = { ensemble: { connect, config }, ...more };
	const args = ['--import', 'tsx', PROGRAM, JSON.stringify(options)];
	const child = spawnTied(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
	// What it was told when it was killed is lost with it.
	child.stdin.on('error', () => undefined);
	const ended = howItEnded(child);
	const seen: ReplicaEvent[] = [];
	createInterface({ input: child.stdout }).on('line', (line) => {
		// What else is printed there is none of its words, and neither is a line that a kill has cut short.
		const event = toEvent(line);
		if (event) {
			seen.push(event);
		} else {
			process.stderr.write(`${more.observer} printed: ${line.slice(0, 500)}\n`);
		}
	});
	let asked = 0;

	async function ask(
		command: ReplicaCommand['command'],
		request: PurgeRequest,
		rest: Pick<ReplicaCommand, 'requesterIp'> = {},
	): Promise<unknown> {
		asked += 1;
		const id = asked;
		const line: ReplicaCommand = { id, command, request, ...rest };
		child.stdin.write(`${JSON.stringify(line)}\n`);
		const answer = await eventually(
			`${more.observer} answers ${command}`,
			() => seen.find((each) => each.event === 'answer' && each.id === id) ?? null,
			WAIT_MS,
		);
		return answer.event === 'answer' ? answer.value : null;
	}

	return {
		name: more.observer,
		pid: child.pid ?? 0,
		events: () => [...seen],
		session() {
			const last = seen.findLast((each) => each.event === 'session');
			return last?.event === 'session' ? BigInt(last.id) : null;
		},
		async provable(paths) {
			await eventually(
				`${more.observer} can prove ${paths.join(', ')}`,
				() =>
					paths.every((path) => seen.some((each) => each.event === 'provable' && each.path === path)) ? true : null,
				WAIT_MS,
			);
		},
		async tells(path, verdict) {
			const told = () => seen.filter((each) => each.event === 'verdict' && each.path === path);
			const found = await eventually(
				`${more.observer} tells that ${path} is ${verdict}`,
				() => told().find((each) => each.event === 'verdict' && each.verdict === verdict) ?? null,
				WAIT_MS,
			).catch((error: Error) => {
				throw new Error(`${error.message}; it told ${JSON.stringify(told())}`);
			});
			return found.event === 'verdict' ? found.atMs : 0;
		},
		purge: async (request) => (await ask('purge', request)) as OutcomesView,
		plan: async (request) => (await ask('plan', request)) as PlanView,
		takeOver: async (path, requesterIp) =>
			(await ask('takeover', { members: [{ path, czxid: '0x0' }] }, { requesterIp })) as TakeoverView,
		recovery: async () => (await ask('recovery', { members: [] })) as Awaited<ReturnType<Replica['recovery']>>,
		missing: (path) => ask('missing', { members: [{ path, czxid: '0x0' }] }),
		kill: (signal) => {
			child.kill(signal);
		},
		ended,
		async close() {
			child.kill('SIGCONT');
			child.stdin.end();
			const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
			await ended;
			clearTimeout(timer);
		},
	};
}

function toEvent(line: string): ReplicaEvent | null {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null && 'event' in value ? (value as ReplicaEvent) : null;
	} catch (error) {
		if (error instanceof SyntaxError) {
			return null;
		}
		throw error;
	}
}

/** The one whose session owns the lowest znode of the latch; resolves once that is one of these. */
export function holderOf(zk: ZooKeeperPort, replicas: readonly Replica[], limitMs = WAIT_MS): Promise<Replica> {
	return eventually(
		'one of the consoles holds the latch',
		async () => {
			const names = (await zk.children('/rollcall/leader/turms'))?.names ?? [];
			const [lowest] = names.toSorted((a, b) => (sequenceOf(a) ?? 0) - (sequenceOf(b) ?? 0));
			const stat = lowest === undefined ? null : await zk.stat(`/rollcall/leader/turms/${lowest}`);
			return replicas.find((replica) => stat !== null && replica.session() === stat.ephemeralOwner) ?? null;
		},
		limitMs,
	);
}
