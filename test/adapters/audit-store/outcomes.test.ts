import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import type { AuditDraft, AuditEntry, Json } from '@/lib/core/audit-entry';
import { OUTCOMES_MAX } from '@/lib/core/purge-outcomes';
import { AUTOMATIC_RECOVERY, type FailoverView, type RecoveryView } from '@/lib/core/recovery-view';
import { readRecoveryOutcomes } from '@/lib/runtime/recovery-outcomes';
import { createManualClock } from '@/test/fakes/manual-clock';
import { DIALECTS, endPostgres } from '@/test/support/databases';
import { auditDraft, streamed, type TemporaryStore, temporaryStore } from './temporary-store';

let store: TemporaryStore;
afterAll(endPostgres);

/** Longer than an answer is kept. */
const LATER_MS = 6_000;

/** Reproducible, in [0, 1): mulberry32. */
function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

const DETAILS: readonly Json[] = [
	{ afterMs: 312, sessionTimeoutMs: 30_000 },
	{ afterMs: 0.5, sessionTimeoutMs: null },
	{ afterMs: 'soon', sessionTimeoutMs: true },
	{ afterMs: true },
	{ sessionTimeoutMs: 30_000 },
	{ afterMs: { ms: 1 } },
	{ nested: { afterMs: 5 } },
	[{ afterMs: 5 }],
	'afterMs',
	null,
];

function drawn(random: () => number): Partial<AuditDraft> {
	const one = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
	return {
		action: one([
			'member.purge',
			'member.purge',
			'member.replaced',
			'member.replaced',
			'member.ghost',
			'member.verdict',
		]),
		outcome: one(['purged', 'purged', 'refused', 'ok']),
		cluster: one(['prod', 'prod', 'prod', 'other', null]),
		actor: { kind: 'system', name: one([AUTOMATIC_RECOVERY, 'vera']), role: null, sourceAddress: null },
		member: one(['/m/a', '/m/b', null]),
		memberId: one(['a', null]),
		detail: one(DETAILS),
	};
}

/** What the log says when every entry is read whole. */
function byHand(entries: readonly AuditEntry[]): RecoveryView['outcomes'] {
	const latest = (accept: (entry: AuditEntry) => boolean) =>
		entries
			.filter((entry) => entry.cluster === 'prod' && accept(entry))
			.toReversed()
			.slice(0, OUTCOMES_MAX);
	const purges = latest(({ action, outcome }) => action === 'member.purge' && outcome === 'purged');
	const replaced = latest(({ action }) => action === 'member.replaced');
	const numberOf = (detail: Json, name: string): number | null => {
		const value = typeof detail === 'object' && detail !== null ? (detail as Record<string, unknown>)[name] : null;
		return typeof value === 'number' ? value : null;
	};
	return {
		purged: purges.length,
		automatic: purges.filter(({ actor }) => actor.name === AUTOMATIC_RECOVERY).length,
		replaced: replaced.length,
		ghosts: latest(({ action }) => action === 'member.ghost').length,
		failovers: replaced.flatMap(({ atMs, member, memberId, detail }): FailoverView[] => {
			const afterMs = numberOf(detail, 'afterMs');
			const sessionTimeoutMs = numberOf(detail, 'sessionTimeoutMs');
			return member === null || afterMs === null ? [] : [{ atMs, member, memberId, afterMs, sessionTimeoutMs }];
		}),
	};
}

async function record(drafts: readonly Partial<AuditDraft>[]): Promise<void> {
	await Promise.all(drafts.map((draft) => store.audit.append(auditDraft(draft))));
}

describe.each(DIALECTS)('on %s', (dialect) => {
	beforeEach(async () => {
		store = await temporaryStore(dialect);
	});
	afterEach(() => store.remove());

	it('is what the whole entries say, at first and after every further reading', async () => {
		const random = randomOf(7);
		const clock = createManualClock();
		const read = readRecoveryOutcomes(store.audit, 'prod', clock);
		expect(await read()).toEqual({ purged: 0, automatic: 0, replaced: 0, ghosts: 0, failovers: [] });
		// More than one window of sequences at once, then a few at a time, and none.
		for (const count of [5_000, 3, 40, 0, 1]) {
			await record(Array.from({ length: count }, () => drawn(random)));
			await clock.advance(LATER_MS);
			const outcomes = await read();
			expect(outcomes).toEqual(byHand(await streamed(store.audit)));
			expect(await readRecoveryOutcomes(store.audit, 'prod', clock)(), 'by one who starts now').toEqual(outcomes);
		}
	});

	it('counts the latest thousand of each, however many there are', async () => {
		const clock = createManualClock();
		const read = readRecoveryOutcomes(store.audit, 'prod', clock);
		const replaced = (afterMs: number): Partial<AuditDraft> => ({ action: 'member.replaced', detail: { afterMs } });
		await record(Array.from({ length: 1_200 }, (_, index) => replaced(index)));
		expect(await read()).toMatchObject({ replaced: 1_000, purged: 0 });
		await record([replaced(9_999), {}]);
		await clock.advance(LATER_MS);
		const { failovers, ...counts } = await read();
		expect(counts).toEqual({ purged: 1, automatic: 0, replaced: 1_000, ghosts: 0 });
		expect(failovers.slice(0, 2).map(({ afterMs }) => afterMs)).toEqual([9_999, 1_199]);
		expect(failovers.at(-1)?.afterMs).toBe(201);
	});

	it('asks the log once for all who ask within five seconds, and goes on from where it was', async () => {
		const clock = createManualClock();
		const asked: number[] = [];
		const read = readRecoveryOutcomes(
			{
				outcomes: (cluster, after, limitEach) => {
					asked.push(after);
					return store.audit.outcomes(cluster, after, limitEach);
				},
			},
			'prod',
			clock,
		);
		await record([{}, {}, {}]);
		await Promise.all([read(), read(), read()]);
		expect(await read()).toMatchObject({ purged: 3 });
		await clock.advance(LATER_MS);
		await Promise.all([read(), read()]);
		expect(asked).toEqual([0, 3]);
	});

	it('a log that cannot be read is said to those who ask, and asked again', async () => {
		let isBroken = true;
		const outcomes: TemporaryStore['audit']['outcomes'] = (...asked) =>
			isBroken ? Promise.reject(new Error('disk')) : store.audit.outcomes(...asked);
		const read = readRecoveryOutcomes({ outcomes }, 'prod', systemClock);
		await record([{}]);
		await expect(read()).rejects.toThrow('disk');
		isBroken = false;
		expect(await read()).toMatchObject({ purged: 1 });
	});
});
