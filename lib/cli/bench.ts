import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { parseAuditBench } from './bench-audit/options';
import { benchAudit } from './bench-audit/run';
import { parseChurnBench } from './bench-churn/options';
import { benchFailover } from './bench-failover/run';
import { benchSweeps } from './bench-sweeps';
import { signIn } from './console-client';
import { followCluster } from './follower';
import { measureRest } from './measure-rest';
import { type Stack, startStack } from './stack';
import { type Summary, summarise } from './statistics';

/** SIGKILL to verdict, to the purge's commit and to the row's leaving, beside the natural expiry of the same run. */
const CLUSTER = 'turms';
const READY_MS_MAX = 180_000;
const DEAD_MS_MAX = 60_000;
const PAUSE_MS = 500;

type Trial = { readonly deadMs: number; readonly purgedMs: number; readonly outcome: string };

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		options: {
			kills: { type: 'string', default: '50' },
			/** Members left to ZooKeeper alone, for the baseline. */
			expiries: { type: 'string', default: '10' },
			'settle-ms': { type: 'string', default: '1200' },
			'rest-s': { type: 'string', default: '30' },
			/** Of `bench sweeps`: ZooKeeper sessions, and sweeps measured each way. */
			sessions: { type: 'string' },
			rounds: { type: 'string', default: '40' },
			/** Of `bench failover`: forced shutdowns each way, members of each baseline, restarts. */
			shutdowns: { type: 'string', default: '200' },
			baseline: { type: 'string', default: '40' },
			takeovers: { type: 'string', default: '20' },
			/** Of `bench audit`: sizes of the log, the database, the entries' seed, runs of each question. */
			entries: { type: 'string' },
			database: { type: 'string' },
			seed: { type: 'string' },
			runs: { type: 'string' },
			/** Of `bench churn`, beside `sessions`: members, changes a second, minutes, further tabs, the table's order. */
			members: { type: 'string' },
			changes: { type: 'string' },
			minutes: { type: 'string' },
			tabs: { type: 'string' },
			sort: { type: 'string' },
		},
		allowPositionals: true,
	});
	if (positionals.includes('audit')) {
		await benchAudit(parseAuditBench(values));
		return;
	}
	if (positionals.includes('churn')) {
		const options = parseChurnBench(values);
		// It alone needs what drives a browser.
		const { benchChurn } = await import('./bench-churn/run');
		await benchChurn(options);
		return;
	}
	if (positionals.includes('sweeps')) {
		const { sessions = '10000', rounds } = values;
		await benchSweeps({ sessions: Number(sessions), rounds: Number(rounds), restS: Number(values['rest-s']) });
		return;
	}
	if (positionals.includes('failover')) {
		const { shutdowns, baseline, takeovers } = values;
		await benchFailover({
			shutdowns: Number(shutdowns),
			baseline: Number(baseline),
			takeovers: Number(takeovers),
		});
		return;
	}
	const kills = Number(values.kills);
	const expiries = Number(values.expiries);
	const stack = await startStack({
		members: kills + expiries + 2,
		policy: { settleMs: Number(values['settle-ms']), blastRadiusMin: 1_000 },
		onProgress: (line) => console.error(line),
	});
	try {
		await run(stack, kills, expiries, Number(values['rest-s']));
	} finally {
		await stack.stop();
	}
}

async function run(stack: Stack, kills: number, expiries: number, restS: number): Promise<void> {
	const client = await signIn(stack.url, stack.username, stack.password);
	const follower = followCluster(client, CLUSTER);
	console.error('Waiting until every member is provable');
	await follower.until('every member is provable', () => follower.cluster()?.ready === true, READY_MS_MAX);

	const victims = stack.members.slice(0, kills);
	const trials: Trial[] = [];
	for (const [index, member] of victims.entries()) {
		const row = follower.row(member.path);
		if (!row) {
			throw new Error(`${member.path} is not on the roll`);
		}
		const killedAtMs = performance.now();
		member.kill('SIGKILL');
		const deadAtMs = await follower.until(
			`${member.path} is dead`,
			() => follower.row(member.path)?.verdict === 'dead',
			DEAD_MS_MAX,
		);
		const { outcomes } = await client.purge(CLUSTER, {
			members: [{ path: row.path, czxid: row.czxid }],
			reason: 'benchmark',
			confirm: row.id,
		});
		const outcome = outcomes[0]?.outcome ?? 'none';
		trials.push({ deadMs: deadAtMs - killedAtMs, purgedMs: performance.now() - killedAtMs, outcome });
		console.error(`${index + 1} of ${kills}: dead after ${Math.round(deadAtMs - killedAtMs)} ms, ${outcome}`);
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
	}

	console.error(`Leaving ${expiries} killed members to ZooKeeper`);
	const left = await Promise.all(
		stack.members.slice(kills, kills + expiries).map(async (member) => {
			const killedAtMs = performance.now();
			member.kill('SIGKILL');
			const goneAtMs = await follower.until(`${member.path} expired`, () => !follower.row(member.path), DEAD_MS_MAX);
			return goneAtMs - killedAtMs;
		}),
	);
	const survivors = stack.members.slice(kills + expiries);
	const harmed = survivors.filter((member) => follower.row(member.path)?.verdict !== 'alive').length;
	follower.stop();
	const rest = await measureRest(stack.pid, restS);
	report({
		dead: summarise(trials.map((trial) => trial.deadMs)),
		purged: summarise(trials.filter((trial) => trial.outcome === 'purged').map((trial) => trial.purgedMs)),
		expiry: summarise(left),
		outcomes: countBy(trials.map((trial) => trial.outcome)),
		harmed,
		rest,
	});
}

function countBy(values: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const value of values) {
		counts[value] = (counts[value] ?? 0) + 1;
	}
	return counts;
}

type Report = {
	readonly dead: Summary;
	readonly purged: Summary;
	readonly expiry: Summary;
	readonly outcomes: Record<string, number>;
	readonly harmed: number;
	readonly rest: { readonly residentMb: number; readonly processorShare: number };
};

function report(figures: Report): void {
	const row = (name: string, s: Summary) =>
		console.log(
			`${name.padEnd(44)} ${String(s.count).padStart(4)} ${ms(s.median)} ${ms(s.p95)} ${ms(s.p99)} ${ms(s.worst)}`,
		);
	console.log(`\n${cpus().length} cores, Node ${process.version}`);
	console.log(`${''.padEnd(44)} ${'n'.padStart(4)}   median      p95      p99    worst`);
	row('SIGKILL to the verdict dead, in the browser', figures.dead);
	row('SIGKILL to the purge answered', figures.purged);
	row('SIGKILL to natural expiry (30 s session)', figures.expiry);
	const ratio = figures.expiry.median / figures.purged.median;
	console.log(`natural expiry takes ${ratio.toFixed(1)} times as long as detection and purge (medians)`);
	console.log(`outcomes ${JSON.stringify(figures.outcomes)}; healthy members harmed: ${figures.harmed}`);
	console.log(
		`at rest: ${figures.rest.residentMb.toFixed(0)} MB resident, ${(figures.rest.processorShare * 100).toFixed(1)} % of one core`,
	);
	console.log(JSON.stringify(figures));
}

function ms(value: number): string {
	return `${Math.round(value)} ms`.padStart(8);
}

await main();
