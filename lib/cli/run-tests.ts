import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { leave } from './run-folder';
import { TEST_STEPS } from './setup/needs.mjs';
import { onStopRequest } from './stop-request';
import { failedFilesOf, type Tally, tallyOf, withSecondRun } from './test-report';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MINUTE_MS = 60_000;
/** All steps, from the start of the command on, set-up included: CI waits half an hour. */
const RUN_MS_MAX = 28 * MINUTE_MS;
const GRACE_MS = 5_000;

type StepName = (typeof TEST_STEPS)[number];

/** Node scripts, run one after the other as long as they end with 0. `report`: kind of the JSON report it writes. */
type Step = {
	readonly msMax: number;
	readonly report: 'vitest' | 'playwright' | null;
	commands(reportFile: string): readonly (readonly string[])[];
};

const vitest = (project: string, reportFile: string, files: readonly string[] = []): string[][] => [
	[
		'node_modules/vitest/vitest.mjs',
		'run',
		'--project',
		project,
		'--reporter=default',
		'--reporter=json',
		`--outputFile.json=${reportFile}`,
		...files,
	],
];

/** Stories with real processes that failed on a machine busy with others run once more, alone: at most so many files. */
const AGAIN_MAX = 3;
/** Never these: what fails there once, whatever else went on, is a living member condemned or removed. */
const NEVER_AGAIN = /test\/scenarios\/(chaos|fence)\//;

const STEPS: Record<StepName, Step> = {
	lint: {
		msMax: 3 * MINUTE_MS,
		report: null,
		commands: () => [['node_modules/@biomejs/biome/bin/biome', 'ci', '.']],
	},
	types: {
		msMax: 5 * MINUTE_MS,
		report: null,
		// The routes' types and next-env.d.ts are generated; a fresh clone has neither.
		commands: () => [
			['node_modules/next/dist/bin/next', 'typegen'],
			['node_modules/typescript/bin/tsc', '--noEmit'],
		],
	},
	unit: { msMax: 5 * MINUTE_MS, report: 'vitest', commands: (file) => vitest('unit', file) },
	integration: { msMax: 18 * MINUTE_MS, report: 'vitest', commands: (file) => vitest('integration', file) },
	browser: {
		msMax: 14 * MINUTE_MS,
		report: 'playwright',
		commands: () => [
			[
				'node_modules/@playwright/test/cli.js',
				'test',
				'-c',
				'test/browser/playwright.config.ts',
				'--reporter=list,json',
			],
		],
	},
};

type Result = { readonly name: StepName; readonly tally: Tally; readonly seconds: number; readonly note: string };

let running: ChildProcess | null = null;

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
		return;
	}
	process.kill(-child.pid, signal);
}

/** Runs a Node script in a process group of its own; resolves with null when it ended with 0, else with what happened. */
async function runScript(args: readonly string[], env: NodeJS.ProcessEnv, msMax: number): Promise<string | null> {
	if (msMax <= 0) {
		return 'no time was left';
	}
	const child = spawn(process.execPath, args, {
		cwd: ROOT,
		env,
		stdio: ['ignore', 'inherit', 'inherit'],
		detached: true,
	});
	running = child;
	let late = false;
	const limit = setTimeout(() => {
		late = true;
		killGroup(child, 'SIGTERM');
	}, msMax);
	const force = setTimeout(() => killGroup(child, 'SIGKILL'), msMax + GRACE_MS);
	const failure = await new Promise<string | null>((resolve) => {
		child.once('error', (error) => resolve(error.message));
		child.once('exit', (code, signal) => resolve(code === 0 ? null : (signal ?? `exit code ${code}`)));
	});
	clearTimeout(limit);
	clearTimeout(force);
	running = null;
	return late ? `ended after ${Math.round(msMax / 1_000)} s, its time limit` : failure;
}

