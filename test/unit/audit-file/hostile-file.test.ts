import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEntryLine } from '@/lib/cli/audit-file/parse-entry';
import { readLines } from '@/lib/cli/audit-file/read-lines';
import { verifyFile } from '@/lib/cli/audit-file/verify-file';
import type { AuditEntry, Json } from '@/lib/core/audit-entry';
import { broken, example, exportedLines, linesOf, text } from './export';

describe('a file that is no export', () => {
	test('has no entry', async () => {
		expect(await broken([])).toEqual({ sequence: 1, line: null, kind: 'empty' });
	});

	test('is read no further than to a line that is longer than an entry, however long that is', async () => {
		let given = 0;
		async function* endless() {
			yield new TextEncoder().encode('short\n');
			for (;;) {
				given += 1;
				yield new Uint8Array(1_000).fill(0x61);
			}
		}
		const found = [];
		for await (const line of readLines(endless(), 10_000)) {
			found.push(line);
		}
		expect(found).toEqual([
			{ number: 1, text: 'short' },
			{ number: 2, problem: 'it is longer than 10000 bytes, which no entry is' },
		]);
		expect(given).toBe(11);
	});

	test('says which line is no UTF-8', async () => {
		const [line = ''] = await exportedLines(example());
		const bytes = Buffer.concat([Buffer.from(`${line}\n`), Buffer.from([0x22, 0xff, 0x22, 0x0a])]);
		const { firstBroken } = await verifyFile(linesOf(bytes));
		expect(firstBroken).toMatchObject({ sequence: 2, line: 2, kind: 'line-unreadable' });
		expect(firstBroken?.text).toContain('UTF-8');
	});

	test('never throws, whatever a line holds', () => {
		fc.assert(
			fc.property(
				fc.oneof(
					text(200),
					fc.json(),
					fc.jsonValue().map((value) => JSON.stringify(value)),
				),
				(line) => {
					expect(parseEntryLine(line).kind).toBe('unreadable');
				},
			),
		);
		for (const line of ['['.repeat(1_000_000), `${'['.repeat(100_000)}${']'.repeat(100_000)}`, '{"__proto__":null}']) {
			expect(parseEntryLine(line).kind).toBe('unreadable');
		}
	});

	test('names the field that is wrong', async () => {
		const [line = ''] = await exportedLines(example());
		const problem = (alter: (view: { [key: string]: Json }) => void) => {
			const view = JSON.parse(line) as { [key: string]: Json };
			alter(view);
			const result = parseEntryLine(JSON.stringify(view));
			return result.kind === 'unreadable' ? result.problem : null;
		};
		expect(problem((view) => Object.assign(view, { id: '01' }))).toMatch(/^id: /);
		expect(problem((view) => Object.assign(view, { at: '2023-11-14T22:13:20Z' }))).toMatch(/^at: /);
		expect(problem((view) => Object.assign(view, { actor: { kind: 'nobody' } }))).toMatch(
			/actor\.kind: .*actor\.name: /,
		);
		expect(problem((view) => Object.assign(view, { hash: 'F'.repeat(64) }))).toMatch(/^hash: /);
		expect(problem((view) => Reflect.deleteProperty(view, 'detail'))).toMatch(/^detail: is missing/);
	});

	test('with an entry so deeply nested that it has no hash is broken there', async () => {
		const [entry] = example();
		const depth = 3_000;
		const detail = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as Json;
		const lines = await exportedLines([{ ...(entry as AuditEntry), detail }]);
		expect(await broken(lines)).toMatchObject({ sequence: 1, line: 1 });
	});
});
