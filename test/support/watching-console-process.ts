import { createInterface } from 'node:readline';
import { systemClock } from '@/lib/adapters/clock';
import { openScenario, type Scenario } from './scenario';
import { parseWatchingOptions, type Sighting } from './watching-console';

/**
 * A console in a process of its own, so that it can be stopped or cut off by itself. Its argument: the options as JSON. It
 * prints a line for each change of verdict and for each member that becomes provable, and ends with its input.
 */
const LOOK_EVERY_MS = 20;

function say(sighting: Sighting): void {
	process.stdout.write(`${JSON.stringify(sighting)}\n`);
}

/** Everything that is new since the last look. */
function look(scenario: Scenario, told: Map<string, number>): void {
	for (const { path, czxid, provable } of scenario.cluster.members()) {
		const transitions = scenario.cluster.member(path)?.transitions ?? [];
		const key = `${path} ${czxid}`;
		for (const { to, reasons } of transitions.slice(told.get(key) ?? 0)) {
			say({ path, czxid, verdict: to, reasons });
		}
		told.set(key, transitions.length);
		if (provable && !told.has(`provable ${key}`)) {
			told.set(`provable ${key}`, 1);
			say({ path, czxid, verdict: 'provable', reasons: [] });
		}
	}
}

async function main(): Promise<void> {
	const scenario = await openScenario(parseWatchingOptions(process.argv[2] ?? ''));
	const end = new AbortController();
	createInterface({ input: process.stdin }).on('close', () => end.abort());
	const told = new Map<string, number>();
	while (!end.signal.aborted) {
		look(scenario, told);
		await systemClock.sleep(LOOK_EVERY_MS, end.signal);
	}
	await scenario.close();
}

main().then(
	() => process.exit(0),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
		process.exit(1);
	},
);
