'use client';

import type { HealthCheckView, MemberDetail } from '@/lib/core/view';
import type { LiveMember } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';
import { Fact, Small } from './fact';

const HEALTH_INK: Record<HealthCheckView['result'], string> = {
	answered: 'text-alive-ink',
	'wrong-status': 'text-dead-ink',
	'timed-out': 'text-unreachable-ink',
	refused: 'text-dead-ink',
	failed: 'text-suspect-ink',
};

type Evidence = MemberDetail['evidence'];
/** `sinceMs`: how long ago the detail was received; the ages in it are that much older by now. */
type Props = { evidence: Evidence; sinceMs: number };

export function HealthFact({ evidence, sinceMs }: Props) {
	const { t, f } = useMessages();
	const { health } = evidence;
	if (health === null) {
		return (
			<Fact name={t.evidence.health} atom="health">
				<span className="text-ink3">{t.evidence.healthNone}</span>
			</Fact>
		);
	}
	const ink = health.identity === 'other' ? 'text-suspect-ink' : HEALTH_INK[health.result];
	const aside = f.join([health.latencyMs === null ? null : f.latency(health.latencyMs), f.ago(health.ageMs + sinceMs)]);
	return (
		<Fact name={t.evidence.health} atom="health">
			<span className={ink}>{t.evidence.healthResults[health.result](health.status)}</span> <Small>{aside}</Small>
			<Small block>
				<span className="mono text-caption">{health.endpoint}</span>
				{health.result === 'answered' ? <> {t.evidence.identities[health.identity]}</> : null}
			</Small>
			{health.failuresInARow > 0 ? (
				<span className="block text-dead-ink">
					{t.evidence.failures(
						health.failuresInARow,
						health.failingForMs === null ? null : health.failingForMs + sinceMs,
					)}
				</span>
			) : null}
			{health.other ? (
				<span className="block text-suspect-ink wrap-anywhere">
					{t.evidence.otherIs(health.other.sessionId, health.other.endpoint)}
				</span>
			) : null}
		</Fact>
	);
}

/** The session as the sweeps find it; its countdown is the row's, which the stream keeps fresh. */
export function SessionFact({ evidence, sinceMs, member, nowMs }: Props & { member: LiveMember; nowMs: number }) {
	const { t, f } = useMessages();
	const { session } = evidence;
	const { state, server, expiresInMs } = member.session;
	const ink = { connected: 'text-alive-ink', gone: 'text-dead-ink', orphaned: 'text-dead-ink', unknown: 'text-ink3' };
	const leftMs = expiresInMs === null || nowMs === 0 ? null : expiresInMs - (nowMs - member.sentAtMs);
	const progress =
		session.progressAgeMs === null ? t.evidence.noProgress : t.evidence.progress(session.progressAgeMs + sinceMs);
	const seen = f.join([
		session.latencyMsAvg === null ? null : t.evidence.latencyByServers(session.latencyMsAvg),
		session.remoteIp === null ? null : t.evidence.remote(session.remoteIp),
	]);
	return (
		<Fact name={t.evidence.session} atom="session">
			<span className={ink[state]}>{t.verdicts.sessions[state]}</span> <Small>{f.join([server, progress])}</Small>
			{seen === '' ? null : <Small block>{seen}</Small>}
			{state !== 'connected' && leftMs !== null ? <span className="block">{t.evidence.expires(leftMs)}</span> : null}
		</Fact>
	);
}

export function OrphanFact({ evidence, sinceMs }: Props) {
	const { t } = useMessages();
	const { orphan } = evidence.session;
	if (orphan === null) return null;
	return (
		<Fact name={t.evidence.forgotten} explained={t.evidence.forgottenExplained} atom="orphan">
			<span className={orphan.confirmed ? 'text-dead-ink' : 'text-suspect-ink'}>
				{orphan.confirmed
					? t.evidence.forgottenTwice(orphan.firstAgeMs + sinceMs)
					: t.evidence.forgottenOnce(orphan.lastAgeMs + sinceMs, orphan.tickMs)}
			</span>
		</Fact>
	);
}

export function ExitFact({ evidence, sinceMs }: Props) {
	const { t, f } = useMessages();
	const { exitReport } = evidence;
	if (exitReport === null) return null;
	return (
		<Fact name={t.evidence.exitReport} atom="exit-report">
			<span className="text-dead-ink wrap-anywhere">{t.evidence.exitBy(exitReport.reporter)}</span>{' '}
			<Small>{f.ago(exitReport.ageMs + sinceMs)}</Small>
			{exitReport.detail === '' ? null : (
				<span className="mono block text-caption text-ink3 wrap-anywhere">{exitReport.detail}</span>
			)}
		</Fact>
	);
}

/** φ against its threshold, as a number and a bar in whose middle the threshold stands. */
export function PhiFact({ evidence }: Props) {
	const { t } = useMessages();
	const { value, threshold } = evidence.phi;
	if (value === null) {
		return (
			<Fact name={t.evidence.phi} explained={t.evidence.phiExplained} atom="phi">
				<span className="text-ink3">{t.evidence.phiNone}</span>
			</Fact>
		);
	}
	const over = value > threshold;
	const width = Math.min(100, (value / (2 * threshold)) * 100);
	return (
		<Fact name={t.evidence.phi} explained={t.evidence.phiExplained} atom="phi">
			<div className="flex items-center gap-3">
				<span className={over ? 'text-suspect-ink' : ''}>{t.evidence.phiOf(value, threshold)}</span>
				<div aria-hidden="true" className="relative h-1.5 w-24 rounded-mark bg-line">
					<div
						className={`absolute inset-y-0 left-0 rounded-mark ${over ? 'bg-suspect' : 'bg-field'}`}
						style={{ width: `${width}%` }}
					/>
					<div className="absolute -top-0.75 left-1/2 h-3 w-px bg-ink3" />
				</div>
				{over ? <Small>{t.evidence.phiOver}</Small> : null}
			</div>
		</Fact>
	);
}
