import { setImmediate as nextTurn } from 'node:timers/promises';
import { undelivered, type Webhook } from '../core/webhook';
import type { WebhookProgress, WebhookStore } from '../core/webhook-port';
import { type Follower, follow, lookAhead, toFollower } from './webhook-follower';
import { holdWebhookLease } from './webhook-lease';
import { type TurnDeps, takeTurn } from './webhook-turn';

/** How often the log is looked at for something new. */
const LOOK_MS = 1_000;
/** After a failure of the database. */
const TROUBLE_MS = 10_000;
/** Deliveries of different webhooks at once; of one webhook they follow each other. */
const AT_ONCE_MAX = 4;
/** Of them to those that failed last, each of which may take its 10 s: the others keep a place. */
const FAILING_AT_ONCE_MAX = 3;
/** What was delivered is saved this often: each time is a flush to disk. Whoever is killed repeats what came after. */
const SAVE_MS = 1_000;
/** Entries that held nothing for a webhook and of which the database is not told yet. */
const UNTOLD_MAX = 10_000;

export type DeliveriesDeps = Omit<TurnDeps, 'store' | 'stop' | 'mayDeliver'> & {
	readonly store: WebhookStore;
	/** Unique to this process. */
	readonly owner: string;
};

export type Deliveries = {
	/** A webhook was made or changed: look at once. */
	wake(): void;
	/** Up to where nothing is left to tell, as far as this console knows. */
	settled(webhook: Webhook): number;
	/** Which webhooks are not told what they should be, and why; null: none, as far as this console knows. */
	problem(): string | null;
	/** Ends what is under way and saves what came of it. */
	close(): Promise<void>;
};

/**
 * Follows the audit log for every webhook and delivers what matches, in the background: bounded in memory, one delivery at a
 * time for each webhook and few for all of them. Nothing that fails here reaches anything else.
 */
