import { toHex } from '@/lib/core/ids';
import { endpointKey } from '@/lib/core/member';
import type { MemberState } from '@/lib/core/member-state';
import { standingOf } from '@/lib/core/peers';
import { phiAt } from '@/lib/core/phi';
import { isConfirmed } from '@/lib/core/proof';
import type { HealthCheckView, MemberDetail, SessionEvidenceView, SuspicionView } from '@/lib/core/view';

type Evidence = Pick<MemberDetail['evidence'], 'health' | 'session' | 'exitReport' | 'suspicions' | 'phi'>;

/** What is known of a member beside its addresses and the sweep: each atom with its age in ms, counted from `nowMs` (monotonic). */
export function toEvidenceView(state: MemberState, phiThreshold: number, nowMs: number): Evidence {
	const { exitReport } = state;
	const phi = phiAt(state.arrivals, nowMs);
	return {
		health: toHealthCheck(state, nowMs),
		session: toSessionEvidence(state, nowMs),
		exitReport: exitReport && {
			reporter: exitReport.reporter,
			detail: exitReport.detail,
			ageMs: age(exitReport.atMs, nowMs),
		},
		suspicions: toSuspicions(state, nowMs),
		phi: { value: phi === null ? null : Math.round(phi * 100) / 100, threshold: phiThreshold },
	};
}

function age(atMs: number, nowMs: number): number {
	return Math.max(0, Math.round(nowMs - atMs));
}

function toHealthCheck({ health }: MemberState, nowMs: number): HealthCheckView | null {
	const { last, foreign } = health;
	if (!last) {
		return null;
	}
	return {
		endpoint: endpointKey(last.endpoint),
		result: last.result,
		status: last.status,
		latencyMs: last.latencyMs === null ? null : Math.round(last.latencyMs * 100) / 100,
		ageMs: age(last.atMs, nowMs),
		identity: last.namedOwn ? 'own' : foreign ? 'other' : 'none',
		failuresInARow: health.failuresInARow,
		failingForMs: health.failingSinceMs === null ? null : age(health.failingSinceMs, nowMs),
		other: foreign && { sessionId: toHex(foreign.sessionId), endpoint: foreign.endpoint },
	};
}

function toSessionEvidence({ session }: MemberState, nowMs: number): SessionEvidenceView {
	const { orphan, progress } = session;
	return {
		progressAgeMs: progress && age(progress.atMs, nowMs),
		remoteIp: session.remoteIp,
		latencyMsAvg: session.latencyMsAvg,
		orphan: orphan && {
			firstAgeMs: age(orphan.firstFinishedAtMs, nowMs),
			lastAgeMs: age(orphan.lastFinishedAtMs, nowMs),
			tickMs: orphan.tickMs,
			confirmed: isConfirmed(orphan),
		},
	};
}

function toSuspicions(state: MemberState, nowMs: number): SuspicionView[] {
	return Object.entries(state.peers)
		.map(([observer, vote]) => ({
			observer,
			failureDomain: vote.failureDomain,
			refused: [...vote.refused],
			timedOut: [...vote.timedOut],
			tripwireHeldMs: vote.tripwireHeldMs === null ? null : Math.round(vote.tripwireHeldMs),
			raisedAgeMs: age(vote.raisedAtMs, nowMs),
			readAgeMs: age(vote.readAtMs, nowMs),
			standing: standingOf(state, vote, nowMs),
		}))
		.sort((a, b) => (a.observer < b.observer ? -1 : 1));
}
