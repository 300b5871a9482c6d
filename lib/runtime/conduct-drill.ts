import { randomUUID } from 'node:crypto';
import type { AuditDraft } from '@/lib/core/audit-entry';
import {
	beginDrill,
	type DrillOrder,
	type DrillOutcome,
	type DrillProgress,
	drilledLeft,
	drilledPurged,
	drillLimitMs,
	expiryAfterMs,
	isReplacement,
	isThatReplacement,
	observeDrilled,
	observeReplacement,
	outcomeOfDrill,
	replacementJoined,
	replacementLeft,
} from '@/lib/core/drill';
import type { DrillReport, RunningDrill } from '@/lib/core/drill-view';
import { parseHexId, toHex } from '@/lib/core/ids';
import { toJson } from '@/lib/core/json';
import { endpointKey } from '@/lib/core/member';
import type { ZooKeeperOp } from '@/lib/core/ports';
import { encodeOutboxEntry } from './drain-outbox';
import { type DrillGround, isZooKeeperError, toDrillDraft } from './drill-ground';
import { parseDrillOrder } from './drill-znodes';
import type { LeftEntry, RollEntry } from './roll';

const LOOK_MS = 250;
/** Another console hears of the order a little later than the first signs may come. */
const ECHO_MS = 2_000;
/** Orders remembered as this console's own: those that were not written are never asked for again. */
const SENT_MAX = 32;
/** A console that goes down records its drill as aborted if that takes no longer. */
const CLOSE_MS_MAX = 2_000;

export type Conductor = {
	isRunning(): boolean;
	running(): RunningDrill | null;
	/** The order is about to be written by this console, which conducts the drill from now on. */
	sending(order: DrillOrder, atMs: number): void;
	/** It was written: it is under way, whenever the watch tells. */
	ordered(order: DrillOrder): void;
	/** Something about this member, or of the one in its place, changed. */
	changed(path: string): void;
	joined(entry: RollEntry): void;
	left(left: LeftEntry): void;
	close(): Promise<void>;
};

type Run =
	| { readonly kind: 'drill'; readonly order: DrillOrder; readonly version: number; progress: DrillProgress }
	/** The znode is nothing that a console wrote. */
	| { readonly kind: 'garbage'; readonly version: number };

/**
 * Follows the drill under way and measures it. Every console does, so that each can show it; the one that ordered it ends
 * and records it. When that one is gone, whoever holds the latch records it as aborted: a drill is reported once, for the
 * report is written in the transaction that removes the drill.
 */
