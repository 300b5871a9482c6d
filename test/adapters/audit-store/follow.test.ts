import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followEntries } from '@/lib/adapters/audit-store/follow-entries';
import type { WebhookFilter } from '@/lib/core/webhook';
import type { FollowPort } from '@/lib/core/webhook-port';
import { DIALECTS, endPostgres } from '@/test/support/databases';
import { type ArchiveStore, archiveStore } from './archive-store';
import { auditDraft } from './temporary-store';

const ALL: WebhookFilter = { actions: [], outcomes: [], clusters: [] };
/** Sequences that one look goes through at most. */
const STRETCH = 4_096;

afterAll(endPostgres);

describe.each(DIALECTS)('the log as a follower reads it (%s)', (dialect) => {
	let store: ArchiveStore;
	let log: FollowPort;
	beforeEach(async () => {
		store = await archiveStore(dialect);
		log = followEntries(store.database);
	});
	afterEach(() => store.remove());

	const fill = (count: number) =>
		Promise.all(Array.from({ length: count }, (_, index) => store.audit.append(auditDraft({ detail: index }))));

	/** Every sequence that a filter takes, look by look. */
	async function followed(filter: WebhookFilter, after = 0): Promise<number[]> {
		const sequences: number[] = [];
		const newest = await log.newest();
		for (let reached = after; reached < newest; ) {
			const found = await log.next(filter, reached);
			sequences.push(...found.entries.map(({ sequence }) => sequence));
			expect(found.reached).toBeGreaterThan(reached);
			reached = found.reached;
		}
		return sequences;
	}

	it('begins behind what is settled, and gives each entry once, in order, whole', async () => {
		expect(await log.newest()).toBe(0);
		expect(await log.next(ALL, 0)).toEqual({ entries: [], reached: 0 });
		const entries = await fill(50);
		expect(await followed(ALL, 20)).toEqual(Array.from({ length: 30 }, (_, index) => index + 21));
		const { entries: first } = await log.next(ALL, 0);
		expect(first).toEqual(entries.slice(0, first.length));
		expect(await log.next(ALL, 50)).toEqual({ entries: [], reached: 50 });
	});

	it('asks for what is in each list, and nothing of a list that is empty', async () => {
		await store.audit.append(auditDraft({ action: 'member.purge', outcome: 'purged', cluster: 'prod' }));
		await store.audit.append(auditDraft({ action: 'member.purge', outcome: 'refused', cluster: 'prod' }));
		await store.audit.append(auditDraft({ action: 'member.verdict', outcome: 'dead', cluster: 'stage' }));
		await store.audit.append(auditDraft({ action: 'operator.sign-in', outcome: 'ok', cluster: null }));
		expect(await followed({ ...ALL, actions: ['member.purge'] })).toEqual([1, 2]);
		expect(await followed({ ...ALL, outcomes: ['purged', 'dead'] })).toEqual([1, 3]);
		expect(await followed({ ...ALL, outcomes: ['purged', 'dead'], clusters: ['stage'] })).toEqual([3]);
		expect(await followed({ ...ALL, clusters: ['prod', 'stage'] })).toEqual([1, 2, 3]);
		expect(await log.count({ ...ALL, clusters: ['prod'] }, 1)).toEqual({ entries: 1, more: false });
	});

	it('looks through a bounded stretch however rare it is, and counts no further', async () => {
		await fill(STRETCH + 10);
		const last = await store.audit.append(auditDraft({ action: 'drill.finish' }));
		const rare: WebhookFilter = { ...ALL, actions: ['drill.finish'] };
		expect(await log.next(rare, 0)).toEqual({ entries: [], reached: STRETCH });
		expect(await log.next(rare, STRETCH)).toEqual({ entries: [last], reached: last.sequence });
		expect(await log.count(rare, 0)).toEqual({ entries: 0, more: true });
		expect(await log.count(ALL, 0)).toEqual({ entries: STRETCH, more: true });
		expect(await log.count(ALL, STRETCH)).toEqual({ entries: 11, more: false });
	});

	it('what was signed off is no part of it any more, whether it is stored still or not', async () => {
		await store.old(1, 30);
		const young = await store.audit.append(auditDraft());
		await store.signOff(await store.seal('a.ndjson'));
		const all = await followed(ALL);
		expect(all[0]).toBe(young.sequence);
		expect(await store.removeAll()).toBe(30);
		expect(await followed(ALL)).toEqual(all);
		expect((await log.count(ALL, 0)).entries).toBe(all.length);
	});
});
