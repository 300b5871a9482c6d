import { goneForMs, vetoes } from '@/lib/core/conditions';
import { toHex } from '@/lib/core/ids';
import { endpointKey } from '@/lib/core/member';
import type { EndpointState, MemberState } from '@/lib/core/member-state';
import type { Clock } from '@/lib/core/ports';
import { type DecisionContext, isConfirmed } from '@/lib/core/proof';
import type { OwnedZnode } from '@/lib/core/purge-plan';
import type { ReasonCode } from '@/lib/core/reason';
import { decideVerdict, isProvableNow } from '@/lib/core/verdict';
import type {
	EvidenceCell,
	EvidenceRow,
	LatencyQuantiles,
	MemberDetail,
	MemberRow,
	SessionView,
} from '@/lib/core/view';
import { toEvidenceView } from './evidence-view';
import type { LeftEntry, RollEntry } from './roll';

const SPARKLINE_POINTS = 28;

/** Wall-clock ms for display of a monotonic time. */
function wallOf(clock: Clock, monotonicMs: number): number {
	return Math.round(clock.wallMs() - (clock.nowMs() - monotonicMs));
}

function toSessionView(state: MemberState, nowMs: number): SessionView {
	const { session } = state;
	const sinceReadMs = session.expiresReadAtMs === null ? 0 : nowMs - session.expiresReadAtMs;
	return {
		state: session.state === 'gone' && session.orphan && isConfirmed(session.orphan) ? 'orphaned' : session.state,
		server: session.server,
		lastHeardMsAgo:
			session.lastHeardMsAgo === null || session.lastListedAtMs === null
				? null
				: Math.round(session.lastHeardMsAgo + nowMs - session.lastListedAtMs),
		expiresInMs: session.expiresInMs === null ? null : Math.max(0, Math.round(session.expiresInMs - sinceReadMs)),
	};
}

/** The row of a registered member (GET …/members). */
export function toMemberRow(
	entry: RollEntry,
	context: DecisionContext,
	clock: Clock,
	conflictsElsewhere: MemberRow['conflictsElsewhere'] = [],
): MemberRow {
	const { registration, state } = entry;
	const nowMs = clock.nowMs();
	const main = registration.addresses[0];
	const latest = entry.latency.last();
	return {
		path: registration.incarnation.path,
		id: registration.id,
		group: registration.group,
		host: main?.host ?? null,
		port: main?.port ?? null,
		addresses: registration.addresses.map(({ name, host, port }) => ({ name, host, port })),
		czxid: toHex(registration.incarnation.czxid),
		ephemeralOwner: toHex(registration.incarnation.ephemeralOwner),
		verdict: state.verdict,
		reasons: registration.unreadable ? [...state.reasons, 'registration-unreadable'] : [...state.reasons],
		sinceAtMs: wallOf(clock, state.sinceMs),
		rttMs: latest?.result === 'accepted' ? roundedRtt(latest.rttMs) : null,
		recentRttMs: entry.latency
			.points(SPARKLINE_POINTS)
			.map((point) => (point.result === 'accepted' ? roundedRtt(point.rttMs) : null)),
		lastAnsweredAtMs: entry.lastAnsweredAtMs === null ? null : wallOf(clock, entry.lastAnsweredAtMs),
		registeredAtMs: registration.createdAtMs,
		session: toSessionView(state, nowMs),
		conflictsWith: context.rivals.map(({ incarnation }) => incarnation.path),
		conflictsElsewhere,
		unreadable: registration.unreadable ? { ...registration.unreadable } : null,
		selfReported: { ...registration.selfReported },
		provable: isProvableNow(state, context, nowMs),
	};
}

function roundedRtt(rttMs: number | null): number | null {
	return rttMs === null ? null : Math.round(rttMs * 1_000) / 1_000;
}

function roundedQuantiles({ recent, life }: MemberDetail['latencyQuantiles']): MemberDetail['latencyQuantiles'] {
	const rounded = (of: LatencyQuantiles): LatencyQuantiles => ({
		...of,
		p50Ms: roundedRtt(of.p50Ms),
		p95Ms: roundedRtt(of.p95Ms),
		p99Ms: roundedRtt(of.p99Ms),
		maxMs: roundedRtt(of.maxMs),
	});
	return { recent: rounded(recent), life: rounded(life) };
}

