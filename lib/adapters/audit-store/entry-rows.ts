import type { Actor, AuditAction, AuditEntry, Json } from '@/lib/core/audit-entry';
import { canonicalJson } from '@/lib/core/canonical-json';
import type { AuditEntriesTable } from '../database/tables';

export function toRow(entry: AuditEntry): AuditEntriesTable {
	return {
		sequence: entry.sequence,
		key: entry.key,
		at_ms: entry.atMs,
		actor_kind: entry.actor.kind,
		actor_name: entry.actor.name,
		actor_role: entry.actor.role,
		actor_source_address: entry.actor.sourceAddress,
		action: entry.action,
		outcome: entry.outcome,
		cluster: entry.cluster,
		member: entry.member,
		member_id: entry.memberId,
		czxid: entry.czxid,
		reason: entry.reason,
		zxid: entry.zxid,
		previous_hash: entry.previousHash,
		hash: entry.hash,
		detail: canonicalJson(entry.detail),
	};
}

/**
 * The row as an entry. Rows were checked when they were written; one that somebody changed behind the store's back is
 * shown as it stands, so that the log stays readable, and it is `verify` that names it.
 */
export function toEntry(row: AuditEntriesTable): AuditEntry {
	return {
		sequence: row.sequence,
		key: row.key,
		atMs: row.at_ms,
		actor: {
			kind: row.actor_kind as Actor['kind'],
			name: row.actor_name,
			role: row.actor_role,
			sourceAddress: row.actor_source_address,
		},
		action: row.action as AuditAction,
		outcome: row.outcome,
		cluster: row.cluster,
		member: row.member,
		memberId: row.member_id,
		czxid: row.czxid,
		reason: row.reason,
		zxid: row.zxid,
		previousHash: row.previous_hash,
		hash: row.hash,
		detail: parseDetail(row.detail) ?? { unreadable: row.detail },
	};
}

/** Whether the stored detail is, byte for byte, what was hashed: canonical JSON. */
export function isDetailIntact(row: AuditEntriesTable): boolean {
	const detail = parseDetail(row.detail);
	return detail !== undefined && canonicalJson(detail) === row.detail;
}

export function parseDetail(text: string): Json | undefined {
	try {
		return JSON.parse(text) as Json;
	} catch (error) {
		if (error instanceof SyntaxError) {
			return undefined;
		}
		throw error;
	}
}