export function conductDrills(ground: DrillGround): Conductor {
	const { zk, clock, paths, roll } = ground;
	const stop = new AbortController();
	/** Drills that this console ordered, with the time on its own clock. */
	const sent = new Map<string, number>();
	let run: Run | null = null;
	/** The first reading tells what was there before. */
	let isFirst = true;

	const watch = zk.watchData(paths.running, (value) => {
		const order = value === null ? null : parseDrillOrder(value.data);
		const isLate = isFirst;
		isFirst = false;
		if (value === null) {
			run = null;
		} else if (order === null) {
			run = { kind: 'garbage', version: value.stat.version };
		} else {
			hold(order, value.stat.version, isLate);
		}
	});

	function hold(order: DrillOrder, version: number, isLate: boolean): void {
		if (run?.kind !== 'drill' || run.order.drillId !== order.drillId) {
			run = { kind: 'drill', order, version, progress: begin(order, isLate) };
		}
	}

	/** `isLate`: it was under way before this console looked; then only the wall clock tells since when. */
	function begin(order: DrillOrder, isLate: boolean): DrillProgress {
		const entry = entryOf(order);
		const ownAtMs = sent.get(order.drillId);
		const limitMs = drillLimitMs(order.sessionTimeoutMs);
		const agoMs = isLate ? Math.min(limitMs, Math.max(0, clock.wallMs() - order.orderedAtMs)) : 0;
		const orderedAtMs = ownAtMs ?? clock.nowMs() - agoMs;
		const begun = beginDrill({
			incarnation: entry?.registration.incarnation ?? {
				path: order.path,
				czxid: parseHexId(order.czxid) ?? 0n,
				ephemeralOwner: 0n,
			},
			id: order.id,
			places: entry ? placesOf(entry) : [],
			sessionTimeoutMs: order.sessionTimeoutMs,
			orderedAtMs,
			sinceMs: ownAtMs ?? orderedAtMs - ECHO_MS,
		});
		return entry ? observeDrilled(begun, entry.state) : begun;
	}

	function entryOf(order: DrillOrder): RollEntry | null {
		const entry = roll.entries.get(order.path);
		return entry && toHex(entry.registration.incarnation.czxid) === order.czxid ? entry : null;
	}

	function advance(change: (progress: DrillProgress) => DrillProgress): void {
		if (run?.kind === 'drill') {
			run.progress = change(run.progress);
		}
	}

	const progressNow = (): DrillProgress | null => (run?.kind === 'drill' ? run.progress : null);

	/** The counters name every purge of every console, also where the registration was seen to go before they were. */
	function noteIfPurged(): void {
		const progress = progressNow();
		if (progress && progress.leftAtMs !== null && progress.timeline.purged === null) {
			const { path, czxid } = progress.incarnation;
			if (ground.counters()?.some((entry) => entry.path === path && entry.czxid === czxid)) {
				advance(drilledPurged);
			}
		}
	}

	/** Ends or aborts what is to be ended. Never rejects. */
	async function look(): Promise<void> {
		while (!stop.signal.aborted) {
			await clock.sleep(LOOK_MS, stop.signal);
			noteIfPurged();
			const current = run;
			if (current === null || stop.signal.aborted) {
				continue;
			}
			try {
				if (current.kind === 'drill' && sent.has(current.order.drillId)) {
					const outcome = outcomeOfDrill(current.progress, clock.nowMs());
					if (outcome) {
						await finish(current, outcome);
					}
				} else if (ground.latch().kind === 'held' && (await isAbandoned(current))) {
					await finish(current, 'aborted');
				}
			} catch (error) {
				if (!isZooKeeperError(error)) {
					ground.onProblem(error instanceof Error ? (error.stack ?? error.message) : String(error));
				}
			}
		}
	}

	/** The console that ordered it has no session any more; the two were made together. */
	async function isAbandoned(current: Run): Promise<boolean> {
		return current.kind === 'garbage' || (await zk.stat(paths.runner(current.order.drillId))) === null;
	}

	/** In one transaction with its end; whoever is second finds nothing to end. Rejects with a ZooKeeperError. */
	async function finish(ended: Run, outcome: DrillOutcome): Promise<void> {
		const ops: ZooKeeperOp[] = [{ kind: 'delete', path: paths.running, version: ended.version }];
		if (ended.kind === 'drill') {
			const path = paths.runner(ended.order.drillId);
			const runner = await zk.stat(path);
			ops.push(...(runner === null ? [] : [{ kind: 'delete', path, version: runner.version } as const]));
		}
		const record = encodeOutboxEntry(toFinishDraft(ground, ended, outcome));
		ops.push({ kind: 'create', path: `${ground.outboxPath}/e-`, data: record, mode: 'persistent-sequential' });
		const result = await zk.multi(ops);
		if (result.kind === 'committed' || (result.kind === 'failed' && result.code === 'no-node')) {
			// Ended by this console, or by another before it.
			run = run === ended ? null : run;
		} else if (result.kind === 'failed' && result.code !== 'bad-version') {
			ground.onProblem(`the report of a drill cannot be written: ZooKeeper answered ${result.code}`);
		}
	}

	void look();

	return {
		isRunning: () => run !== null,
		running: () => (run?.kind === 'drill' ? toRunning(run.order, run.progress, clock.nowMs()) : null),
		sending: (order, atMs) => {
			sent.set(order.drillId, atMs);
			for (const old of [...sent.keys()].slice(0, -SENT_MAX)) {
				sent.delete(old);
			}
		},
		// Nobody writes it again: it keeps the version that it was made with.
		ordered: (order) => hold(order, 0, false),
		changed(path) {
			const progress = progressNow();
			const entry = roll.entries.get(path);
			if (!progress || !entry) {
				return;
			}
			const { incarnation } = entry.registration;
			if (path === progress.incarnation.path && incarnation.czxid === progress.incarnation.czxid) {
				advance((before) => observeDrilled(before, entry.state));
			} else if (isThatReplacement(progress, incarnation)) {
				advance((before) => observeReplacement(before, entry.state));
			}
		},
		joined(entry) {
			const progress = progressNow();
			const { incarnation, id } = entry.registration;
			if (progress && isReplacement(progress, { incarnation, id, places: placesOf(entry) })) {
				advance((before) => replacementJoined(before, incarnation, clock.nowMs()));
			}
		},
		left({ entry, leftAtMs, how }) {
			const { incarnation } = entry.registration;
			const progress = progressNow();
			if (progress && isThatReplacement(progress, incarnation)) {
				advance(replacementLeft);
			} else if (progress?.incarnation.path === incarnation.path && progress.incarnation.czxid === incarnation.czxid) {
				advance((before) => drilledLeft(before, leftAtMs));
				if (how === 'left-purged') {
					advance(drilledPurged);
				}
			}
		},
		async close() {
			stop.abort();
			watch.close();
			const current = run;
			if (current?.kind === 'drill' && sent.has(current.order.drillId)) {
				const given = clock.sleep(CLOSE_MS_MAX);
				await Promise.race([finish(current, 'aborted').catch(() => undefined), given]);
			}
		},
	};
}

function toFinishDraft(ground: DrillGround, ended: Run, outcome: DrillOutcome): AuditDraft {
	const actor = { kind: 'system', name: ground.observer, role: null, sourceAddress: null } as const;
	const about = { actor, action: 'drill.finish', outcome } as const;
	if (ended.kind === 'garbage') {
		return toDrillDraft(ground, { ...about, key: randomUUID(), order: null, detail: { unreadable: true } });
	}
	const { order, progress } = ended;
	const report: DrillReport = {
		...order,
		outcome,
		timeline: progress.timeline,
		reasons: progress.reasons,
		expiry: { timeoutMs: order.sessionTimeoutMs, afterMs: expiryAfterMs(progress) },
		endedAfterMs: Math.round(ground.clock.nowMs() - progress.orderedAtMs),
	};
	// The same drill reported twice is recorded once.
	return toDrillDraft(ground, { ...about, key: `${order.drillId}-finish`, order, detail: toJson(report) });
}

function toRunning(order: DrillOrder, progress: DrillProgress, nowMs: number): RunningDrill {
	return {
		...order,
		elapsedMs: Math.max(0, Math.round(nowMs - progress.orderedAtMs)),
		limitMs: drillLimitMs(order.sessionTimeoutMs),
		timeline: progress.timeline,
		reasons: progress.reasons,
		expiry: { timeoutMs: order.sessionTimeoutMs, afterMs: expiryAfterMs(progress) },
	};
}

/** As registered and as resolved: who comes next registers a name again, or the IP. */
function placesOf({ registration, state }: RollEntry): string[] {
	return [
		...registration.addresses.map(({ host, port }) => endpointKey({ ip: host, port })),
		...Object.values(state.endpoints).map(({ endpoint }) => endpointKey(endpoint)),
	];
}
