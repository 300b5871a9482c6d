import type { AuditEntry } from './audit-entry';
import type { AuditPage } from './ports';
import type { AuditEntryView, AuditView } from './view';

/** An entry as the HTTP API, the exports and the pages show it. */
export function toAuditEntryView(entry: AuditEntry): AuditEntryView {
	const { actor } = entry;
	return {
		id: String(entry.sequence),
		key: entry.key,
		at: new Date(entry.atMs).toISOString(),
		actor: { kind: actor.kind, name: actor.name, role: actor.role, sourceAddress: actor.sourceAddress },
		action: entry.action,
		outcome: entry.outcome,
		cluster: entry.cluster,
		member: entry.member,
		memberId: entry.memberId,
		czxid: entry.czxid,
		reason: entry.reason,
		zxid: entry.zxid,
		detail: entry.detail,
		hash: entry.hash,
		previousHash: entry.previousHash,
	};
}

/** One page of the log as the HTTP API and the page Audit show it. */
export function toAuditView({ entries, nextCursor, lookedTo }: AuditPage): AuditView {
	return {
		entries: entries.map(toAuditEntryView),
		nextCursor,
		lookedTo: lookedTo === null ? null : String(lookedTo),
	};
}
