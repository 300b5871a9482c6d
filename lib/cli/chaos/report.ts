import { type Summary, summarise } from '../statistics';
import { FAULT_NAMES, type FaultName, traitsOf } from './faults';
import type { DeathOutcome, FalseClaim, Judged, Judgement } from './judge';
import { NAIVE_DETECTORS, type NaiveDetector } from './truth';

export type RunFacts = {
	readonly seed: number;
	readonly parallel: number;
	/** Whether faults of the network could be made. */
	readonly network: boolean;
	readonly tookMs: number;
	readonly settleMs: number;
	readonly purges: Readonly<Record<string, number>>;
	/** Why purges were not done, with their number. */
	readonly purgeRefusals: Readonly<Record<string, number>>;
	readonly pauses: number;
};

export type FaultRow = {
	readonly trials: number;
	readonly right: number;
	readonly false: number;
	readonly residue: number;
	readonly missed: number;
	readonly notRun: number;
	/** Codes that a proof lacked where a death was missed, with their number. */
	readonly missing: Readonly<Record<string, number>>;
	/** Registrations of the dead that went before they were condemned. */
	readonly wentBefore: number;
	/** From death to the verdict, ms; without those during which the harness stood still. */
	readonly detectedMs: Summary | null;
	/** Of these, in waves without a disturbance. */
	readonly calmDetectedMs: Summary | null;
	/** Detections not counted above. */
	readonly paused: number;
};

export type Report = RunFacts & {
	readonly trials: number;
	readonly perHour: number;
	readonly totals: FaultRow;
	readonly byFault: Readonly<Partial<Record<FaultName, FaultRow>>>;
	readonly byDisturbance: Readonly<Record<string, FaultRow>>;
	/** Beside the known residue. */
	readonly falseClaims: readonly FalseClaim[];
	readonly residueClaims: readonly FalseClaim[];
	readonly unknown: number;
	readonly undone: number;
	readonly missedTrials: readonly {
		trial: number;
		fault: FaultName;
		disturbance: string;
		missing: readonly string[];
	}[];
	readonly notRun: readonly { trial: number; fault: FaultName; failure: string }[];
	readonly naive: Readonly<
		Record<NaiveDetector, { healthyCondemned: number; trials: number; byFault: object; detectedMs: Summary }>
	>;
};

/** All the figures of a run, as they go into the JSON file. Pure. */
export function toReport(judgement: Judgement, facts: RunFacts): Report {
	const { trials, falseClaims, unknown, undone } = judgement;
	const byFault: Partial<Record<FaultName, FaultRow>> = {};
	for (const fault of FAULT_NAMES) {
		const concerned = trials.filter(({ record }) => record.trial.fault === fault);
		if (concerned.length > 0) {
			byFault[fault] = toRow(concerned);
		}
	}
	const disturbances = [...new Set(trials.map(({ record }) => record.disturbance))].sort();
	return {
		...facts,
		trials: trials.length,
		perHour: Math.round((trials.length / facts.tookMs) * 3_600_000),
		totals: toRow(trials),
		byFault,
		byDisturbance: Object.fromEntries(
			disturbances.map((name) => [name, toRow(trials.filter(({ record }) => record.disturbance === name))]),
		),
		falseClaims: falseClaims.filter((claim) => !claim.residue),
		residueClaims: falseClaims.filter((claim) => claim.residue),
		unknown,
		undone,
		missedTrials: trials.filter(({ result }) => result === 'missed').map(toMissed),
		notRun: trials
			.filter(({ result }) => result === 'not-run')
			.map(({ record }) => ({
				trial: record.trial.number,
				fault: record.trial.fault,
				failure: record.failure ?? '',
			})),
		naive: Object.fromEntries(
			NAIVE_DETECTORS.map((detector) => {
				const tally = judgement.naive[detector];
				return [detector, { ...tally, detectedMs: summarise(tally.detectedMs) }];
			}),
		) as Report['naive'],
	};
}

function toMissed({ record, deaths }: Judged): Report['missedTrials'][number] {
	const missing = deaths.filter((death) => death.result === 'missed').flatMap((death) => death.missing);
	return {
		trial: record.trial.number,
		fault: record.trial.fault,
		disturbance: record.disturbance,
		missing: [...new Set(missing)],
	};
}

function toRow(trials: readonly Judged[]): FaultRow {
	const count = (result: Judged['result']) => trials.filter((trial) => trial.result === result).length;
	const deaths = trials.flatMap((trial) => trial.deaths);
	const detected = deaths.filter((death) => death.result === 'condemned');
	const times = (of: readonly Judged[]) => {
		const found = of
			.flatMap((trial) => trial.deaths)
			.flatMap(({ detectedMs, paused }) => (paused ? [] : (detectedMs ?? [])));
		return found.length > 0 ? summarise(found) : null;
	};
	return {
		trials: trials.length,
		right: count('right'),
		false: count('false'),
		residue: count('residue'),
		missed: count('missed'),
		notRun: count('not-run'),
		missing: countCodes(deaths.filter((death) => death.result === 'missed')),
		wentBefore: deaths.filter((death) => death.result === 'replaced' || death.result === 'left').length,
		detectedMs: times(trials),
		calmDetectedMs: times(trials.filter(({ record }) => record.disturbance === 'none')),
		paused: detected.filter((death) => death.paused).length,
	};
}

