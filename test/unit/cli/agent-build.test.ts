import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENT_SOURCES, buildAgent, problemsOf } from '@/lib/cli/setup/agent-build.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'rollcall-agent-build-'));

afterAll(() => rmSync(folder, { recursive: true }));

describe('the agent as one file', () => {
	const file = join(folder, 'installed', 'rollcall-agent.mjs');
	let text = '';

	beforeAll(() => {
		buildAgent(ROOT, file);
		text = readFileSync(file, 'utf8');
	});

	test('it runs where nothing else is, and says of itself which version it is', async () => {
		const { stdout } = await run(file, ['--help'], { cwd: join(folder, 'installed') });
		expect(stdout).toContain('--takeover-wait-ms');
		await expect(run(file, ['--connect', 'nowhere'], { cwd: folder })).rejects.toMatchObject({ code: 2 });
		expect(text).toMatch(/^#!\/usr\/bin\/env node\n\/\/ Rollcall agent \d+\.\d+\.\d+\./);
	});

	test('it imports nothing but what Node brings along', () => {
		const imported = [...text.matchAll(/^import .* from ['"]([^'"]+)['"];$/gm)].map(([, name]) => name ?? '');
		const required = [...text.matchAll(/__require\(['"]([^'"]+)['"]\)/g)].map(([, name]) => name ?? '');
		expect(imported).toContain('node:net');
		expect(required).toContain('net');
		expect([...imported, ...required].filter((name) => !isBuiltin(name))).toEqual([]);
	});

	test('the notices of everything in it are in it', () => {
		for (const notice of ['Apache License', 'Copyright (c) 2025 Colin McDonnell', 'node-zookeeper-client', 'pako']) {
			expect(text).toContain(notice);
		}
	});

	test('built again from the same sources it is left alone, and nothing is left beside it', () => {
		writeFileSync(file, `${text}// as it was\n`);
		buildAgent(ROOT, file);
		expect(readFileSync(file, 'utf8')).toBe(`${text}// as it was\n`);
		expect(readdirSync(join(folder, 'installed'))).toEqual(['rollcall-agent.mjs']);
	});
});

describe('a clone whose sources change', () => {
	const clone = join(folder, 'clone');
	const write = (path: string, content: string) => writeFileSync(join(clone, path), content);

	beforeAll(() => {
		for (const source of [...AGENT_SOURCES, 'LICENSE']) {
			mkdirSync(join(clone, source, '..'), { recursive: true });
			cpSync(join(ROOT, source), join(clone, source), { recursive: true });
		}
		symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
		write('lib/cli/agent.ts', "import { told } from '@/lib/agent/told';\nconsole.log(told);\n");
		write('lib/agent/told.ts', "export const told = 'one';\n");
	});

	const says = async () => (await run(process.execPath, [buildAgent(clone)])).stdout.trim();

	test('the file follows them', async () => {
		expect(await says()).toBe('one');
		write('lib/agent/told.ts', "export const told = 'two';\n");
		expect(await says()).toBe('two');
	});

	test('one that was cut off, or is of an unknown origin, is replaced', async () => {
		write('dist/rollcall-agent.mjs', '#!/usr/bin/env node\n');
		expect(await says()).toBe('two');
	});

	test.each([
		['a package with compiled parts', "export { default as told } from 'better-sqlite3';\n", 'better-sqlite3'],
		['a path by where the source lies', "export const told = new URL('x', import.meta.url);\n", 'import.meta'],
		['a source that is not watched', "export { BENCH as told } from '@/lib/cli/bench';\n", 'lib/cli/bench.ts'],
		['a module that is not there', "export { told } from './nowhere';\n", 'told.ts:1'],
		['what esbuild warns of', 'const a: number = 1;\nexport const told = a === -0;\n', 'told.ts:2'],
	])('%s is refused in one line, and what was built before stays', async (_, content, named) => {
		const before = readFileSync(join(clone, 'dist/rollcall-agent.mjs'), 'utf8');
		write('lib/cli/bench.ts', 'export const BENCH = 1;\n');
		write('lib/agent/told.ts', content);
		expect(() => buildAgent(clone)).toThrow(named);
		expect(readFileSync(join(clone, 'dist/rollcall-agent.mjs'), 'utf8')).toBe(before);
		expect(readdirSync(join(clone, 'dist'))).toEqual(['rollcall-agent.mjs']);
	});

	test('a package that would have to be there is refused', () => {
		const outputs = {
			'dist/rollcall-agent.mjs': {
				bytes: 1,
				inputs: {},
				exports: [],
				imports: [
					{ path: 'node:fs', kind: 'import-statement' as const, external: true },
					{ path: 'zod', kind: 'import-statement' as const, external: true },
				],
			},
		};
		expect(problemsOf(clone, '', { inputs: {}, outputs })).toEqual(['it imports zod']);
	});
});
