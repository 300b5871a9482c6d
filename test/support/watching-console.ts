import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { howItEnded } from '@/lib/cli/members';
import { spawnTied } from '@/lib/cli/spawn-tied';
import type { RegistrationConfig, ServerConfig } from '@/lib/core/config';
import { isProven } from '@/lib/core/detector';
import type { ReasonCode, Verdict } from '@/lib/core/reason';
import type { ScenarioOptions } from './scenario';
import { eventually } from './zookeeper';

const PROGRAM = fileURLToPath(new URL('./watching-console-process.ts', import.meta.url));
const WAIT_MS = 60_000;

export type WatchingOptions = {
	readonly ensemble: { readonly connect: string; readonly config: readonly ServerConfig[] };
	readonly registrations: readonly RegistrationConfig[];
} & Pick<ScenarioOptions, 'cluster' | 'observer' | 'policy' | 'failureDomain' | 'sessionTimeoutMs'>;

/** A verdict that the console came to, or that everything for a proof by refusal has been seen. */
export type Sighting = {
	readonly path: string;
	readonly czxid: string;
	readonly verdict: Verdict | 'provable';
	readonly reasons: readonly ReasonCode[];
};

/** A console in a process of its own. */
export type WatchingConsole = {
	readonly pid: number;
	/** Everything that it has told, oldest first. */
	sightings(): readonly Sighting[];
	/** Of these paths, those told dead or superseded. */
	condemned(paths: readonly string[]): readonly Sighting[];
	/** Resolves with the first of this verdict told after the first `from` sightings. */
	tells(path: string, verdict: Sighting['verdict'], from?: number): Promise<Sighting>;
	kill(signal: NodeJS.Signals): void;
	close(): Promise<void>;
};

/** The other side of startWatchingConsole, which alone writes it. */
export function parseWatchingOptions(text: string): ScenarioOptions {
	return JSON.parse(text) as WatchingOptions;
}

/** `within`: a command line that runs it somewhere else, e.g. in a network namespace. */
export function startWatchingConsole(
	{ ensemble, ...more }: WatchingOptions,
	within: readonly string[] = [],
): WatchingConsole {
	const { connect, config } = ensemble;
	const options: WatchingOptions = { ensemble: { connect, config }, ...more };
	const line = [...within, process.execPath, '--import', 'tsx', PROGRAM, JSON.stringify(options)];
	const [program = '', ...args] = line;
	const child = spawnTied(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = howItEnded(child);
	const seen: Sighting[] = [];
	createInterface({ input: child.stdout }).on('line', (told) => seen.push(JSON.parse(told) as Sighting));

	return {
		pid: child.pid ?? 0,
		sightings: () => [...seen],
		condemned: (paths) =>
			seen.filter(({ path, verdict }) => paths.includes(path) && verdict !== 'provable' && isProven(verdict)),
		tells: (path, verdict, from = 0) =>
			eventually(
				`the console tells that ${path} is ${verdict}`,
				() => seen.slice(from).find((each) => each.path === path && each.verdict === verdict) ?? null,
				WAIT_MS,
			),
		kill: (signal) => {
			child.kill(signal);
		},
		async close() {
			child.kill('SIGCONT');
			child.stdin.end();
			const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
			await ended;
			clearTimeout(timer);
		},
	};
}
