import { assemble, type Cast, isReusableAfter, type Pool, poolKey } from './cast';
import type { ChaosMember } from './chaos-member';
import { disturb } from './disturb';
import type { Trial, Wave } from './draw-trials';
import { monotonicMs } from './monotonic';
import { runTrial } from './run-trial';
import type { World } from './world';

type Assembled = { readonly trial: Trial; readonly cast: Cast | null; readonly failure: string | null };

export type WavesOptions = {
	readonly onWave: (wave: Wave, tookMs: number) => void;
	/** Asked between waves. */
	readonly goOn: () => boolean;
};

/** Waves whose members get ready while another one runs: it takes longer until they can be proven than a wave lasts. */
const WAVES_AHEAD = 2;

/** Runs the waves one after the other. */
export async function runWaves(world: World, waves: readonly Wave[], options: WavesOptions): Promise<void> {
	const pool: Pool = new Map();
	const ahead: Promise<Assembled[]>[] = [];
	for (const [index, wave] of waves.entries()) {
		const started = index + ahead.length;
		ahead.push(...waves.slice(started, index + 1 + WAVES_AHEAD).map((next) => assembleAll(world, pool, next)));
		const assembled = (await ahead.shift()) ?? [];
		if (!options.goOn()) {
			return;
		}
		const startedAtMs = monotonicMs();
		await runWave(world, pool, wave, assembled);
		options.onWave(wave, monotonicMs() - startedAtMs);
	}
}

function assembleAll(world: World, pool: Pool, wave: Wave): Promise<Assembled[]> {
	return Promise.all(
		wave.trials.map((trial) =>
			assemble(world, pool, trial).then(
				(cast) => ({ trial, cast, failure: null }),
				(error: Error) => ({ trial, cast: null, failure: error.message }),
			),
		),
	);
}

async function runWave(world: World, pool: Pool, wave: Wave, assembled: readonly Assembled[]): Promise<void> {
	const disturbed = disturb(world, wave).catch((error: Error) => {
		process.stderr.write(`wave ${wave.number}: ${wave.disturbance.name} could not be done: ${error.message}\n`);
	});
	await Promise.all(
		assembled.map(async ({ trial, cast, failure }) => {
			const record = await runTrial(world, trial, cast, failure);
			world.history.tried({ ...record, disturbance: wave.disturbance.name });
		}),
	);
	await disturbed;
	await auditRegistry(world, assembled);
	await Promise.all(assembled.map(({ trial, cast }) => (cast ? dismiss(world, pool, trial, cast) : undefined)));
}

/** Nobody who lives may have lost his registration; a member may have missed its going. */
async function auditRegistry(world: World, assembled: readonly Assembled[]): Promise<void> {
	const members = assembled.flatMap(({ cast }) => (cast ? [cast.subject, cast.companion, cast.standby] : []));
	const started = members.filter((member) => member !== null).filter((member) => member.started());
	for (const lost of await world.audit.findLost(started)) {
		world.history.registrationLost(lost);
	}
}

/** Those who came well through it and are like any other serve again; the rest go, and count as dead from then on. */
async function dismiss(world: World, pool: Pool, trial: Trial, cast: Cast): Promise<void> {
	await world.network.heal(cast.subject.ip);
	cast.relay?.close();
	for (const member of [cast.subject, cast.companion, cast.standby]) {
		if (member === null) {
			continue;
		}
		if (isReusableAfter(trial.fault) && member.well()) {
			const key = poolKey(trial);
			pool.set(key, [...(pool.get(key) ?? []), member]);
			continue;
		}
		await end(member);
		for (const life of member.alive() || !member.started() ? [] : member.lives()) {
			world.forget(life);
		}
	}
}

async function end(member: ChaosMember): Promise<void> {
	if (!member.alive()) {
		return;
	}
	member.goOn();
	if (!member.started()) {
		member.killNow();
		return;
	}
	// Whoever does not manage to leave by itself is ended.
	await member.exit().catch(() => member.killNow());
}