export function deliverWebhooks(deps: DeliveriesDeps): Deliveries {
	const { store, log, clock } = deps;
	const stop = new AbortController();
	let alarm = new AbortController();
	const lease = holdWebhookLease(deps);
	const followers = new Map<string, Follower>();
	const busy = new Map<Follower, Promise<void>>();
	let savedAtMs = 0;
	const turnDeps: TurnDeps = { ...deps, stop: stop.signal, mayDeliver: lease.isHeld };

	/** Brings the followers in line with the database. */
	async function refresh(): Promise<void> {
		const webhooks = await store.list();
		const known = new Set(webhooks.map(({ id }) => id));
		for (const id of [...followers.keys()].filter((each) => !known.has(each))) {
			followers.delete(id);
		}
		for (const webhook of webhooks) {
			const follower = followers.get(webhook.id);
			if (follower === undefined) {
				followers.set(webhook.id, toFollower(webhook));
			} else {
				follow(follower, webhook);
			}
		}
	}

	const isIdle = (follower: Follower) => follower.webhook.paused === null && !busy.has(follower);

	/** True: there is more of the log to look through. */
	async function lookForAll(): Promise<boolean> {
		if (![...followers.values()].some(isIdle)) {
			return false;
		}
		const newest = await log.newest();
		let isMore = false;
		for (const follower of followers.values()) {
			if (isIdle(follower) && !follower.isPending && follower.settled < newest) {
				isMore = ((await lookAhead(follower, log)) && follower.settled < newest) || isMore;
			}
			if (!follower.isPending && follower.settled - follower.webhook.settled >= UNTOLD_MAX) {
				await store.skip(follower.webhook, follower.webhook.settled, follower.settled);
			}
		}
		return isMore;
	}

	async function save(then: 'renew' | 'release'): Promise<void> {
		const unsaved = [...followers.values()].flatMap((follower) => {
			const progress = follower.unsaved;
			return progress === null ? [] : [{ follower, progress }];
		});
		if (unsaved.length === 0 && (then === 'renew' || !lease.isHeld())) {
			return;
		}
		savedAtMs = clock.nowMs();
		const isSaved = await lease.save(
			unsaved.map(({ progress }) => progress),
			then,
		);
		for (const { follower, progress } of unsaved) {
			clear(follower, progress, isSaved);
		}
	}

	/** Unless there is something newer by now. */
	function clear(follower: Follower, progress: WebhookProgress, isSaved: boolean): void {
		if (follower.unsaved !== progress) {
			return;
		}
		follower.unsaved = null;
		if (isSaved && follower.webhook.revision === progress.revision) {
			const { settled, trouble, lastDeliveredAtMs, pausedFor } = progress;
			follower.webhook = {
				...follower.webhook,
				settled: Math.max(follower.webhook.settled, settled),
				trouble,
				lastDeliveredAtMs,
				paused: pausedFor,
			};
		}
	}

	function begin(follower: Follower): void {
		const turn = takeTurn(follower, turnDeps)
			.catch((error: unknown) => {
				follower.notBeforeMs = clock.nowMs() + TROUBLE_MS;
				deps.onProblem('a webhook cannot be delivered to; tried again', {
					webhook: follower.webhook.id,
					error: String(error),
				});
			})
			.finally(() => {
				busy.delete(follower);
				wake();
			});
		busy.set(follower, turn);
	}

	/** What another console left is begun anew from what it saved, and tried at once. */
	async function beginAnew(): Promise<void> {
		if (busy.size === 0) {
			followers.clear();
		}
		await refresh();
		await lookForAll();
	}

	/** Those that do not fail first; of the others whoever has waited longest. */
	function beginDue(): void {
		const nowMs = clock.nowMs();
		const hasFailed = ({ failedAtMs }: Follower) => failedAtMs !== null;
		const due = [...followers.values()]
			.filter((each) => isIdle(each) && each.isPending && each.notBeforeMs <= nowMs)
			// One that is to be paused waits for that to be saved.
			.filter((each) => (each.unsaved?.pausedFor ?? null) === null)
			.toSorted((a, b) => Number(hasFailed(a)) - Number(hasFailed(b)) || a.notBeforeMs - b.notBeforeMs);
		for (const follower of due) {
			const failing = [...busy.keys()].filter(hasFailed).length;
			if (busy.size < AT_ONCE_MAX && !(hasFailed(follower) && failing >= FAILING_AT_ONCE_MAX)) {
				begin(follower);
			}
		}
	}

	/** True: do not wait before the next. */
	async function round(): Promise<boolean> {
		await refresh();
		const isMore = await lookForAll();
		const isWork = busy.size > 0 || [...followers.values()].some((each) => isIdle(each) && each.isPending);
		if (!isWork) {
			await save('release');
			return isMore;
		}
		const turn = await lease.take();
		if (turn === 'taken') {
			await beginAnew();
		}
		if (turn !== 'elsewhere') {
			if (clock.nowMs() - savedAtMs >= SAVE_MS) {
				await save('renew');
			}
			beginDue();
		}
		return isMore;
	}

	async function run(): Promise<void> {
		while (!stop.signal.aborted) {
			let waitMs = LOOK_MS;
			alarm = alarm.signal.aborted ? new AbortController() : alarm;
			try {
				waitMs = (await round()) ? 0 : LOOK_MS;
			} catch (error) {
				waitMs = TROUBLE_MS;
				deps.onProblem('webhooks are not delivered: the database does not answer; tried again', {
					error: String(error),
				});
			}
			await (waitMs === 0 ? nextTurn() : clock.sleep(waitMs, AbortSignal.any([stop.signal, alarm.signal])));
		}
	}
	const wake = () => alarm.abort();
	const running = run();

	return {
		wake,
		settled: (webhook) => {
			const follower = followers.get(webhook.id);
			const isKnown = follower !== undefined && follower.webhook.revision === webhook.revision;
			return Math.max(webhook.settled, isKnown ? follower.settled : 0);
		},
		problem() {
			const told = [...followers.values()].flatMap(({ webhook }) => undelivered(webhook) ?? []);
			return told.length === 0 ? null : told.join('; ');
		},
		async close() {
			stop.abort();
			await running;
			await Promise.all(busy.values());
			await save('release').catch((error: unknown) => {
				deps.onProblem('what was delivered last could not be saved, and may be delivered again', {
					error: String(error),
				});
			});
		},
	};
}
