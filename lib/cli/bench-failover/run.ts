import type { ZooKeeperPort } from '../../core/ports';
import type { RecoveryView } from '../../core/recovery-view';
import { type ConsoleClient, signIn } from '../console-client';
import { type Ensemble, startEnsemble } from '../ensemble';
import { type Console, startConsole } from '../stack';
import { summarise } from '../statistics';
import { openWatchClient } from '../watch-client';
import { type Arm, openArm } from './arm';
import { startNaivePurger } from './naive-purger';
import { watchRegistry } from './registry-watch';
import { type FailoverReport, printReport } from './report';
import { measureTakeovers } from './takeovers';

export type FailoverOptions = {
	/** Forced shutdowns of each of the two ways that Rollcall clears. */
	readonly shutdowns: number;
	/** Of each baseline. */
	readonly baseline: number;
	readonly takeovers: number;
};

const ROOT = '/failover';
const SESSION_MS = 30_000;
const SHORT_SESSION_MS = 4_000;
/** Of each group whose members are killed one after another. */
const GROUP = 12;
/** Between two rounds, each of one kill a group: the rate of automatic recovery is one a second. */
const ROUND_MS = 2_500;
/** Replacements start on other hosts in life: here not before the death has had its time to be proven on an idle machine. */
const QUIET_MS = 1_700;
const GRACE_MS = 15_000;
/** A session that ZooKeeper does not list is no proof before every server has been up for some 10 s: no restart waits for that. */
const SERVERS_UP_MS = 15_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A registration of json records, with a settling time of its own. */
const registration = (name: string, settleMs: number, automaticRecovery: boolean) => ({
	path: `${ROOT}/${name}`,
	format: 'json',
	fields: { host: '/host', port: '/port', id: '/id' },
	group: name,
	settleMs,
	automaticRecovery,
});

/**
 * From SIGKILL to the registration's end, as any watcher of the registry sees it: automatic recovery with two settling
 * times, beside a naive purger, natural expiry and a short session, in the same run on the same ensemble; what each of
 * them did to the healthy; and how long a member takes that starts again in its own place.
 */
export async function benchFailover(options: FailoverOptions): Promise<void> {
	console.error('Starting three ZooKeeper servers and the console');
	const ensemble = await startEnsemble({ servers: 3 });
	const zk = openWatchClient(ensemble.connect);
	let running: Console | null = null;
	try {
		running = await startConsole({
			ensemble,
			registrations: [
				registration('settle-1200', 1_200, true),
				registration('settle-150', 150, true),
				registration('takeover', 1_200, false),
			],
			// The members of this run are never replaced, so that each of them is a fresh path, and each group loses twice its size
			// a minute: blast radius and mass failure would stop the run, which is what they are for. The others have their defaults.
			policy: { automaticRecovery: true, blastRadiusMin: 10_000, massFailureMin: 10_000 },
		});
		const client = await signIn(running.url, running.username, running.password);
		printReport(await run(options, ensemble, zk, client));
	} finally {
		await running?.stop();
		await zk.close();
		await ensemble.stop();
	}
}

async function run(
	options: FailoverOptions,
	ensemble: Ensemble,
	zk: ZooKeeperPort,
	client: ConsoleClient,
): Promise<FailoverReport> {
	const naive = startNaivePurger(zk);
	const registries: { close(): void }[] = [];
	function arm(
		name: string,
		size: number,
		sessionTimeoutMs: number,
		more: Partial<Parameters<typeof openArm>[0]> = {},
	) {
		const registry = watchRegistry(zk, `${ROOT}/${name}`);
		registries.push(registry);
		return openArm({
			name,
			connect: ensemble.connect,
			parent: `${ROOT}/${name}`,
			size,
			sessionTimeoutMs,
			registry,
			goneWithinMs: sessionTimeoutMs + GRACE_MS,
			pause,
			...more,
		});
	}
	const settled = arm('settle-1200', GROUP, SESSION_MS);
	const quick = arm('settle-150', GROUP, SESSION_MS);
	const naively = arm('naive', GROUP, SESSION_MS, {
		onMember: (member) => naive.watch(member),
		onKilled: (member) => setTimeout(() => naive.forget(member.path), SESSION_MS + GRACE_MS),
	});
	const arms = [settled, quick, naively];
	try {
		await pause(SERVERS_UP_MS);
		// Before the groups: dozens of member processes on the same cores are no part of a restart.
		const takeovers = await measureTakeovers({
			ensemble,
			zk,
			parent: `${ROOT}/takeover`,
			count: options.takeovers,
			sessionTimeoutMs: SESSION_MS,
		});
		await killInRounds(options, arms);
		const recovery = await client.get<RecoveryView>('/api/clusters/turms/recovery');
		const expiry = await killAtOnce(arm('expiry-30s', options.baseline, SESSION_MS));
		const short = await killAtOnce(arm('expiry-4s', options.baseline, SHORT_SESSION_MS));
		return {
			rows: [settled, quick, naively, expiry, short].map((each) => toRow(each, SESSION_MS)),
			takeovers: summarise(takeovers.registeredMs),
			takeoverProblems: takeovers.problems,
			purgedByRecovery: recovery.outcomes.automatic,
			ghosts: recovery.outcomes.ghosts,
		};
	} finally {
		naive.close();
		for (const each of [...arms, ...registries]) {
			each.close();
		}
	}
}

/** One member of each group at a time, and between the kills the healthy close their listeners for a moment. */
async function killInRounds({ shutdowns }: FailoverOptions, arms: readonly Arm[]): Promise<void> {
	console.error('Starting members');
	await Promise.all(arms.map((arm) => arm.fill()));
	for (let done = 0; done < shutdowns; done += 1) {
		const nextAtMs = performance.now() + ROUND_MS;
		await Promise.all(arms.map((arm) => arm.killOldest()));
		if (done % 4 === 1) {
			await Promise.all(arms.map((arm) => arm.blink()));
		}
		await pause(QUIET_MS);
		await Promise.all(arms.map((arm) => arm.fill()));
		await pause(Math.max(0, nextAtMs - performance.now()));
		if (done % 20 === 19) {
			console.error(`${done + 1} of ${shutdowns} shutdowns of each`);
		}
	}
	await Promise.all(arms.map((arm) => arm.settled()));
}

/** Nobody clears these but ZooKeeper itself. */
async function killAtOnce(arm: Arm): Promise<Arm> {
	console.error(`Leaving members to ZooKeeper: ${arm.name}`);
	await arm.fill();
	await arm.killAll();
	await arm.settled();
	return arm;
}

function toRow(arm: Arm, sessionMs: number): FailoverReport['rows'][number] {
	const recovered = arm.killed.filter((ms) => ms < sessionMs);
	return {
		name: arm.name,
		times: summarise(arm.killed),
		shutdowns: arm.killed.length + arm.missed.length,
		recovered: recovered.length,
		missed: arm.missed.length,
		harmed: arm.harmed.length,
		blinks: arm.blinks,
	};
}
