import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../adapters/clock';
import { createSweeper } from '../adapters/ensemble/sweeper';
import type { Sweep, SweepPort, ZooKeeperPort } from '../core/ports';
import { type Ensemble, startEnsemble } from './ensemble';
import { type Summary, summarise } from './statistics';
import { openWatchClient } from './watch-client';

/**
 * What sweeps of a three-server ensemble cost with many sessions: wall time and this process's own processor time, by
 * AdminServers and by four-letter words in the same run, in turn.
 */
export type SweepBenchOptions = { readonly sessions: number; readonly rounds: number; readonly restS: number };

type Ways = 'admin' | 'four-letter-words';
type Cost = { readonly wallMs: number; readonly processorMs: number; readonly complete: boolean };
type Report = {
	readonly wallMs: Summary;
	readonly processorMs: Summary;
	/** Sweeps without a gap. */
	readonly complete: number;
	/** Of one core, with one sweep every 5 s. */
	readonly restShare: number;
};

const SESSIONS_PROGRAM = fileURLToPath(new URL('./bench-sessions.mjs', import.meta.url));
const PARENT = '/members';
/** As the console does at rest. */
const REST_INTERVAL_MS = 5_000;
/** Between two sweeps measured one by one, so that the servers are not measured under their own load. */
const PAUSE_MS = 250;
const OPENING_MS_MAX = 180_000;
const WARM_UP = 5;

export async function benchSweeps(options: SweepBenchOptions): Promise<void> {
	console.error('Starting three ZooKeeper servers');
	const ensemble = await startEnsemble({ servers: 3 });
	const own = openWatchClient(ensemble.connect);
	let swarm: ChildProcess | null = null;
	try {
		const sessionId = await connectedSession(own);
		await own.create(PARENT, Buffer.alloc(0), 'persistent');
		const startedAtMs = performance.now();
		console.error(`Opening ${options.sessions} sessions`);
		swarm = await openSessions(ensemble.connect, options.sessions);
		console.error(`${options.sessions} sessions after ${((performance.now() - startedAtMs) / 1_000).toFixed(1)} s`);
		report(options, await measureBoth(ensemble, own, sessionId, options));
	} finally {
		swarm?.kill('SIGKILL');
		await own.close();
		await ensemble.stop();
	}
}

async function connectedSession(own: ZooKeeperPort): Promise<bigint> {
	return new Promise((resolve) => {
		const stop = own.onState((state) => {
			if (state.kind !== 'connected') return;
			// The listener may be called before `stop` is known.
			queueMicrotask(() => stop());
			resolve(state.sessionId);
		});
	});
}

/** A process of its own, so that its work is not taken for ours. Rejects when it ends or takes longer than 3 minutes. */
async function openSessions(connect: string, count: number): Promise<ChildProcess> {
	const args = [SESSIONS_PROGRAM, '--connect', connect, '--count', String(count), '--parent', PARENT];
	const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
	const signal = AbortSignal.timeout(OPENING_MS_MAX);
	const ended = once(child, 'exit', { signal }).then(([code]) => {
		throw new Error(`the sessions' process ended (${code}): are there ${count} file descriptors for it (ulimit -n)?`);
	});
	try {
		await Promise.race([once(child.stdout, 'data', { signal }), ended]);
	} catch (error) {
		child.kill('SIGKILL');
		throw error;
	}
	// It ends by our hand, or with us; nobody waits for it any more.
	ended.catch(() => undefined);
	return child;
}

