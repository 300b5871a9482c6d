import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verificationText } from '@/lib/cli/audit-file/report';
import { verifyFile } from '@/lib/cli/audit-file/verify-file';
import { hashInput } from '@/lib/core/audit-chain';
import { AUDIT_ACTIONS, type AuditDraft, type AuditEntry, type Json } from '@/lib/core/audit-entry';
import { broken, chain, example, exported, exportedLines, linesOf, parsed, sha256, text } from './export';

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const awkward = fc.constantFrom(
	-0,
	1e-7,
	5e-324,
	1.7976931348623157e308,
	2 ** 53 + 2,
	1e21,
	0.1,
	-1e-300,
	Number.POSITIVE_INFINITY,
);

const drafts: fc.Arbitrary<AuditDraft> = fc.record({
	key: text(40).filter((key) => key.length > 0),
	atMs: fc.integer({ min: -8.64e15, max: 8.64e15 }),
	actor: fc.record({
		kind: fc.constantFrom('operator' as const, 'token' as const, 'system' as const),
		name: text(40),
		role: maybe(text(10)),
		sourceAddress: maybe(text(20)),
	}),
	action: fc.constantFrom(...AUDIT_ACTIONS),
	outcome: text(20),
	cluster: maybe(text(20)),
	member: maybe(text(60)),
	memberId: maybe(text(20)),
	czxid: maybe(fc.constantFrom('0x0', '0xffffffffffffffff')),
	reason: maybe(text(60)),
	zxid: maybe(fc.constantFrom('0x1', '0x20000000a')),
	detail: fc.oneof(
		fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 }) as fc.Arbitrary<Json>,
		fc.dictionary(fc.oneof(text(8), fc.constantFrom('__proto__', '2', '10', '1')), awkward),
	),
});

describe('an export is whole', () => {
	test('whatever its entries hold, and its numbers are the very ones that were hashed', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(drafts, { minLength: 1, maxLength: 6 }), async (all) => {
				const entries = chain(all);
				const lines = await exportedLines(entries);
				for (const [index, entry] of entries.entries()) {
					expect(hashInput(parsed(lines[index] ?? ''))).toBe(hashInput(entry));
				}
				const last = entries.at(-1);
				expect(await verifyFile(linesOf(await exported(entries), 7))).toEqual({
					ok: true,
					entries: entries.length,
					first: 1,
					head: { sequence: last?.sequence, hash: last?.hash },
					part: false,
					firstBroken: null,
				});
			}),
			{ numRuns: 150 },
		);
	});

	test('as a part, from any entry on to any other, and says that it is one', async () => {
		const lines = await exportedLines(example());
		const result = await verifyFile(linesOf(lines.slice(4, 7)));
		expect(result).toMatchObject({ ok: true, entries: 3, first: 5, part: true, head: { sequence: 7 } });
		expect(verificationText(result)).toContain('a part: entries 5 to 7; what was before them is not in this file');
	});

	test('with or without a line break at its end, with line breaks of another system', async () => {
		const lines = await exportedLines(example());
		const bytes = (joined: string) => linesOf(new TextEncoder().encode(joined));
		expect((await verifyFile(bytes(lines.join('\n')))).entries).toBe(8);
		expect((await verifyFile(bytes(lines.map((line) => `${line}\r\n`).join('')))).entries).toBe(8);
	});
});

/** Every leaf of a line with another value there, and every field left out. */
function mutations(value: Json): Json[] {
	if (Array.isArray(value)) {
		const inner = value.flatMap((item, at) => mutations(item).map((other) => value.with(at, other)));
		return [...inner, [...value, 0], value.slice(1)].filter((other) => JSON.stringify(other) !== JSON.stringify(value));
	}
	if (typeof value === 'object' && value !== null) {
		const entries = Object.entries(value as { readonly [key: string]: Json });
		const inner = entries.flatMap(([key, item]) =>
			mutations(item).map((other) =>
				Object.fromEntries(entries.map((each) => (each[0] === key ? [key, other] : each))),
			),
		);
		const without = entries.map(([key]) => Object.fromEntries(entries.filter(([other]) => other !== key)));
		return [...inner, ...without, { ...value, more: null }];
	}
	switch (typeof value) {
		case 'string':
			return [`${value} `, value.replace(/^./u, value.startsWith('2') ? '3' : '2'), null].filter(
				(other) => other !== value,
			);
		case 'number':
			return [value + 1, -value, String(value)].filter((other) => !Object.is(other, value) && other !== value);
		default:
			return ['x'];
	}
}