function readIfThere(file: string): string | null {
	return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

async function runStep(name: StepName, folder: string, deadlineMs: number): Promise<Result> {
	const step = STEPS[name];
	const reportFile = join(folder, `${name}.json`);
	const startedAtMs = Date.now();
	const untilMs = Math.min(deadlineMs, startedAtMs + step.msMax);
	const env = {
		...process.env,
		ROLLCALL_TRIALS: process.env.ROLLCALL_TRIALS ?? '200',
		PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile,
	};
	console.log(`\n== ${name}`);
	let failure: string | null = null;
	for (const args of step.commands(reportFile)) {
		failure ??= await runScript(args, env, untilMs - Date.now());
	}
	let text = readIfThere(reportFile);
	let retried = '';
	const failed = name === 'integration' ? failedFilesOf(text) : [];
	if (failed.length > 0 && failed.length <= AGAIN_MAX && !failed.some(({ file }) => NEVER_AGAIN.test(file))) {
		console.log(`\n== ${name}, once more and alone: what failed beside others`);
		const files = failed.map(({ file }) => file);
		const secondFile = join(folder, `${name}-again.json`);
		const [command = []] = vitest(name, secondFile, files);
		const second = await runScript(command, env, untilMs - Date.now());
		const merged = withSecondRun(text, readIfThere(secondFile));
		text = merged ?? text;
		failure = merged === null ? failure : second;
		retried = `failed beside others: ${failed.flatMap(({ tests }) => tests).join('; ')}`;
	}
	const ok = failure === null;
	const tally = step.report === null ? { passed: ok ? 1 : 0, failed: ok ? 0 : 1 } : tallyOf(step.report, text, ok);
	const missing = step.report !== null && text === null ? 'no report' : null;
	const note = [failure, missing, retried].filter((each) => each !== null && each !== '').join('; ');
	return { name, tally, seconds: Math.round((Date.now() - startedAtMs) / 1_000), note };
}

function printTable(results: readonly Result[]): void {
	console.log(`\n${'step'.padEnd(12)} ${'passed'.padStart(7)} ${'failed'.padStart(7)} ${'seconds'.padStart(8)}`);
	for (const { name, tally, seconds, note } of results) {
		const figures = `${String(tally.passed).padStart(7)} ${String(tally.failed).padStart(7)} ${String(seconds).padStart(8)}`;
		console.log(`${name.padEnd(12)} ${figures}${note === '' ? '' : `  ${note}`}`);
	}
}

/** The steps named as arguments, in their usual order; all of them when none is named. */
function chooseSteps(args: readonly string[]): readonly StepName[] {
	const unknown = args.filter((arg) => !TEST_STEPS.some((step) => step === arg));
	if (unknown.length > 0) {
		console.error(`unknown step '${unknown.join("', '")}': npm test -- [${TEST_STEPS.join('|')} …]`);
		leave(2);
	}
	return args.length === 0 ? TEST_STEPS : TEST_STEPS.filter((step) => args.includes(step));
}

async function runTests(): Promise<void> {
	const steps = chooseSteps(process.argv.slice(2));
	process.on('exit', () => {
		if (running) {
			killGroup(running, 'SIGKILL');
		}
	});
	onStopRequest((cause) => {
		console.error(`Stopped by ${cause}.`);
		const child = running;
		if (child === null) {
			leave(130);
		}
		child.once('exit', () => leave(130));
		killGroup(child, 'SIGTERM');
		setTimeout(() => leave(130), GRACE_MS);
	});
	const deadlineMs = Number(process.env.ROLLCALL_STARTED_AT_MS ?? Date.now()) + RUN_MS_MAX;
	const folder = await mkdtemp(join(tmpdir(), 'rollcall-tests-'));
	const results: Result[] = [];
	for (const name of steps) {
		results.push(await runStep(name, folder, deadlineMs));
	}
	await rm(folder, { recursive: true, force: true });
	printTable(results);
	const passed = results.reduce((sum, { tally }) => sum + tally.passed, 0);
	const failed = results.reduce((sum, { tally }) => sum + tally.failed, 0);
	console.log(`\n${passed} passed, ${failed} failed`);
	leave(failed === 0 ? 0 : 1);
}

await runTests();
