import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chain, example, exported, exportedLines } from '@/test/unit/audit-file/export';
import { recorded } from '@/test/unit/audit-file/replay-world';
import { dead, STATE, told } from '@/test/unit/audit-file/stories';

const PROGRAM = fileURLToPath(new URL('../../../lib/cli/audit.ts', import.meta.url));
let folder: string;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'rollcall-audit-'));
});

afterAll(async () => {
	await rm(folder, { recursive: true, force: true });
});

/** Called as npm calls it: in the folder of the package, while the files lie where the user is. */
async function audit(args: readonly string[], input = '') {
	const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...args], {
		env: { ...process.env, INIT_CWD: folder },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	let [out, err] = ['', ''];
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		out += text;
	});
	child.stderr.setEncoding('utf8').on('data', (text: string) => {
		err += text;
	});
	// A program that ends on its arguments alone reads nothing of it.
	child.stdin.on('error', () => undefined);
	child.stdin.end(input);
	const code = await new Promise((resolve) => child.once('close', resolve));
	return { code, out, err };
}

test('verify: 0 for a whole file, from standard input too, 1 for one that is broken or lacks a head, 2 for none', async () => {
	const entries = example();
	await writeFile(join(folder, 'whole.ndjson'), await exported(entries));
	const lines = await exportedLines(entries);
	const last = entries.at(-1);
	const whole = await audit(['verify', 'whole.ndjson', '--head', `8:${last?.hash}`]);
	expect(whole).toMatchObject({ code: 0, err: '' });
	expect(whole.out).toContain(`head 8:${last?.hash}`);

	const piped = await audit(['verify', '-', '--json'], lines.toSpliced(2, 1).join('\n'));
	expect(piped.code).toBe(1);
	expect(JSON.parse(piped.out)).toMatchObject({
		ok: false,
		entries: 2,
		firstBroken: { sequence: 3, kind: 'sequence' },
	});

	expect((await audit(['verify', 'whole.ndjson', '--head', `9:${last?.hash}`])).code).toBe(1);
	expect(await audit(['verify', 'nowhere.ndjson'])).toMatchObject({ code: 2, out: '' });
}, 60_000);

test('replay: 0 when all comes out the same, 1 when one does not, 2 for lines that hold no entry', async () => {
	const drafts = await recorded(dead(), {}, {});
	const lines = await exportedLines(chain(drafts));
	const same = await audit(['replay', '-'], lines.join('\n'));
	expect(same).toMatchObject({ code: 0, err: '' });
	expect(same.out).toContain(`${drafts.length} come out the same, 0 differ`);

	const forged = await told(chain(drafts)[2] ?? expect.fail(), [...STATE, 'session', 'state'], 'connected');
	const other = await audit(['replay', '-'], (await exportedLines(chain([...drafts, forged]))).join('\n'));
	expect(other.code).toBe(1);
	expect(other.out).toContain(`DIFFERS at entry ${drafts.length + 1}`);

	expect((await audit(['replay', '-'], '{}\n')).code).toBe(2);
}, 60_000);

test.each([
	[[]],
	[['verify']],
	[['replay', 'a', 'b']],
	[['archive', 'a']],
	[['archive', '--reason', 'r']],
	[['sign-off', '--reason', 'r']],
	[['sign-off', 'a']],
	[['verify', 'a', '--out', 'b']],
	[['replay', '-', '--head', '1:2']],
	[['verify', '-', '--head', '1:2']],
	[['verify', '-', '--all']],
])(
	'%s: 2, with what to write instead',
	async (args) => {
		const { code, out, err } = await audit(args);
		expect({ code, out }).toEqual({ code: 2, out: '' });
		expect(err).toContain('npm run audit -- verify FILE...');
	},
	60_000,
);

test('verify: files one after the other, packed or not, are one chain; a file left out or out of order breaks it', async () => {
	const lines = await exportedLines(example());
	const text = (from: number, to: number) =>
		lines
			.slice(from, to)
			.map((line) => `${line}\n`)
			.join('');
	await writeFile(join(folder, 'one.ndjson.gz'), gzipSync(text(0, 3)));
	await writeFile(join(folder, 'two.ndjson'), text(3, 5));
	await writeFile(join(folder, 'three.ndjson'), text(5, 8));
	const whole = await audit(['verify', 'one.ndjson.gz', 'two.ndjson', 'three.ndjson', '--json']);
	expect(JSON.parse(whole.out)).toMatchObject({ ok: true, entries: 8, part: false });
	const holed = await audit(['verify', 'one.ndjson.gz', 'three.ndjson', '--json']);
	expect(holed.code).toBe(1);
	expect(JSON.parse(holed.out)).toMatchObject({ entries: 3, firstBroken: { sequence: 4, kind: 'sequence' } });
	expect(JSON.parse(holed.out).firstBroken.text).toContain('three.ndjson: ');
	expect((await audit(['verify', 'two.ndjson', 'one.ndjson.gz'])).code).toBe(1);
	const cut = gzipSync(text(0, 3)).subarray(0, -20);
	await writeFile(join(folder, 'cut.ndjson.gz'), cut);
	expect((await audit(['verify', 'cut.ndjson.gz'])).code).toBe(2);
}, 60_000);
