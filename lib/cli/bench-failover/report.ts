import { cpus } from 'node:os';
import type { Summary } from '../statistics';

export type FailoverRow = {
	readonly name: string;
	/** SIGKILL to the registration's end, ms. */
	readonly times: Summary;
	readonly shutdowns: number;
	/** Gone before the session's time was over. */
	readonly recovered: number;
	readonly missed: number;
	/** Healthy members whose registration was removed, of how many that closed their listeners for a moment. */
	readonly harmed: number;
	readonly blinks: number;
};

export type FailoverReport = {
	readonly rows: readonly FailoverRow[];
	/** From the start of the second life to its registration, ms. */
	readonly takeovers: Summary;
	readonly takeoverProblems: readonly string[];
	readonly purgedByRecovery: number;
	readonly ghosts: number;
};

const NAMES: Readonly<Record<string, string>> = {
	'settle-1200': 'automatic recovery, settleMs 1,200',
	'settle-150': 'automatic recovery, settleMs 150',
	naive: 'naive: refused once, delete(version)',
	'expiry-30s': 'ZooKeeper alone, 30 s session',
	'expiry-4s': 'ZooKeeper alone, 4 s session',
};

/** A table for people, and all of it as one line of JSON. */
export function printReport(report: FailoverReport): void {
	console.log(`\n${cpus().length} cores, Node ${process.version}; SIGKILL to registration gone, ms`);
	console.log(
		`${''.padEnd(38)} ${['n', 'median', 'p95', 'p99', 'worst', 'harmed'].map((text) => text.padStart(8)).join(' ')}`,
	);
	for (const { name, times, harmed, blinks } of report.rows) {
		const figures = [times.count, times.median, times.p95, times.p99, times.worst];
		console.log(
			`${(NAMES[name] ?? name).padEnd(38)} ${figures.map((value) => String(Math.round(value)).padStart(8)).join(' ')} ${`${harmed}/${blinks}`.padStart(8)}`,
		);
	}
	const { takeovers } = report;
	const figures = [takeovers.count, takeovers.median, takeovers.p95, takeovers.p99, takeovers.worst];
	console.log(
		`${'restart in its own place, by the agent'.padEnd(38)} ${figures.map((value) => String(Math.round(value)).padStart(8)).join(' ')}`,
	);
	const baseline = report.rows.find(({ name }) => name === 'expiry-30s');
	for (const row of report.rows.slice(0, 2)) {
		const share = row.shutdowns === 0 ? Number.NaN : (100 * row.recovered) / row.shutdowns;
		const ratio = baseline === undefined ? Number.NaN : baseline.times.median / row.times.median;
		console.log(
			`${NAMES[row.name] ?? row.name}: ${row.recovered} of ${row.shutdowns} recovered (${share.toFixed(2)} %), ${ratio.toFixed(1)} times as fast as expiry (medians)`,
		);
	}
	console.log(`purged by automatic recovery: ${report.purgedByRecovery}; ghosts: ${report.ghosts}`);
	for (const problem of report.takeoverProblems) {
		console.log(`takeover: ${problem}`);
	}
	console.log(JSON.stringify(report));
}
