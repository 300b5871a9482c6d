import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChainHead } from '@/lib/core/audit-chain';
import {
	appendHead,
	checkHeads,
	HEADS_BOUNDS,
	type HeadRecord,
	type HeadsDocument,
	isHeadDue,
	judgeHeads,
	thinHeads,
	toHeadsText,
} from '@/lib/core/chain-heads';
import { headsHold, toChainHeadsView } from '@/lib/core/chain-heads-view';

const CHAIN = 'c'.repeat(32);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A midnight, and so the beginning of an hour. */
const MIDNIGHT_MS = 20_000 * DAY_MS;

/** As a chain of hashes behaves: from `rewrittenFrom` on, every hash is another one. */
const hashOf = (sequence: number, rewrittenFrom = Number.POSITIVE_INFINITY) =>
	`${sequence >= rewrittenFrom ? 'forged' : 'true'}-${sequence}`;
const hashesOf = (length: number, rewrittenFrom?: number) =>
	new Map(Array.from({ length }, (_, index) => [index + 1, hashOf(index + 1, rewrittenFrom)]));
const head = (sequence: number, atMs = MIDNIGHT_MS + sequence): HeadRecord => ({
	sequence,
	hash: hashOf(sequence),
	atMs,
	console: 'one',
});
const kept = (heads: readonly HeadRecord[]) => ({ kind: 'document', document: { chain: CHAIN, heads } }) as const;

/** What consoles do to one chain and its document: append entries, read the end, write a head from what was read before. */
const history = fc.array(
	fc.record({
		entries: fc.integer({ min: 0, max: 5 }),
		console: fc.integer({ min: 0, max: 1 }),
		deed: fc.constantFrom('read' as const, 'write' as const),
		elapsedMs: fc.integer({ min: -HOUR_MS, max: 40 * DAY_MS }),
	}),
	{ minLength: 1, maxLength: 60 },
);

type World = { length: number; document: HeadsDocument | null };

/** Heads as two consoles leave them, each reading the document, then the chain, and writing at the version it read. */
function play(steps: typeof history extends fc.Arbitrary<infer T> ? T : never, look: (world: World) => void): World {
	const world: World = { length: 0, document: null };
	const read: ({ document: HeadsDocument | null; end: number } | null)[] = [null, null];
	let nowMs = MIDNIGHT_MS;
	for (const { entries, console, deed, elapsedMs } of steps) {
		nowMs += elapsedMs;
		world.length += entries;
		const mine = read[console];
		if (deed === 'read' || !mine) {
			read[console] = { document: world.document, end: world.length };
		} else if (mine.document === world.document && mine.end > 0) {
			world.document = appendHead(mine.document, CHAIN, head(mine.end, nowMs)) ?? world.document;
		}
		look(world);
	}
	return world;
}

describe('comparing heads with the chain', () => {
	it('never accuses a chain that nobody touched, however two consoles interleave', () => {
		fc.assert(
			fc.property(history, (steps) => {
				play(steps, ({ length, document }) => {
					const heads = document?.heads ?? [];
					const check = checkHeads(heads, hashesOf(length));
					expect(check).toEqual({ checked: heads.length, agreeing: heads.length, contradicted: null });
				});
			}),
		);
	});

	it('finds every rewrite at or before the newest head, within the range that it names', () => {
		fc.assert(
			fc.property(history, fc.nat(), fc.nat(), (steps, where, more) => {
				const { document } = play(steps, () => undefined);
				const newest = document?.heads.at(-1)?.sequence ?? 0;
				fc.pre(newest > 0);
				const rewrittenFrom = 1 + (where % newest);
				const { contradicted } = checkHeads(document?.heads ?? [], hashesOf(newest + (more % 10), rewrittenFrom));
				expect(contradicted?.how).toBe('rewritten');
				expect(contradicted?.agreesUpTo).toBeLessThan(rewrittenFrom);
				expect(contradicted?.sequence).toBeGreaterThanOrEqual(rewrittenFrom);
			}),
		);
	});

	it('finds every chain that was cut off before the newest head', () => {
		fc.assert(
			fc.property(history, fc.nat(), (steps, where) => {
				const { document } = play(steps, () => undefined);
				const newest = document?.heads.at(-1)?.sequence ?? 0;
				fc.pre(newest > 0);
				const length = where % newest;
				const { contradicted } = checkHeads(document?.heads ?? [], hashesOf(length));
				expect(contradicted?.how).toBe('missing');
				expect(contradicted?.agreesUpTo).toBeLessThanOrEqual(length);
				expect(contradicted?.sequence).toBeGreaterThan(length);
			}),
		);
	});

	it('says nothing about what was appended after the newest head', () => {
		expect(checkHeads([head(3)], hashesOf(9, 4)).contradicted).toBeNull();
	});
});