function countCodes(deaths: readonly DeathOutcome[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const code of deaths.flatMap((death) => [...new Set(death.missing)])) {
		counts[code] = (counts[code] ?? 0) + 1;
	}
	return counts;
}

const COLUMNS = ['trials', 'right', 'false', 'missed', 'not run', 'went', 'median', 'p95', 'p99', 'worst'] as const;
const NAME_WIDTH = 30;

/** The tally for a terminal. Times are ms from death to verdict. */
export function toText(report: Report): string {
	const lines = [
		header('fault'),
		...FAULT_NAMES.flatMap((fault) => {
			const row = report.byFault[fault];
			return row ? [line(label(fault), row, row.calmDetectedMs)] : [];
		}),
		line('all', report.totals, report.totals.calmDetectedMs),
		'(ms from death to verdict, of undisturbed waves)',
		'',
		header('meanwhile'),
		...Object.entries(report.byDisturbance).map(([name, row]) => line(name, row, row.detectedMs)),
		'',
		...missedLines(report),
		...naiveLines(report),
		...claimLines('FALSE', report.falseClaims),
		...claimLines('known residue', report.residueClaims),
		...report.notRun.map(({ trial, fault, failure }) => `not run: trial ${trial} ${fault}: ${failure}`),
		...summaryLines(report),
	];
	return lines.join('\n');
}

function label(fault: FaultName): string {
	return traitsOf(fault).truth === 'death-unprovable' ? `${fault} *` : fault;
}

function header(name: string): string {
	return name.padEnd(NAME_WIDTH) + COLUMNS.map((column) => column.padStart(8)).join('');
}

function line(name: string, row: FaultRow, detectedMs: Summary | null): string {
	const times = [detectedMs?.median, detectedMs?.p95, detectedMs?.p99, detectedMs?.worst].map((ms) =>
		ms === undefined ? '-' : String(Math.round(ms)),
	);
	const falses = row.residue > 0 ? `${row.false}+${row.residue}r` : String(row.false);
	const cells = [row.trials, row.right, falses, row.missed, row.notRun, row.wentBefore, ...times];
	return name.padEnd(NAME_WIDTH) + cells.map((cell) => String(cell).padStart(8)).join('');
}

function missedLines({ missedTrials }: Report): string[] {
	const expected = missedTrials.filter(({ fault }) => traitsOf(fault).truth === 'death-unprovable');
	const others = missedTrials.filter(({ fault }) => traitsOf(fault).truth !== 'death-unprovable');
	return [
		...others.map(
			({ trial, fault, disturbance, missing }) =>
				`missed: trial ${trial} ${fault} during ${disturbance}; lacked ${missing.join(', ')}`,
		),
		`* cannot be proven from outside, and clears by expiry: ${expected.length} missed as it must be`,
		'',
	];
}

function naiveLines({ naive }: Report): string[] {
	return [
		'naive detectors on the same trials: healthy incarnations condemned (in how many trials); median ms after SIGKILL',
		...NAIVE_DETECTORS.map((detector) => {
			const { healthyCondemned, trials, detectedMs } = naive[detector];
			const median = Number.isNaN(detectedMs.median) ? '-' : String(Math.round(detectedMs.median));
			return `${detector.padEnd(NAME_WIDTH)}${String(healthyCondemned).padStart(8)}${`(${trials})`.padStart(8)}${median.padStart(8)}`;
		}),
		'',
	];
}

function claimLines(title: string, claims: readonly FalseClaim[]): string[] {
	return claims.map(
		({ kind, path, trial, fault, disturbance, reasons }) =>
			`${title}: ${kind} ${path} in trial ${trial ?? 'none'} (${fault ?? '-'} during ${disturbance ?? '-'}): ${reasons.join(', ')}`,
	);
}

function summaryLines(report: Report): string[] {
	const purges = Object.entries(report.purges).map(([outcome, count]) => `${count} ${outcome}`);
	return [
		`purges: ${purges.length > 0 ? purges.join(', ') : 'none'}`,
		...Object.entries(report.purgeRefusals).map(([why, count]) => `  ${count} not done: ${why}`),
		`${report.trials} trials in ${Math.round(report.tookMs / 1_000)} s (${report.perHour} an hour), seed ${report.seed}, ${report.parallel} at a time, network faults ${report.network ? 'on' : 'off'}, harness paused ${report.pauses} times`,
		`${report.falseClaims.length} false, ${report.residueClaims.length} of the known residue, ${report.unknown} unknown, ${report.undone} purges undone`,
	];
}