async function measureBoth(
	ensemble: Ensemble,
	own: ZooKeeperPort,
	ownSessionId: bigint,
	{ rounds, restS }: SweepBenchOptions,
): Promise<Record<Ways, Report>> {
	const readEnsembleConfig = async () => (await own.read('/zookeeper/config'))?.data.toString() ?? null;
	const sweeperOf = (servers: Ensemble['config']) =>
		createSweeper({ servers, readEnsembleConfig, clock: systemClock, loopPauseMsMax: () => 0 });
	const sweepers: Record<Ways, SweepPort> = {
		admin: sweeperOf(ensemble.config),
		'four-letter-words': sweeperOf(ensemble.config.map(({ client }) => ({ client, admin: null }))),
	};
	const costs: Record<Ways, Cost[]> = { admin: [], 'four-letter-words': [] };
	const ways: readonly Ways[] = ['admin', 'four-letter-words'];
	const sweepOnce = async (way: Ways) => {
		const cost = await measure(() => sweepers[way].sweep({ ownSessionId, withEphemerals: true }));
		await systemClock.sleep(PAUSE_MS);
		return cost;
	};
	for (let round = -WARM_UP; round < rounds; round += 1) {
		for (const way of ways) {
			const cost = await sweepOnce(way);
			if (round >= 0) costs[way].push(cost);
		}
		if (round > 0 && round % 10 === 0) console.error(`${round} of ${rounds} sweeps each`);
	}
	const rest: Record<Ways, number> = { admin: Number.NaN, 'four-letter-words': Number.NaN };
	for (const way of ways) {
		console.error(`At rest for ${restS} s, by ${way}`);
		rest[way] = await shareAtRest(sweepers[way], ownSessionId, restS);
	}
	await Promise.all(ways.map((way) => sweepers[way].close()));
	const summary = (way: Ways): Report => ({
		wallMs: summarise(costs[way].map(({ wallMs }) => wallMs)),
		processorMs: summarise(costs[way].map(({ processorMs }) => processorMs)),
		complete: costs[way].filter(({ complete }) => complete).length,
		restShare: rest[way],
	});
	return { admin: summary('admin'), 'four-letter-words': summary('four-letter-words') };
}

async function measure(sweep: () => Promise<Sweep>): Promise<Cost> {
	const before = process.cpuUsage();
	const startedAtMs = performance.now();
	const { summary } = await sweep();
	const wallMs = performance.now() - startedAtMs;
	return { wallMs, processorMs: processorMs(process.cpuUsage(before)), complete: summary.complete };
}

/** Share of one core that this process takes with one sweep every 5 s, its garbage collection and its own session included. */
async function shareAtRest(sweeper: SweepPort, ownSessionId: bigint, seconds: number): Promise<number> {
	const before = process.cpuUsage();
	const startedAtMs = performance.now();
	for (let due = 0; due < seconds * 1_000; due += REST_INTERVAL_MS) {
		await sweeper.sweep({ ownSessionId, withEphemerals: true });
		await systemClock.sleep(Math.max(0, startedAtMs + due + REST_INTERVAL_MS - performance.now()));
	}
	return processorMs(process.cpuUsage(before)) / (performance.now() - startedAtMs);
}

function processorMs({ user, system }: NodeJS.CpuUsage): number {
	return (user + system) / 1_000;
}

function report(options: SweepBenchOptions, ways: Record<Ways, Report>): void {
	const row = (name: string, s: Summary) =>
		console.log(`${name.padEnd(44)} ${String(s.count).padStart(4)} ${ms(s.median)} ${ms(s.p95)} ${ms(s.worst)}`);
	console.log(`\n${cpus().length} cores, Node ${process.version}, 3 servers, ${options.sessions} sessions`);
	console.log(`${''.padEnd(44)} ${'n'.padStart(4)}   median      p95    worst`);
	row('a sweep by AdminServers (JSON)', ways.admin.wallMs);
	row('the same, own processor time', ways.admin.processorMs);
	row('a sweep by four-letter words', ways['four-letter-words'].wallMs);
	row('the same, own processor time', ways['four-letter-words'].processorMs);
	for (const [way, { complete, wallMs, restShare }] of Object.entries(ways))
		console.log(
			`${way}: ${complete} of ${wallMs.count} complete; at rest, one every 5 s: ${(restShare * 100).toFixed(1)} % of one core`,
		);
	console.log(JSON.stringify({ sessions: options.sessions, ...ways }));
}

function ms(value: number): string {
	return `${value.toFixed(value < 10 ? 1 : 0)} ms`.padStart(8);
}
