import { setTimeout as pause } from 'node:timers/promises';
import type { Cast } from './cast';
import type { Trial } from './draw-trials';
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
const LOOK_MS = 50;

/** Runs one trial with its cast; what kept it from running as drawn is in the record. */
export async function runTrial(
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
	const ended = new AbortController();
	const purged = trial.purge ? purgeTheCondemned(world, cast, ended.signal) : Promise.resolve();
	const done = await pause(trial.startMs)
		.then(() => act(world, cast, trial))
		.then(() => observe(world, trial, cast, lives))
		.then(
			() => null,
			(error: Error) => error.message,
		);
	ended.abort();
	await purged;
	const subjects = lives.map((life) => life.czxid);
	const involved = [...new Set([...subjects, ...livesOf(cast).map((life) => life.czxid)])];
	return { trial, startedAtMs, endedAtMs: monotonicMs(), subjects, involved, failure: done };
}

function livesOf({ subject, companion, standby }: Cast): Life[] {
	return [subject, companion, standby].flatMap((member) => member?.lives() ?? []);
}

/** After the fault: the dead are waited for until they are condemned or gone, the living are watched for a while. */
async function observe(world: World, trial: Trial, cast: Cast, lives: readonly Life[]): Promise<void> {
	if (traitsOf(trial.fault).truth === 'alive') {
		await pause(WATCH_AFTER_MS);
		return;
	}
	await Promise.all([...lives.map((life) => untilDecided(world, trial, life)), pause(WATCH_AFTER_MS)]);
	if (cast.standby && trial.fault !== 'address-reused') {
		const path = cast.standby.options.registrations[0]?.path ?? '';
		await cast.standby.registered(path, trial.sessionTimeoutMs + EXPIRY_SLACK_MS);
	}
}

async function untilDecided(world: World, trial: Trial, life: Life): Promise<void> {
	const standing = () => world.history.standing(life.czxid);
	const untilMs = (life.diedAtMs ?? monotonicMs()) + trial.sessionTimeoutMs + EXPIRY_SLACK_MS;
	while (standing().condemnedAtMs === null && standing().leftAtMs === null && monotonicMs() < untilMs) {
		await pause(LOOK_MS);
	}
}

/** Whoever is condemned while the trial runs is purged, whether that was right or not. */
async function purgeTheCondemned(world: World, cast: Cast, ended: AbortSignal): Promise<void> {
	const asked = new Map<string, Promise<void>>();
	while (!ended.aborted) {
		for (const life of livesOf(cast)) {
			if (world.history.standing(life.czxid).condemnedAtMs !== null && !asked.has(life.czxid)) {
				asked.set(life.czxid, purgeSoon(world, life));
			}
		}
		await pause(LOOK_MS);
	}
	await Promise.all(asked.values());
}

/** As a person would: again, a few times, while the evidence has lapsed or the parent is busy. */
async function purgeSoon(world: World, life: Life): Promise<void> {
	for (let attempt = 0; attempt < PURGE_ATTEMPTS; attempt++) {
		if (world.history.standing(life.czxid).leftAtMs !== null) {
			return;
		}
		const outcome = await world.purge(life);
		if (outcome === 'purged' || outcome === 'stale') {
			return;
		}
		await pause(500);
	}
}
