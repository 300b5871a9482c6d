import type { Kysely } from 'kysely';

/** One audit entry; columns in the order of the table, `detail` last so that filters need not read past it. */
export type AuditEntriesTable = {
	sequence: number;
	key: string;
	at_ms: number;
	actor_kind: string;
	actor_name: string;
	actor_role: string | null;
	actor_source_address: string | null;
	action: string;
	outcome: string;
	cluster: string | null;
	member: string | null;
	member_id: string | null;
	czxid: string | null;
	reason: string | null;
	zxid: string | null;
	previous_hash: string;
	hash: string;
	/** Canonical JSON. */
	detail: string;
};

/** One row, id 1: where the chain ends. Tells when entries were cut off its end. */
export type AuditHeadTable = { id: number; sequence: number; hash: string };

/** One row, id 1: the chain's id, random, given when the table was made. */
export type AuditChainTable = { id: number; chain: string };

/** The newest head known to have been written into each cluster's ensemble. */
export type AuditChainHeadsTable = { cluster: string; sequence: number; hash: string };

/** The first and the last time of 1,024 entries; block 0 begins with sequence 1. */
export type AuditBlocksTable = { block: number; min_at_ms: number; max_at_ms: number };

/** The full-text index; contentless, so that nothing but its row ids can be read. */
export type AuditSearchTable = { rowid: number };

/** Each occurrence of each trigram of the index, by trigram. */
export type AuditSearchTermsTable = { term: string };

/** One archive file that was signed off: entries `first` to `last` have left the log. */
export type AuditArchivesTable = {
	last: number;
	first: number;
	previous_hash: string;
	last_hash: string;
	sha256: string;
	file: string;
	/** Sequence of the entry that sealed it. */
	sealed: number;
	sealed_by: string;
	sealed_at_ms: number;
	/** Sequence of the entry that signed it off. */
	signed_off: number;
	signed_off_by: string;
	signed_off_at_ms: number;
};

/** What stays of an entry that was taken out. */
export type AuditArchivedTable = { sequence: number; key: string; hash: string };

/** A webhook; `filter` and `trouble` are JSON. */
export type WebhooksTable = {
	id: string;
	url: string;
	/** whsec_…, as receivers have it. */
	secret: string;
	filter: string;
	revision: number;
	settled: number;
	created_at_ms: number;
	created_by: string;
	paused_cause: string | null;
	paused_at_ms: number | null;
	trouble: string | null;
	last_delivered_at_ms: number | null;
};

/** One row, id 1: which console delivers; no owner: whoever comes first. */
export type WebhookLeaseTable = { id: number; owner: string | null; beat: number };

/** What Rollcall's own queries see; libraries that bring their own tables are not listed. */
export type Tables = {
	audit_entries: AuditEntriesTable;
	audit_head: AuditHeadTable;
	audit_blocks: AuditBlocksTable;
	audit_search: AuditSearchTable;
	audit_search_terms: AuditSearchTermsTable;
	audit_chain: AuditChainTable;
	audit_chain_heads: AuditChainHeadsTable;
	audit_archives: AuditArchivesTable;
	audit_archived: AuditArchivedTable;
	webhooks: WebhooksTable;
	webhook_lease: WebhookLeaseTable;
};

export type Queries = Kysely<Tables>;