describe('thinning', () => {
	const times = fc.array(fc.integer({ min: 0, max: 20 * 365 * DAY_MS }), { minLength: 1, maxLength: 400 });

	it('keeps order, the oldest, the newest and the last hour, and drops nothing more when done again', () => {
		fc.assert(
			fc.property(times, fc.integer({ min: 0, max: 400 * DAY_MS }), (ages, laterMs) => {
				const heads = ages.toSorted((a, b) => b - a).map((age, index) => head(index + 1, MIDNIGHT_MS - age));
				const thinned = thinHeads(heads, MIDNIGHT_MS);
				expect(thinned[0]).toBe(heads[0]);
				expect(thinned.at(-1)).toBe(heads.at(-1));
				expect(heads.filter((each) => thinned.includes(each))).toEqual(thinned);
				expect(heads.filter((each) => MIDNIGHT_MS - each.atMs < HOUR_MS && !thinned.includes(each))).toEqual([]);
				expect(thinHeads(thinned, MIDNIGHT_MS)).toEqual(thinned);
				// Step by step or at once: what is dropped early would be dropped later too.
				expect(thinHeads(thinned, MIDNIGHT_MS + laterMs)).toEqual(thinHeads(heads, MIDNIGHT_MS + laterMs));
			}),
		);
	});

	it('leaves one an hour for a week, one a day for a year', () => {
		const quarters = Array.from({ length: 4 * 24 * 30 }, (_, index) =>
			head(index + 1, MIDNIGHT_MS + index * (HOUR_MS / 4)),
		);
		const nowMs = MIDNIGHT_MS + 30 * DAY_MS;
		const at = thinHeads(quarters, nowMs).map(({ atMs }) => atMs);
		const between = (from: number, to: number) => at.filter((atMs) => atMs >= from && atMs < to).length;
		expect(between(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)).toBe(1);
		expect(between(MIDNIGHT_MS, nowMs - 7 * DAY_MS)).toBe(23);
		expect(between(nowMs - 2 * DAY_MS, nowMs - DAY_MS)).toBe(24);
		expect(between(nowMs - HOUR_MS, nowMs)).toBeGreaterThanOrEqual(3);
	});

	it('stays within its bounds for decades of busy consoles and for clocks that stand still', () => {
		let document: HeadsDocument | null = null;
		const longest = 'console-\u0001'.padEnd(HEADS_BOUNDS.consoleMax, '\u0001');
		for (let index = 1; index <= 6_000; index++) {
			const atMs = MIDNIGHT_MS + (index < 3_000 ? index * 5 * DAY_MS : 3_000 * 5 * DAY_MS);
			document = appendHead(document, CHAIN, { ...head(index * 100, atMs), hash: 'f'.repeat(64), console: longest });
		}
		const heads = document?.heads ?? [];
		expect(heads.length).toBeLessThanOrEqual(HEADS_BOUNDS.headsMax);
		expect(heads[0]?.sequence).toBe(100);
		expect(heads.at(-1)?.sequence).toBe(600_000);
		// A head of each year is still there.
		expect(heads.filter(({ atMs }) => atMs < MIDNIGHT_MS + 10 * 365 * DAY_MS).length).toBeGreaterThanOrEqual(10);
		expect(Buffer.byteLength(document ? toHeadsText(document) : '')).toBeLessThan(HEADS_BOUNDS.bytesMax);
	});

	it('a head never goes back', () => {
		const document = { chain: CHAIN, heads: [head(5)] };
		expect(appendHead(document, CHAIN, head(5))).toBeNull();
		expect(appendHead(document, CHAIN, head(4, MIDNIGHT_MS + DAY_MS))).toBeNull();
	});
});

