import { spawn } from 'node:child_process';
import { createWriteStream, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import { drawTrials, type Wave } from './chaos/draw-trials';
import { isSafe, judge } from './chaos/judge';
import { loopbackNetwork, namespacedNetwork, namespacesWork } from './chaos/network';
import { toReport, toText } from './chaos/report';
import { runWaves } from './chaos/run-waves';
import { openWorld, type World } from './chaos/world';
import { leave } from './run-folder';
import { onStopRequest } from './stop-request';
import { tieToParent } from './tie-to-parent';

/**
 * `npm run chaos -- --trials N --seed S [--parallel P] [--minutes M] [--json FILE] [--log FILE] [--quick] [--from-wave W] [--recovery]`
 *
 * Randomised faults on real processes with a ground truth that the console cannot see (docs/chaos.md). Exit code 1 on any
 * false dead, superseded or purge. With `--minutes` it stops drawing waves after that time. `--quick`: only short faults.
 * `--recovery`: automatic recovery is on and purges by itself what it takes for dead, without its brakes.
 */
const INSIDE = '--inside-namespace';

type Options = {
	readonly trials: number;
	readonly seed: number;
	readonly parallel: number;
	readonly minutes: number | null;
	readonly json: string | null;
	/** Everything that happens goes there, one JSON a line. */
	readonly log: string | null;
	readonly quick: boolean;
	readonly recovery: boolean;
	readonly fromWave: number;
	readonly inside: boolean;
};

function wholeNumber(name: string, value: string, min: number, max: number): number {
	const number = Number(value);
	if (!Number.isInteger(number) || number < min || number > max) {
		throw new Error(`--${name} must be a whole number from ${min} to ${max}; found '${value}'`);
	}
	return number;
}

function parseOptions(args: readonly string[]): Options {
	const { values } = parseArgs({
		args: [...args],
		options: {
			trials: { type: 'string' },
			seed: { type: 'string', default: '1' },
			parallel: { type: 'string', default: '24' },
			minutes: { type: 'string' },
			json: { type: 'string' },
			log: { type: 'string' },
			quick: { type: 'boolean', default: false },
			recovery: { type: 'boolean', default: false },
			'from-wave': { type: 'string', default: '1' },
			'inside-namespace': { type: 'boolean', default: false },
		},
	});
	const minutes = values.minutes === undefined ? null : wholeNumber('minutes', values.minutes, 1, 100_000);
	const trials = values.trials ?? (minutes === null ? '200' : '1000000');
	return {
		trials: wholeNumber('trials', trials, 1, 1_000_000),
		seed: wholeNumber('seed', values.seed, 0, 2 ** 31),
		parallel: wholeNumber('parallel', values.parallel, 1, 64),
		minutes,
		json: values.json ?? null,
		log: values.log ?? null,
		quick: values.quick,
		recovery: values.recovery,
		fromWave: wholeNumber('from-wave', values['from-wave'], 1, 1_000_000),
		inside: values['inside-namespace'],
	};
}

/** The same command within a network namespace of its own, which goes when its last process does; gives its exit code. */
function runInside(args: readonly string[]): Promise<number> {
	const program = fileURLToPath(import.meta.url);
	const command = ['--net', process.execPath, '--import', 'tsx', program, INSIDE, ...args];
	const tied = tieToParent('unshare', command);
	const child = spawn(tied.command, tied.args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
	onStopRequest(() => child.kill('SIGTERM'));
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code) => resolve(code ?? 1));
	});
}

function openLog(file: string | null): (event: object) => void {
	if (file === null) {
		return () => undefined;
	}
	const stream = createWriteStream(file);
	return (event) => {
		stream.write(`${JSON.stringify(event)}\n`);
	};
}

function say(line: string): void {
	process.stderr.write(`${line}\n`);
}

async function run(options: Options): Promise<number> {
	const network = options.inside ? await namespacedNetwork() : loopbackNetwork();
	if (!network.canDrop) {
		say('no network namespaces here (root on Linux has them): packets are not dropped in this run');
	}
	const { seed, trials, parallel, quick } = options;
	const waves = drawTrials({ seed, trials, parallel, network: network.canDrop, quick }).slice(options.fromWave - 1);
	let stopped = false;
	onStopRequest((cause) => {
		stopped = true;
		say(`${cause}: ends after this wave`);
	});
	const log = openLog(options.log);
	const world = await openWorld(network, { onProgress: say, log, recovery: options.recovery });
	const startedAtMs = performance.now();
	const untilMs = options.minutes === null ? Number.POSITIVE_INFINITY : startedAtMs + options.minutes * 60_000;
	try {
		await runWaves(world, waves, {
			goOn: () => !stopped && performance.now() < untilMs,
			onWave: (wave, tookMs) => sayWave(world, wave, tookMs),
		});
		return conclude(world, options, performance.now() - startedAtMs);
	} finally {
		await world.close();
	}
}

function sayWave({ history }: World, { number, disturbance, trials }: Wave, tookMs: number): void {
	const { trials: judged, falseClaims } = judge(history.observations(DEFAULT_POLICY.settleMs));
	const ofWave = judged.filter(({ record }) => record.trial.wave === number);
	const count = (result: string) => ofWave.filter((trial) => trial.result === result).length;
	const counts = ['right', 'missed', 'false', 'residue', 'not-run'].map((result) => `${count(result)} ${result}`);
	say(
		`wave ${number} (${disturbance.name}, ${trials.length} trials, ${Math.round(tookMs / 1_000)} s): ${counts.join(', ')}; false so far ${falseClaims.filter((claim) => !claim.residue).length}`,
	);
}

function countBy(values: readonly string[]): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const value of values) {
		counts[value] = (counts[value] ?? 0) + 1;
	}
	return counts;
}

/** Prints the tally and gives the exit code. */
function conclude({ history, network }: World, options: Options, tookMs: number): number {
	const settleMs = DEFAULT_POLICY.settleMs;
	const observations = history.observations(settleMs);
	const judgement = judge(observations);
	const { seed, parallel } = options;
	const report = toReport(judgement, {
		seed,
		parallel,
		network: network.canDrop,
		tookMs,
		settleMs,
		purges: countBy(observations.purges.map(({ outcome }) => outcome)),
		purgeRefusals: countBy(
			observations.purges
				.filter(({ outcome }) => outcome !== 'purged')
				.map(({ outcome, detail }) => `${outcome}: ${detail}`),
		),
		pauses: observations.pauses.length,
	});
	console.log(toText(report));
	if (options.json !== null) {
		writeFileSync(options.json, `${JSON.stringify(report, null, '\t')}\n`);
	}
	return isSafe(judgement) ? 0 : 1;
}

async function main(): Promise<void> {
	const args = process.argv.slice(2);
	const options = parseOptions(args);
	const code = !options.inside && namespacesWork() ? await runInside(args) : await run(options);
	leave(code);
}

main().catch((error: unknown) => {
	say(error instanceof Error ? (error.stack ?? error.message) : String(error));
	leave(1);
});
