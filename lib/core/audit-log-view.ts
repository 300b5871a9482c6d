import type { ArchivedView } from './archives-view';
import type { ChainHeadsView } from './chain-heads-view';

/** GET /api/audit */
export type AuditEntryView = {
	/** The entry's sequence number as text. */
	id: string;
	key: string;
	at: string;
	actor: { kind: string; name: string; role: string | null; sourceAddress: string | null };
	action: string;
	outcome: string;
	cluster: string | null;
	member: string | null;
	memberId: string | null;
	czxid: string | null;
	reason: string | null;
	zxid: string | null;
	detail: unknown;
	hash: string;
	previousHash: string;
};
export type AuditView = {
	entries: AuditEntryView[];
	/** Also of an empty page, when `lookedTo` says that there is more to be looked through. */
	nextCursor: string | null;
	/** Id of the oldest entry looked at, where the page's time was over before it was full; null: it was not. */
	lookedTo: string | null;
};
/** `ok`: the chain is whole, and no head in ZooKeeper contradicts it or is lost. */
export type AuditVerifyView = {
	ok: boolean;
	entries: number;
	head: string | null;
	firstBroken: number | null;
	archived: ArchivedView;
	heads: ChainHeadsView;
};