describe('judging an ensemble', () => {
	const judge = (input: Partial<Parameters<typeof judgeHeads>[0]>) =>
		judgeHeads({
			chain: CHAIN,
			kept: kept([head(3), head(7)]),
			writtenHere: CHAIN,
			remembered: head(7),
			hashes: hashesOf(9),
			...input,
		}).finding;

	it.each<[string, Partial<Parameters<typeof judgeHeads>[0]>, unknown]>([
		['all agree', {}, null],
		['another console wrote on', { remembered: head(3) }, null],
		['nothing was ever written', { kept: { kind: 'none' }, remembered: null, writtenHere: null }, null],
		['the znode is gone', { kept: { kind: 'none' } }, { kind: 'lost', remembered: 7, found: null }],
		['an older document', { kept: kept([head(3)]) }, { kind: 'lost', remembered: 7, found: 3 }],
		['garbage in its place', { kept: { kind: 'unreadable' } }, { kind: 'unreadable' }],
		['emptied by a person', { kept: { kind: 'emptied' } }, null],
		['another database', { writtenHere: 'd'.repeat(32) }, { kind: 'replaced', chain: 'd'.repeat(32) }],
		[
			'a chain computed anew',
			{ hashes: hashesOf(9, 5) },
			{ kind: 'contradicted', sequence: 7, agreesUpTo: 3, how: 'rewritten' },
		],
		['cut off', { hashes: hashesOf(6) }, { kind: 'contradicted', sequence: 7, agreesUpTo: 3, how: 'missing' }],
		[
			'rewritten, and the memory of it removed',
			{ hashes: hashesOf(9, 1), remembered: null },
			{ kind: 'contradicted', sequence: 3, agreesUpTo: 0, how: 'rewritten' },
		],
	])('%s', (_, input, finding) => {
		expect(judge(input)).toEqual(finding);
	});

	it('several ensembles together name the narrowest range, and one that does not answer is no objection', () => {
		const answer = (cluster: string, heads: readonly ChainHead[], rewrittenFrom?: number) => ({
			cluster,
			detail: '',
			judgement: judgeHeads({
				chain: CHAIN,
				kept: kept(heads.map(({ sequence }) => head(sequence))),
				writtenHere: CHAIN,
				remembered: null,
				hashes: hashesOf(30, rewrittenFrom),
			}),
		});
		const forged = toChainHeadsView([
			answer('a', [head(3), head(20)], 12),
			answer('b', [head(10), head(15), head(25)], 12),
			{ cluster: 'c', judgement: null, detail: '' },
		]);
		expect(forged).toMatchObject({
			checked: 5,
			agreeing: 2,
			unreachable: ['c'],
			newest: { sequence: 25, cluster: 'b' },
		});
		expect(forged.contradicted).toEqual({ sequence: 15, agreesUpTo: 10, cluster: 'b' });
		expect(headsHold(forged)).toBe(false);
		const whole = toChainHeadsView([answer('a', [head(3)]), { cluster: 'c', judgement: null, detail: '' }]);
		expect(whole).toMatchObject({ contradicted: null, unreachable: ['c'], newest: { sequence: 3 } });
		expect(headsHold(whole)).toBe(true);
	});
});

describe('when a head is due', () => {
	it.each([
		['nothing new', { newEntries: 0, sinceHeadMs: Number.POSITIVE_INFINITY, hastened: true }, false],
		['one entry, a minute on', { newEntries: 1, sinceHeadMs: 60_000, hastened: false }, true],
		['one entry, sooner', { newEntries: 1, sinceHeadMs: 59_999, hastened: false }, false],
		['a hundred entries', { newEntries: 100, sinceHeadMs: 5_000, hastened: false }, true],
		['a purge', { newEntries: 1, sinceHeadMs: 5_000, hastened: true }, true],
		['whatever it is, at once after the last', { newEntries: 500, sinceHeadMs: 4_999, hastened: true }, false],
	])('%s', (_, pace, due) => {
		expect(isHeadDue(pace)).toBe(due);
	});
});