describe('a file that was altered', () => {
	test('is broken at the very entry, whichever field of it was changed, added or left out', async () => {
		const lines = await exportedLines(example());
		const victim = JSON.parse(lines[3] ?? '') as Json;
		const all = mutations(victim);
		expect(all.length).toBeGreaterThan(70);
		for (const other of all) {
			const found = await broken(lines.with(3, JSON.stringify(other)));
			// An id that was changed to another number says which entry is out of place; that one is missing here.
			expect(found, JSON.stringify(other)).toMatchObject({ sequence: 4, line: 4 });
		}
	});

	test.each([1, 2, 5, 8])('is broken at entry %i when that was removed, repeated, swapped or cut', async (sequence) => {
		const lines = await exportedLines(example());
		const at = sequence - 1;
		const own = lines[at] ?? '';
		const next = lines[at + 1];
		if (sequence > 1 && next !== undefined) {
			expect(await broken(lines.toSpliced(at, 1))).toEqual({ sequence, line: sequence, kind: 'sequence' });
		}
		expect(await broken(lines.toSpliced(at, 0, own))).toEqual({
			sequence: sequence + 1,
			line: sequence + 1,
			kind: 'sequence',
		});
		if (sequence > 1 && next !== undefined) {
			expect(await broken(lines.toSpliced(at, 2, next, own))).toEqual({ sequence, line: sequence, kind: 'sequence' });
		}
		for (const length of [1, 40, own.length - 1]) {
			expect(await broken(lines.with(at, own.slice(0, length)))).toMatchObject({
				line: sequence,
				kind: 'line-unreadable',
			});
		}
		expect(await broken(lines.toSpliced(at, 0, ''))).toMatchObject({ line: sequence, kind: 'line-unreadable' });
	});

	test('is broken where an entry was inserted, with a hash of its own or without', async () => {
		const entries = example();
		const lines = await exportedLines(entries);
		const before = entries[2] as AuditEntry;
		const draft = { ...before, sequence: 4, previousHash: before.hash, reason: 'inserted' };
		const [forged] = await exportedLines([{ ...draft, hash: sha256(hashInput(draft)) }]);
		expect(await broken(lines.toSpliced(3, 0, forged ?? ''))).toEqual({ sequence: 5, line: 5, kind: 'sequence' });
		expect(await broken(lines.with(3, forged ?? ''))).toEqual({ sequence: 5, line: 5, kind: 'previous-hash' });
	});

	test('is told apart from one with filters only by a hint', async () => {
		const lines = await exportedLines(example());
		const { firstBroken } = await verifyFile(linesOf(lines.filter((_, index) => index % 2 === 0)));
		expect(firstBroken).toMatchObject({ sequence: 2, line: 2, kind: 'sequence' });
		expect(firstBroken?.text).toContain('An export with filters cannot be verified');
	});

	test.each([
		['a key given twice, the first for whoever reads it', (line: string) => line.replace('{', '{"reason":"innocent",')],
		['another way of writing the same number', (line: string) => line.replace('0.1', '1e-1')],
		['a number that a double cannot hold', (line: string) => line.replace('1e-7', '0.00000010000000000000000000001')],
		['a minus before a zero', (line: string) => line.replace('"index":0', '"index":-0')],
		['white space', (line: string) => line.replace(',', ', ')],
	])('%s is no entry, although JSON.parse would take it', async (_what, alter) => {
		const lines = await exportedLines(example());
		const altered = alter(lines[0] ?? '');
		expect(altered).not.toBe(lines[0]);
		expect(() => JSON.parse(altered)).not.toThrow();
		expect(await broken(lines.with(0, altered))).toEqual({ sequence: 1, line: 1, kind: 'line-unreadable' });
	});
});

describe('a head that was witnessed', () => {
	test('is in the file, or the file is another one, cut short, or begins too late', async () => {
		const entries = example();
		const lines = await exportedLines(entries);
		const head = (at: number) => ({ sequence: at, hash: entries[at - 1]?.hash ?? '' });
		expect(await broken(lines, [head(8), head(1), head(4)])).toBeNull();
		expect(await broken(lines, [head(8), { sequence: 4, hash: 'f'.repeat(64) }])).toEqual({
			sequence: 4,
			line: 4,
			kind: 'head-differs',
		});
		expect(await broken(lines.slice(0, 6), [head(8)])).toEqual({ sequence: 7, line: null, kind: 'head-missing' });
		expect(await broken(lines.slice(3), [head(2)])).toEqual({ sequence: 2, line: null, kind: 'head-missing' });
	});

	test('gives away a chain that was made anew from an entry on', async () => {
		const honest = example();
		const forged = chain(honest.map((entry, at) => (at === 4 ? { ...entry, reason: 'forged' } : entry)));
		const lines = await exportedLines(forged);
		expect(await broken(lines)).toBeNull();
		expect(await broken(lines, [{ sequence: 8, hash: honest[7]?.hash ?? '' }])).toMatchObject({
			sequence: 8,
			kind: 'head-differs',
		});
	});
});