/** The row of a member that left: its last state, and how it left. */
export function toLeftRow(left: LeftEntry, context: DecisionContext, clock: Clock): MemberRow {
	const reasons: ReasonCode[] = [left.how];
	return {
		...toMemberRow(left.entry, context, clock),
		verdict: 'left',
		reasons,
		sinceAtMs: wallOf(clock, left.leftAtMs),
		provable: false,
	};
}

function toCells(entry: EndpointState, nowMs: number): Pick<EvidenceRow, 'tripwire' | 'lastProbe'> {
	const { tripwire, last } = entry;
	const tripwireState =
		tripwire.state === 'closed-by-peer' ? 'closed' : tripwire.state === 'none' ? 'none' : tripwire.state;
	const none: EvidenceCell = { state: 'none', ageMs: null, rttMs: null };
	return {
		tripwire:
			tripwireState === 'none'
				? none
				: { state: tripwireState, ageMs: Math.round(nowMs - tripwire.changedAtMs), rttMs: null },
		lastProbe: last
			? { state: last.result, ageMs: Math.round(nowMs - last.atMs), rttMs: roundedRtt(last.rttMs) }
			: none,
	};
}

function toEvidenceRow(entry: EndpointState, state: MemberState, observer: string, nowMs: number): EvidenceRow {
	const { tripwire } = entry;
	const heldMs =
		tripwire.state === 'open' ? Math.round(nowMs - tripwire.openedAtMs) : (entry.closedByPeer?.heldMs ?? null);
	return {
		observer,
		endpoint: endpointKey(entry.endpoint),
		addressName: entry.addressName,
		...toCells(entry, nowMs),
		tripwireHeldMs: heldMs === null ? null : Math.round(heldMs),
		refusalRounds: entry.everAccepted ? (state.refusals.at(-1)?.number ?? 0) : 0,
	};
}

/** The row with its evidence, transitions and latency history (GET …/member). */
export function toMemberDetail(
	entry: RollEntry,
	deps: {
		context: DecisionContext;
		conflictsElsewhere?: MemberRow['conflictsElsewhere'];
		clock: Clock;
		observer: string;
		owned: OwnedZnode[] | null;
		servers: { answered: number; all: number };
	},
): MemberDetail {
	const { context, clock } = deps;
	const nowMs = clock.nowMs();
	const { state, registration } = entry;
	const { session } = state;
	return {
		...toMemberRow(entry, context, clock, deps.conflictsElsewhere),
		evidence: {
			rows: Object.values(state.endpoints).map((known) => toEvidenceRow(known, state, deps.observer, nowMs)),
			sweep: {
				complete: session.lastSweep?.complete ?? false,
				goneForMs: session.goneRun.length > 0 ? Math.round(goneForMs(state)) : null,
				sweepsGone: session.goneRun.at(-1)?.number ?? 0,
				serversAnswered: deps.servers.answered,
				servers: deps.servers.all,
				ageMs: session.lastSweep ? Math.round(nowMs - session.lastSweep.finishedAtMs) : null,
				gaps: (session.lastSweep?.gaps ?? []).map((gap) => gap.code),
			},
			...toEvidenceView(state, context.policy.phiThreshold, nowMs),
			vetoes: vetoes(state),
			missing: [...decideVerdict(state, context, nowMs).missing],
		},
		transitions: entry.transitions.map((transition) => ({
			atMs: wallOf(clock, transition.atMs),
			from: transition.from,
			to: transition.to,
			reasons: [...transition.reasons],
		})),
		latency: entry.latency.points().map((point) => ({
			atMs: wallOf(clock, point.atMs),
			rttMs: point.result === 'accepted' ? roundedRtt(point.rttMs) : null,
			result: point.result,
		})),
		latencyQuantiles: roundedQuantiles(entry.latency.quantiles()),
		probeTimeoutMs: entry.config.thresholds.probeTimeoutMs,
		sessionTimeoutMs: session.timeoutMs,
		owned: deps.owned,
		rawText: registration.rawText,
		dataVersion: registration.dataVersion,
	};
}
