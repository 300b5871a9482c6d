import { describe, expect, it } from 'vitest';
import { keyOfPurged, summariseAftermath, toAftermath } from '@/components/purge/aftermath';
import type { AuditEntryView } from '@/lib/core/view';

const purged = (n: number) => ({ path: `/m/${n}`, id: `m-${n}`, czxid: `0x${n.toString(16)}`, host: null, port: null });

function entry(n: number, detail: unknown, over: Partial<AuditEntryView> = {}): AuditEntryView {
	return {
		id: '9',
		key: 'k',
		at: '2026-05-01T12:00:00.000Z',
		actor: { kind: 'system', name: 'rollcall-a', role: null, sourceAddress: null },
		action: 'member.replaced',
		outcome: 'ok',
		cluster: 'turms',
		member: `/m/${n}`,
		memberId: `m-${n}`,
		czxid: `0x${n.toString(16)}`,
		reason: null,
		zxid: null,
		detail,
		hash: '',
		previousHash: '',
		...over,
	};
}
const seen = (n: number, afterMs: number) =>
	new Map([[keyOfPurged(purged(n)), { row: { id: `new-${n}`, czxid: '0xff' }, afterMs }]]);

describe('what comes after a purge', () => {
	it('is nothing at first', () => {
		expect(toAftermath([purged(1)], new Map(), [], []).get('0x1 /m/1')).toEqual({ replaced: null, ghost: null });
	});

	it('is timed by the console’s record where there is one, else by what this browser saw', () => {
		const browser = toAftermath([purged(1)], seen(1, 900), [], []);
		expect(browser.get('0x1 /m/1')?.replaced).toEqual({ id: 'new-1', czxid: '0xff', afterMs: 900 });
		const recorded = [entry(1, { afterMs: 640, by: '/m/other', czxid: '0xfe' })];
		expect(toAftermath([purged(1)], seen(1, 900), recorded, []).get('0x1 /m/1')?.replaced?.afterMs).toBe(640);
		expect(toAftermath([purged(1)], new Map(), recorded, []).get('0x1 /m/1')?.replaced).toEqual({
			id: 'other',
			czxid: '0xfe',
			afterMs: 640,
		});
	});

	it('concerns this very incarnation: entries of another at the same path say nothing', () => {
		const other = entry(1, { afterMs: 5 }, { czxid: '0x77' });
		expect(toAftermath([purged(1)], new Map(), [other], [other]).get('0x1 /m/1')).toEqual({
			replaced: null,
			ghost: null,
		});
	});

	it('tells of a ghost, with the entry that says so', () => {
		const after = toAftermath([purged(1)], new Map(), [], [entry(1, {}, { id: '42', action: 'member.ghost' })]);
		expect(after.get('0x1 /m/1')?.ghost).toEqual({ auditId: '42' });
	});

	it('is summed up over hundreds, by those alone that had no successor before', () => {
		const all = Array.from({ length: 500 }, (_, i) => purged(i + 1));
		const records = all.slice(0, 300).map((_, i) => entry(i + 1, { afterMs: i + 1, by: `/m/${i + 1}`, czxid: '0xf' }));
		const after = toAftermath(all, new Map(), records, []);
		expect(summariseAftermath(after, (key) => key !== keyOfPurged(purged(300)))).toEqual({
			purged: 500,
			replaced: 300,
			ghosts: 0,
			medianMs: 150,
			slowestMs: 299,
		});
	});

	it('survives a record that an earlier release wrote otherwise', () => {
		expect(toAftermath([purged(1)], new Map(), [entry(1, null)], []).get('0x1 /m/1')?.replaced).toBeNull();
	});
});
