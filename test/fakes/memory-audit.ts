import type { AuditDraft, AuditEntry } from '@/lib/core/audit-entry';
import type { AuditPort } from '@/lib/core/ports';

/** Keeps drafts in memory, without a chain; `failWith` makes every append reject. */
export type MemoryAudit = AuditPort & { readonly drafts: AuditDraft[]; failWith: Error | null };

export function createMemoryAudit(): MemoryAudit {
	const drafts: AuditDraft[] = [];
	const toEntry = (draft: AuditDraft, index: number): AuditEntry => ({
		...draft,
		sequence: index + 1,
		previousHash: '',
		hash: '',
	});
	return {
		drafts,
		failWith: null,
		append(draft) {
			if (this.failWith !== null) {
				return Promise.reject(this.failWith);
			}
			drafts.push(draft);
			return Promise.resolve(toEntry(draft, drafts.length - 1));
		},
		list: () => Promise.resolve({ entries: drafts.map(toEntry).reverse(), nextCursor: null, lookedTo: null }),
		byKey: (key) => Promise.resolve(drafts.map(toEntry).find((entry) => entry.key === key) ?? null),
		async *stream() {
			yield* drafts.map(toEntry);
		},
		outcomes: () => Promise.reject(new Error('not kept in memory')),
		verify: () =>
			Promise.resolve({
				ok: true,
				entries: drafts.length,
				head: null,
				firstBroken: null,
				archived: { upTo: 0, files: [] },
			}),
		close: () => Promise.resolve(),
	};
}
