import type { AuditDraft, AuditEntry } from './audit-entry';
import { canonicalJson } from './canonical-json';

/** The end of a chain: the newest entry's place and hash. */
export type ChainHead = { readonly sequence: number; readonly hash: string };

/** SHA-256 of a text's UTF-8 bytes, 64 lower-case hex digits. Injected: the core has no hash of its own. */
export type Sha256 = (text: string) => string;

/** What the first entry links to. */
export const CHAIN_START: ChainHead = { sequence: 0, hash: '0'.repeat(64) };

/**
 * The text that is hashed: canonical JSON of every field but `hash`. The fields are named one by one, so that what an
 * object carries beyond them can neither hide in the hash nor break it.
 */
export function hashInput(entry: Omit<AuditEntry, 'hash'>): string {
	const { actor } = entry;
	return canonicalJson({
		key: entry.key,
		atMs: entry.atMs,
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
		sequence: entry.sequence,
		previousHash: entry.previousHash,
	});
}

/** Gives a draft its place after `previous` (CHAIN_START for the first). Throws a TypeError on a number that is not finite. */
export function linkEntry(draft: AuditDraft, previous: ChainHead, sha256: Sha256): AuditEntry {
	const linked = { ...draft, sequence: previous.sequence + 1, previousHash: previous.hash };
	return { ...linked, hash: sha256(hashInput(linked)) };
}

/** Whether `entry` is the one that follows `previous` and says what it said when it was written. */
export function followsChain(entry: AuditEntry, previous: ChainHead, sha256: Sha256): boolean {
	return (
		entry.sequence === previous.sequence + 1 &&
		entry.previousHash === previous.hash &&
		entry.hash === sha256(hashInput(entry))
	);
}

export type ChainCheck = {
	/** Where the intact part ends. */
	readonly head: ChainHead;
	/** Sequence of the first entry that is changed, missing or out of place; null: the chain holds. */
	readonly firstBroken: number | null;
};

/**
 * Checks entries, oldest first, from `from` on; a long chain is checked page by page by handing the head of one page
 * to the next. An entry that was taken out is named by its own sequence, not by that of the one after the gap.
 */
export function verifyChain(entries: Iterable<AuditEntry>, from: ChainHead, sha256: Sha256): ChainCheck {
	let head = from;
	for (const entry of entries) {
		if (!followsChain(entry, head, sha256)) {
			return { head, firstBroken: head.sequence + 1 };
		}
		head = { sequence: entry.sequence, hash: entry.hash };
	}
	return { head, firstBroken: null };
}
