import { randomUUID } from 'node:crypto';
import type { Actor } from '@/lib/core/audit-entry';
import type { DrillRefusal } from '@/lib/core/drill-refusals';
import {
	type DrillCandidate,
	type DrillRequest,
	type DrillStartView,
	type DrillsView,
	toTrend,
} from '@/lib/core/drill-view';
import { toHex } from '@/lib/core/ids';
import { toJson } from '@/lib/core/json';
import type { Identity } from '@/lib/core/ports';
import { isProvableNow } from '@/lib/core/verdict';
import { conductDrills } from './conduct-drill';
import { type DrillGround, judgeNow, recovers, toDrillDraft } from './drill-ground';
import { followOptIns, standingOf } from './drill-opt-ins';
import { type KeptReport, readDrillReports } from './drill-reports';
import { type Schedule, scheduleDrills } from './drill-schedule';
import { type DrillWish, type Ordered, orderDrill } from './order-drill';
import type { LeftEntry, RollEntry } from './roll';

/** Candidates that the page lists. */
const SHOWN_MAX = 1_000;

/** What the routes ask for. */
export type DrillsHandle = {
	/** Rejects when the audit log cannot be read. */
	view(): Promise<DrillsView>;
	/** Kills one member that allows it, or says why not. Recorded either way; never rejects for what ZooKeeper says. */
	start(request: DrillRequest, identity: Identity): Promise<DrillStartView>;
	/** At most 1,000, newest first. Rejects when the audit log cannot be read. */
	reports(): Promise<readonly KeptReport[]>;
};

export type Drills = DrillsHandle & {
	changed(path: string): void;
	joined(entry: RollEntry): void;
	left(left: LeftEntry): void;
	close(): Promise<void>;
};

/** Drills of one cluster: who allows them, the one under way, their reports, and the schedule (docs/drills.md). */
export function holdDrills(ground: DrillGround): Drills {
	const { clock, roll, config, audit } = ground;
	const optIns = followOptIns(ground.zk, ground.paths.optIns);
	const conductor = conductDrills(ground);
	const reports = readDrillReports(audit, config.id, clock);

	function toCandidate(path: string): DrillCandidate | null {
		const entry = roll.entries.get(path);
		const found = optIns.all().get(path);
		if (entry === undefined || found === undefined) {
			return null;
		}
		const { id, group, incarnation } = entry.registration;
		const settings = ground.settings();
		return {
			path,
			id,
			group,
			czxid: toHex(incarnation.czxid),
			ready: isProvableNow(entry.state, roll.contextOf(entry), clock.nowMs()),
			replaced: found.optIn.replaced,
			recovers: recovers(ground, entry, settings),
			whyNot: judgeNow(ground, entry, {
				optIn: standingOf(found, incarnation),
				purge: null,
				isRunning: conductor.isRunning(),
				settings,
			}),
		};
	}

	function candidates(): DrillCandidate[] {
		const paths = [...optIns.all().keys()].toSorted().slice(0, SHOWN_MAX);
		return paths.flatMap((path) => toCandidate(path) ?? []);
	}

	/** Ordered or not, it is recorded: an order by the transaction that wrote it, anything else here. */
	async function order(wish: DrillWish, actor: Actor, refusal: DrillRefusal | null): Promise<DrillStartView> {
		const ordered: Ordered =
			refusal === null
				? await orderDrill({ ...ground, isRunning: conductor.isRunning, onSending: conductor.sending }, wish, actor)
				: { kind: 'refused', refusals: [refusal], detail: refusal };
		if (ordered.kind === 'ordered') {
			conductor.ordered(ordered.order);
			return { outcome: 'ordered', drillId: ordered.order.drillId, refusals: [], detail: '', auditId: null };
		}
		const refusals = ordered.kind === 'refused' ? ordered.refusals : [];
		const auditId = await recordRefusal(wish, actor, ordered.kind, refusals, ordered.detail);
		return { outcome: ordered.kind, drillId: null, refusals, detail: ordered.detail, auditId };
	}

	/** null: it could not be recorded, which is told; nothing was done either way. */
	async function recordRefusal(
		wish: Pick<DrillWish, 'path' | 'czxid' | 'reason' | 'scheduled'>,
		actor: Actor,
		outcome: 'refused' | 'failed',
		refusals: readonly DrillRefusal[],
		detail: string,
	): Promise<string | null> {
		const id = roll.entries.get(wish.path)?.registration.id ?? '';
		const draft = toDrillDraft(ground, {
			key: randomUUID(),
			actor,
			action: 'drill.start',
			outcome,
			order: wish.path === '' ? null : { ...wish, id },
			detail: toJson({ refusals, detail, scheduled: wish.scheduled }),
		});
		try {
			return String((await audit.append(draft)).sequence);
		} catch (error) {
			ground.onProblem(`a refused drill cannot be recorded: ${error instanceof Error ? error.message : String(error)}`);
			return null;
		}
	}

	const system: Actor = { kind: 'system', name: ground.observer, role: null, sourceAddress: null };
	const toWish = (member: { path: string; czxid: string }, { by, reason }: Schedule): DrillWish => ({
		...member,
		by,
		reason,
		scheduled: true,
		purge: null,
	});
	const scheduler = scheduleDrills({
		...ground,
		isRunning: conductor.isRunning,
		drawable: (group) =>
			candidates().filter(
				(each) => each.replaced && each.whyNot.length === 0 && (group === null || each.group === group),
			),
		order: ({ path, czxid }, schedule) => order(toWish({ path, czxid }, schedule), system, null),
		refuse: (refusal, schedule) => order(toWish({ path: '', czxid: '' }, schedule), system, refusal),
	});

	return {
		async view() {
			const shown = await reports.shown();
			const schedule = ground.settings()?.drills ?? null;
			return {
				eligible: candidates(),
				running: conductor.running(),
				reports: shown,
				trend: toTrend(shown),
				schedule: schedule === null ? null : { ...schedule, nextAtMs: scheduler.nextAtMs() ?? clock.wallMs() },
			};
		},
		start(request, identity) {
			const { path, czxid } = request;
			const reason = request.reason.trim();
			const wish = { path, czxid, by: identity.actor.name, reason, scheduled: false, purge: request.purge ?? null };
			const id = roll.entries.get(path)?.registration.id;
			const refusal =
				reason === '' ? 'reason-missing' : id !== undefined && request.confirm !== id ? 'confirm-mismatch' : null;
			return order(wish, identity.actor, refusal);
		},
		reports: () => reports.exported(),
		changed: conductor.changed,
		joined: conductor.joined,
		left: conductor.left,
		async close() {
			await scheduler.close();
			await conductor.close();
			optIns.close();
		},
	};
}
