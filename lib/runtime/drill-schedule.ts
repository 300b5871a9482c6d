import { randomInt } from 'node:crypto';
import type { DrillRefusal } from '@/lib/core/drill-refusals';
import type { Settings } from '@/lib/core/settings';
import { type DrillGround, isZooKeeperError } from './drill-ground';

/** How often is looked whether a drill is due. */
const LOOK_MS = 5_000;

export type DrillScheduler = {
	/** ms since the epoch; null: no schedule, or not yet known when the last one was. */
	nextAtMs(): number | null;
	/** Resolves when nothing of it runs any more. */
	close(): Promise<void>;
};

export type ScheduleDeps = DrillGround & {
	readonly isRunning: () => boolean;
	/** Members that a schedule may draw now: nothing speaks against them, and somebody starts them again. */
	readonly drawable: (group: string | null) => readonly { readonly path: string; readonly czxid: string }[];
	readonly order: (member: { readonly path: string; readonly czxid: string }, schedule: Schedule) => Promise<unknown>;
	/** Rejects when it cannot be recorded. */
	readonly refuse: (refusal: DrillRefusal, schedule: Schedule) => Promise<unknown>;
};

export type Schedule = NonNullable<Settings['drills']>;

/**
 * Orders a drill when one is due, on the console that holds the latch. When the last one was is in the audit log, so that
 * another console goes on where this one ends; a refusal counts as a turn, or it would be recorded every few seconds.
 */
export function scheduleDrills(deps: ScheduleDeps): DrillScheduler {
	const { clock } = deps;
	const stop = new AbortController();
	/** ms since the epoch of the latest scheduled turn; null: not known. */
	let lastAtMs: number | null = null;

	function dueAtMs(schedule: Schedule): number | null {
		return lastAtMs === null ? null : Math.max(lastAtMs, schedule.atMs) + schedule.everyMs;
	}

	async function turn(schedule: Schedule): Promise<void> {
		// Others may have held the latch since: the log knows.
		lastAtMs = await lastTurnAtMs(deps);
		if ((dueAtMs(schedule) ?? Number.POSITIVE_INFINITY) > clock.wallMs() || deps.isRunning()) {
			return;
		}
		lastAtMs = clock.wallMs();
		const members = deps.drawable(schedule.group);
		const drawn = members.length > 0 ? members[randomInt(members.length)] : undefined;
		await (drawn === undefined ? deps.refuse('nobody-eligible', schedule) : deps.order(drawn, schedule));
	}

	async function run(): Promise<void> {
		while (!stop.signal.aborted) {
			await clock.sleep(LOOK_MS, stop.signal);
			const schedule = deps.settings()?.drills ?? null;
			if (schedule === null || stop.signal.aborted) {
				continue;
			}
			try {
				lastAtMs ??= await lastTurnAtMs(deps);
				if (deps.latch().kind === 'held' && (dueAtMs(schedule) ?? Number.POSITIVE_INFINITY) <= clock.wallMs()) {
					await turn(schedule);
				}
			} catch (error) {
				if (!isZooKeeperError(error)) {
					deps.onProblem(`a scheduled drill: ${error instanceof Error ? error.message : String(error)}`);
				}
			}
		}
	}
	const running = run();

	return {
		nextAtMs() {
			const schedule = deps.settings()?.drills ?? null;
			return schedule === null ? null : dueAtMs(schedule);
		},
		async close() {
			stop.abort();
			await running;
		},
	};
}

/** Of the newest entries only: a turn before the last hundred drills is long over. 0: there was none. */
async function lastTurnAtMs({ audit, config }: DrillGround): Promise<number> {
	const { entries } = await audit.list({ cluster: config.id, action: 'drill.start' }, { cursor: null, limit: 100 });
	return entries.find(({ actor }) => actor.kind === 'system')?.atMs ?? 0;
}
