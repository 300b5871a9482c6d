import { randomUUID } from 'node:crypto';
import type { AuditDraft } from '@/lib/core/audit-entry';
import { parseHexId } from '@/lib/core/ids';
import type { AuditPort, Clock, Identity } from '@/lib/core/ports';
import type { ExitReportRequest, ExitReportView } from '@/lib/core/purge-view';
import type { Roll } from './roll';

export type ExitReportDeps = {
	readonly cluster: string;
	readonly observer: string;
	readonly clock: Clock;
	readonly roll: Roll;
	readonly audit: AuditPort;
	/** Has the member looked at now: the report is worth nothing without two sweeps. */
	lookAt(path: string): void;
};

/**
 * Takes a report that a member's process or host is gone: one part of a proof (verdicts.md), bound to the incarnation that
 * the reporter names. Recorded first, so that nothing rests on a report that the audit log does not know; rejects when it
 * cannot be. A report of an incarnation that is registered no more is recorded as `stale` and changes nothing.
 */
export async function reportExit(
	deps: ExitReportDeps,
	request: ExitReportRequest,
	identity: Identity,
): Promise<ExitReportView> {
	const entry = deps.roll.entries.get(request.path);
	if (entry === undefined) {
		return { path: request.path, czxid: request.czxid, result: 'not-registered', verdict: null, auditId: null };
	}
	const { incarnation, id } = entry.registration;
	const isPresent = incarnation.czxid === parseHexId(request.czxid);
	const result = isPresent ? 'accepted' : 'stale';
	// Before it is recorded: what the report says of the process was true by now.
	const receivedAtMs = deps.clock.nowMs();
	const { sequence } = await deps.audit.append(toDraft(deps, request, identity, { memberId: id, result }));
	if (isPresent) {
		deps.roll.observe({
			kind: 'exit-report',
			observer: deps.observer,
			incarnation,
			observedAtMs: receivedAtMs,
			reporter: request.reporter,
			detail: request.detail ?? '',
		});
		deps.lookAt(request.path);
	}
	const { verdict } = deps.roll.entries.get(request.path)?.state ?? entry.state;
	return { path: request.path, czxid: request.czxid, result, verdict, auditId: String(sequence) };
}

function toDraft(
	{ cluster, clock }: ExitReportDeps,
	request: ExitReportRequest,
	identity: Identity,
	{ memberId, result }: { memberId: string; result: string },
): AuditDraft {
	return {
		key: randomUUID(),
		atMs: Math.round(clock.wallMs()),
		actor: identity.actor,
		action: 'member.exit-report',
		outcome: result,
		cluster,
		member: request.path,
		memberId,
		czxid: request.czxid,
		reason: null,
		zxid: null,
		detail: { reporter: request.reporter, detail: request.detail ?? null },
	};
}
