import { randomUUID } from 'node:crypto';
import type { AuditDraft, Json } from '@/lib/core/audit-entry';
import type { GuardCheck } from '@/lib/core/guard';
import { toHex } from '@/lib/core/ids';
import type { Identity } from '@/lib/core/ports';
import type { PurgeRequest } from '@/lib/core/purge-view';
import { AUTOMATIC_RECOVERY } from '@/lib/core/recovery-view';
import { failing } from './judge-purge';
import type { PurgeDeps } from './purge-member';
import { refusedOutcome, toDraft } from './purge-record';
import type { RollEntry } from './roll';

/** Under this name automatic recovery acts; which console it was stands in the record's detail. */
export const RECOVERER: Identity = {
	actor: { kind: 'system', name: AUTOMATIC_RECOVERY, role: null, sourceAddress: null },
	role: 'operator',
	viaCookie: false,
};

/** What it asks for: these members, all of one verdict and of the same reasons. */
export function toRequest(entries: readonly RollEntry[]): PurgeRequest {
	return {
		members: entries.map(({ registration: { incarnation } }) => ({
			path: incarnation.path,
			czxid: toHex(incarnation.czxid),
		})),
		reason: entries[0] ? reasonOf(entries[0]) : '',
	};
}

export function reasonOf({ state }: RollEntry): string {
	return `Automatic recovery: the member is ${state.verdict} (${state.reasons.join(', ')}).`;
}

/** Nothing but the age of the evidence spoke against it: it can be had anew. `text` as in the record. */
export function isAgedOnly(text: string): boolean {
	return text.split('; ').every((part) => part.startsWith('evidence-age: ') || part === 'verdict: proof-lapsed');
}

/** Decides which refusals are told: each decision about an incarnation is, its repetition is not. */
export type RefusalLog = {
	/** The record of what holds a member back, when it was not told before. */
	toldOf(purge: PurgeDeps, entry: RollEntry, guards: readonly GuardCheck[]): AuditDraft | null;
	/** A purge that records what is new. `again`: it gathers its evidence anew, so that its age is no excuse. */
	attach(purge: PurgeDeps, again: boolean): PurgeDeps;
	forget(entry: RollEntry): void;
};

export function createRefusalLog(): RefusalLog {
	/** By path and czxid. */
	const last = new Map<string, string>();

	function isNews(key: string, decision: string): boolean {
		const isNew = last.get(key) !== decision;
		last.set(key, decision);
		return isNew;
	}

	function isTold(draft: AuditDraft, again: boolean): boolean {
		const text = textOf(draft.detail);
		if (draft.outcome === 'partial' || draft.outcome === 'failed') {
			return true;
		}
		const isExcused = !again && draft.outcome === 'refused' && isAgedOnly(text);
		return !isExcused && isNews(`${draft.member} ${draft.czxid}`, `${draft.outcome}: ${text}`);
	}

	return {
		toldOf(purge, entry, guards) {
			const detail = failing(guards);
			if (!isNews(keyOf(entry), `refused: ${detail}`)) {
				return null;
			}
			const request = toRequest([entry]);
			const told = { ...refusedOutcome('guard'), guards, detail };
			return toDraft(purge, { request, identity: RECOVERER, entry }, randomUUID(), told);
		},
		attach: (purge, again) => ({
			...purge,
			// Nobody waits for the record's number.
			recorded: async () => null,
			audit: { append: async (draft) => (isTold(draft, again) ? purge.audit.append(draft) : null) },
		}),
		forget: (entry) => {
			last.delete(keyOf(entry));
		},
	};
}

function keyOf({ registration: { incarnation } }: RollEntry): string {
	return `${incarnation.path} ${toHex(incarnation.czxid)}`;
}

function textOf(detail: Json): string {
	return typeof detail === 'object' && detail !== null && 'text' in detail && typeof detail.text === 'string'
		? detail.text
		: '';
}
