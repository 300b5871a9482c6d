import { setTimeout as pause } from 'node:timers/promises';
import { assemble, type Cast, isOrdinary, type Pool, poolKey } from './cast';
import type { ChaosMember } from './chaos-member';
import { disturb } from './disturb';
import type { Trial, Wave } from './draw-trials';
import { traitsOf } from './faults';
import { monotonicMs } from './monotonic';
import { act } from './scripts';
import type { Life, TrialRecord } from './truth';
import type { World } from './world';

/** A living member is watched this much longer: more than settling, rounds and sweeps take together. */
const WATCH_AFTER_MS = 4_000;
/** ZooKeeper expires within the time-out and a tick; a busy leader takes longer. */
const EXPIRY_SLACK_MS = 15_000;
const PURGE_ATTEMPTS = 3;

type Assembled = { readonly trial: Trial; readonly cast: Cast | null; readonly failure: string | null };

export type WavesOptions = {
	readonly onWave: (wave: Wave, tookMs: number) => void;
	/** Asked between waves. */
	readonly goOn: () => boolean;
};

/** Runs the waves one after the other; each next one's members get ready meanwhile. */
export async function runWaves(world: World, waves: readonly Wave[], options: WavesOptions): Promise<void> {
	const pool: Pool = new Map();
	let next = waves[0] ? assembleAll(world, pool, waves[0]) : Promise.resolve([]);
	for (const [index, wave] of waves.entries()) {
		const assembled = await next;
		if (!options.goOn()) {
			return;
		}
		const startedAtMs = monotonicMs();
		const following = waves[index + 1];
		next = following ? assembleAll(world, pool, following) : Promise.resolve([]);
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
	await Promise.all(assembled.map(({ trial, cast }) => (cast ? dismiss(world, pool, trial, cast) : undefined)));
}

async function runTrial(
	world: World,
	trial: Trial,
	cast: Cast | null,
	failure: string | null,
): Promise<Omit<TrialRecord, 'disturbance'>> {
	const startedAtMs = monotonicMs();
	if (cast === null) {
		return { trial, startedAtMs, endedAtMs: startedAtMs, subjects: [], involved: [], failure };
	}
	const lives = cast.subject.lives();
	const done = await pause(trial.startMs)
		.then(() => act(world, cast, trial))
		.then(() => observe(world, trial, cast, lives))
		.then(
			() => null,
			(error: Error) => error.message,
		);
	const subjects = lives.map((life) => life.czxid);
	const everybody = [cast.subject, cast.companion, cast.standby].flatMap((member) => member?.lives() ?? []);
	const involved = [...new Set([...subjects, ...everybody.map((life) => life.czxid)])];
	return { trial, startedAtMs, endedAtMs: monotonicMs(), subjects, involved, failure: done };
}

/** After the fault: the dead are waited for until they are condemned or gone, the living are watched for a while. */
async function observe(world: World, trial: Trial, cast: Cast, lives: readonly Life[]): Promise<void> {
	if (traitsOf(trial.fault).truth === 'alive') {
		await pause(WATCH_AFTER_MS);
		return;
	}
	const settled = Promise.all(lives.map((life) => untilDecided(world, trial, life)));
	await Promise.all([settled, pause(WATCH_AFTER_MS)]);
	if (cast.standby && trial.fault !== 'address-reused') {
		const path = cast.standby.options.registrations[0]?.path ?? '';
		await cast.standby.registered(path, trial.sessionTimeoutMs + EXPIRY_SLACK_MS);
	}
}

async function untilDecided(world: World, trial: Trial, life: Life): Promise<void> {
	const standing = () => world.history.standing(life.czxid);
	const untilMs = (life.diedAtMs ?? monotonicMs()) + trial.sessionTimeoutMs + EXPIRY_SLACK_MS;
	while (standing().condemnedAtMs === null && standing().leftAtMs === null && monotonicMs() < untilMs) {
		await pause(50);
	}
	if (!trial.purge || standing().condemnedAtMs === null) {
		return;
	}
	for (let attempt = 0; attempt < PURGE_ATTEMPTS && standing().leftAtMs === null; attempt++) {
		const outcome = await world.purge(life);
		if (outcome === 'purged' || outcome === 'stale') {
			return;
		}
		await pause(500);
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
		if (isOrdinary(trial.fault) && member.alive() && member.well()) {
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
