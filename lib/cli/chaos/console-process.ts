import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { History } from './history';
import { type LineProcess, startLineProcess } from './line-process';
import { type ConsoleEvent, consoleEventSchema, purgeAnswerSchema } from './messages';
import { monotonicMs } from './monotonic';
import type { Network } from './network';
import type { RegistryAudit } from './registry-audit';
import type { Life } from './truth';

const PROGRAM = fileURLToPath(new URL('./chaos-console.ts', import.meta.url));

export type ConsoleOptions = {
	readonly folder: string;
	readonly connect: string;
	readonly servers: readonly object[];
	/** Automatic recovery is on. */
	readonly recovery: boolean;
};

/** The proof is what is attacked: the brakes of automatic recovery would hide it. */
const UNBRAKED = {
	automaticRecovery: true,
	massFailureMin: 10_000,
	massFailureShare: 1,
	rateBurst: 1_000,
	ratePerS: 1_000,
	flappingPurgesMax: 1_000,
};

/** The file as an operator would write it; dozens die at once here, and who may purge how many is not what is measured. */
async function writeConfig({ folder, connect, servers, recovery }: ConsoleOptions): Promise<string> {
	const file = join(folder, 'rollcall.json');
	const cluster = {
		id: 'chaos',
		zookeeper: { connect, sessionTimeoutMs: 10_000, servers },
		registrations: [{ path: '/turms/members', format: 'turms' }],
		policy: { blastRadiusMin: 10_000, ...(recovery ? UNBRAKED : {}) },
	};
	await writeFile(file, JSON.stringify({ clusters: [cluster], database: `sqlite:${join(folder, 'rollcall.db')}` }));
	return file;
}

/** Starts the console under test where the observers are, and resolves when it is up. */
export async function startConsole(network: Network, options: ConsoleOptions, history: History): Promise<LineProcess> {
	const config = await writeConfig(options);
	let tellUp: () => void = () => undefined;
	const up = new Promise<void>((resolve) => {
		tellUp = resolve;
	});
	const child = startLineProcess({
		...network.asObserver(process.execPath, ['--import', 'tsx', PROGRAM]),
		env: { ...process.env, ROLLCALL_CONFIG: config },
		onEvent: (message) => {
			const event = consoleEventSchema.parse(message);
			return event.event === 'up' ? tellUp() : hear(history, event);
		},
	});
	const ended = child.exited.then(() => {
		throw new Error('the console ended while it started');
	});
	await Promise.race([up, ended]);
	return child;
}

/** A row tells more than the moment of a condemnation, and later. */
function hear(history: History, event: ConsoleEvent): void {
	history.log(event);
	switch (event.event) {
		case 'verdict':
			history.claimed(event);
			break;
		case 'row':
			history.seen(event.czxid, event.verdict, event.provable, event.missing);
			break;
		case 'left':
			history.left(event.czxid, event.atMs);
			break;
		case 'recovered': {
			const { path, czxid, outcome, detail, atMs } = event;
			history.purged({ path, czxid, askedAtMs: atMs, answeredAtMs: atMs, outcome, detail, stillThere: false });
			break;
		}
		case 'alarm':
			process.stderr.write(`console: alarm ${event.action} for ${event.path}\n`);
			break;
		case 'ensemble':
		case 'up':
			break;
	}
}

/** Asks for the purge of one incarnation and writes down what came of it; gives the outcome, 'error' without an answer. */
export async function purgeThrough(
	console: LineProcess,
	audit: RegistryAudit,
	history: History,
	life: Life,
): Promise<string> {
	const { path, czxid } = life;
	const askedAtMs = monotonicMs();
	try {
		const answer = purgeAnswerSchema.parse(await console.tell('purge', { path, czxid }));
		const stillThere = answer.outcome === 'purged' && (await audit.isStillThere(life));
		history.purged({ path, czxid, askedAtMs, ...answer, stillThere });
		return answer.outcome;
	} catch (error) {
		const detail = error instanceof Error ? error.message : String(error);
		history.purged({
			path,
			czxid,
			askedAtMs,
			answeredAtMs: monotonicMs(),
			outcome: 'error',
			detail,
			stillThere: false,
		});
		return 'error';
	}
}
