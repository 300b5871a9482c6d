import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '@/lib/core/reason';
import type { MemberRow } from '@/lib/core/view';
import { type MemberQuery, queryMembers } from '@/lib/http/member-query';

function row(path: string, more: Partial<MemberRow> = {}): MemberRow {
	return {
		path,
		id: path.slice(1),
		group: 'gateway',
		host: '10.0.0.1',
		port: 7510,
		addresses: [{ name: 'member', host: '10.0.0.1', port: 7510 }],
		czxid: '0x1',
		ephemeralOwner: '0x2',
		verdict: 'alive',
		reasons: [],
		sinceAtMs: 0,
		rttMs: null,
		recentRttMs: [],
		lastAnsweredAtMs: null,
		registeredAtMs: 0,
		session: { state: 'connected', server: null, lastHeardMsAgo: null, expiresInMs: null },
		conflictsWith: [],
		conflictsElsewhere: [],
		unreadable: null,
		selfReported: {},
		provable: true,
		...more,
	};
}

const ALL: MemberQuery = { verdicts: null, group: null, q: null, cursor: null, limit: 1_000 };
const paths = (rows: readonly MemberRow[], left: readonly MemberRow[], query: Partial<MemberQuery>) =>
	queryMembers(rows, left, { ...ALL, ...query })?.members.map((member) => member.path);

describe('the members list', () => {
	const rows = [
		row('/b', { verdict: 'dead' }),
		row('/a', { group: 'service' }),
		row('/c', { addresses: [{ name: 'ws', host: 'fe.example', port: 9_510 }] }),
	];
	const left = [row('/z', { verdict: 'left' }), row('/a', { verdict: 'left', czxid: '0x9' })];

	it('filters by verdict, group and text', () => {
		expect(paths(rows, left, {})).toEqual(['/a', '/b', '/c']);
		expect(paths(rows, left, { verdicts: ['dead', 'suspect'] })).toEqual(['/b']);
		expect(paths(rows, left, { group: 'service' })).toEqual(['/a']);
		expect(paths(rows, left, { q: 'FE.EXAMPLE:95' })).toEqual(['/c']);
		expect(paths(rows, left, { q: 'nothing' })).toEqual([]);
	});

	it('shows those that left only when asked for them', () => {
		expect(paths(rows, left, { verdicts: ['left'] })).toEqual(['/a', '/z']);
		expect(paths(rows, left, { verdicts: ['left', 'alive'] })).toEqual(['/a', '/a', '/c', '/z']);
	});

	it.each(['', 'x', 'W10', 'bnVsbA', '!!!'])('refuses a cursor that is none of its own: %j', (cursor) => {
		expect(queryMembers(rows, [], { ...ALL, cursor })).toBeNull();
	});

	it('shows every row that stays exactly once, whatever comes and goes between two pages', () => {
		const names = fc.uniqueArray(fc.stringMatching(/^\/[a-e]{1,3}$/), { maxLength: 30 });
		fc.assert(
			fc.property(names, fc.array(names, { maxLength: 8 }), fc.integer({ min: 1, max: 5 }), (stay, others, limit) => {
				const seen: string[] = [];
				let cursor: string | null = null;
				for (let page = 0; page === 0 || cursor !== null; page += 1) {
					const churn = (others[page] ?? []).filter((path) => !stay.includes(path));
					const rowsNow = [...stay, ...churn].map((path) => row(path));
					const answer = queryMembers(rowsNow, [], { ...ALL, limit, cursor });
					expect(answer?.members.length).toBeLessThanOrEqual(limit);
					seen.push(...(answer?.members.map((member) => member.path) ?? []));
					cursor = answer?.nextCursor ?? null;
				}
				expect(seen.filter((path) => stay.includes(path)).toSorted()).toEqual(stay.toSorted());
				expect(new Set(seen).size).toBe(seen.length);
			}),
		);
	});

	it('knows every verdict that can be asked for', () => {
		const verdict: Verdict = 'unresponsive';
		expect(paths([row('/u', { verdict })], [], { verdicts: [verdict] })).toEqual(['/u']);
	});
});
