import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sourcesHash } from '@/lib/cli/setup/console-build.mjs';
import { planInstall } from '@/lib/cli/setup/debian-packages.mjs';
import { needsOf, nodeProblem } from '@/lib/cli/setup/needs.mjs';
import { isInstalled } from '@/lib/cli/setup/npm-packages.mjs';

describe('needsOf', () => {
	test('npm test without steps needs everything', () => {
		expect(needsOf('test', [])).toMatchObject({
			zooKeeper: true,
			postgreSql: true,
			chromium: true,
			build: true,
			agent: true,
		});
	});

	test.each([
		[['unit'], { zooKeeper: false, postgreSql: false, chromium: false, build: false, agent: false }],
		[['lint', 'types'], { zooKeeper: false, chromium: false, build: false }],
		[['unit', 'integration'], { zooKeeper: true, postgreSql: true, chromium: false, build: true, agent: true }],
		[['browser'], { zooKeeper: true, postgreSql: false, chromium: true, build: true, agent: false }],
	])('npm test -- %s installs no more than these steps need', (args, needs) => {
		expect(needsOf('test', args)).toMatchObject(needs);
	});

	test('a word that is no step spares nothing: the command itself refuses it', () => {
		expect(needsOf('test', ['everything'])).toMatchObject({
			zooKeeper: true,
			chromium: true,
			build: true,
			agent: true,
		});
	});

	test('sweeps are measured without a console', () => {
		expect(needsOf('bench', ['sweeps', '--rounds', '5'])).toMatchObject({ zooKeeper: true, build: false });
		expect(needsOf('bench', [])).toMatchObject({ zooKeeper: true, build: true });
	});

	test('the members page is measured in a browser', () => {
		expect(needsOf('bench', ['churn'])).toMatchObject({ zooKeeper: true, build: true, chromium: true });
		expect(needsOf('bench', [])).toMatchObject({ chromium: false });
	});

	test('the agent needs its one file, which the bench of failovers starts too', () => {
		expect(needsOf('agent', ['--help'])).toMatchObject({ zooKeeper: false, build: false, agent: true });
		expect(needsOf('bench', ['failover'])).toMatchObject({ build: true, agent: true });
		expect(needsOf('bench', [])).toMatchObject({ agent: false });
	});

	test('accounts and tokens need neither ZooKeeper nor a build', () => {
		expect(needsOf('token', ['list'])).toMatchObject({ zooKeeper: false, chromium: false, build: false });
		expect(needsOf('user', ['list'])).toMatchObject({ zooKeeper: false, chromium: false, build: false });
	});

	test.each([undefined, '', 'toString', '__proto__', 'stack'])('%s is no command', (command) => {
		expect(needsOf(command, [])).toBeNull();
	});
});

describe('nodeProblem', () => {
	test.each(['20.9.0', '20.20.2', '22.0.0', '24.1.3'])('Node %s will do', (version) => {
		expect(nodeProblem(version)).toBeNull();
	});

	test.each(['20.8.1', '18.20.4', '9.9.9'])('Node %s is refused in one line that names what is needed', (version) => {
		expect(nodeProblem(version)).toMatch(/^Node .* is too old: Rollcall needs 20\.9 or newer\..*$/);
	});
});

describe('planInstall', () => {
	const machine = { root: false, sudo: false, aptGet: true };

	test('root installs as it is, others with a sudo that asks nothing', () => {
		expect(planInstall(['zooKeeper'], { ...machine, root: true })).toEqual({ prefix: [] });
		expect(planInstall(['zooKeeper'], { ...machine, sudo: true })).toEqual({ prefix: ['sudo', '-n'] });
	});

	test.each([
		['nobody may install', machine],
		['there is no apt-get', { ...machine, root: true, aptGet: false }],
	])('where %s, one line names what is missing and its packages', (_, there) => {
		const plan = planInstall(['zooKeeper', 'chromium'], there);
		const line = 'line' in plan ? plan.line : '';
		expect(line).not.toContain('\n');
		for (const part of ['ZooKeeper', 'libzookeeper-java', 'default-jre-headless', 'Chromium', 'chromium']) {
			expect(line).toContain(part);
		}
	});
});

describe('isInstalled', () => {
	const next = { version: '16.4.5', integrity: 'sha512-a' };
	const optional = { version: '1.0.0', integrity: 'sha512-b', optional: true };
	const wanted = {
		packages: { '': { version: '0.1.0' }, 'node_modules/next': next, 'node_modules/other-platform': optional },
	};

	test('what the lock asks for is enough; optional packages of other platforms may be absent', () => {
		expect(isInstalled(wanted, { packages: { 'node_modules/next': next } })).toBe(true);
	});

	test.each([
		['nothing is recorded', {}],
		['a package is missing', { packages: {} }],
		['a version differs', { packages: { 'node_modules/next': { ...next, version: '16.4.4' } } }],
		['a content differs', { packages: { 'node_modules/next': { ...next, integrity: 'sha512-c' } } }],
		['a package is left over', { packages: { 'node_modules/next': next, 'node_modules/gone': next } }],
		[
			'an optional package is of another version',
			{ packages: { 'node_modules/next': next, 'node_modules/other-platform': { ...optional, version: '0.9.0' } } },
		],
	])('not when %s', (_, found) => {
		expect(isInstalled(wanted, found)).toBe(false);
	});
});

describe('sourcesHash', () => {
	const root = mkdtempSync(join(tmpdir(), 'rollcall-hash-'));
	const sources = ['app', 'absent', 'proxy.ts', 'absent.ts'];
	const write = (path: string, text: string) => writeFileSync(join(root, path), text);

	beforeAll(() => {
		mkdirSync(join(root, 'app/deep'), { recursive: true });
		write('app/page.tsx', 'one');
		write('app/deep/route.ts', 'two');
		write('proxy.ts', 'three');
	});
	afterAll(() => rmSync(root, { recursive: true }));

	test('the same sources give the same hash', () => {
		expect(sourcesHash(root, sources)).toBe(sourcesHash(root, sources));
	});

	test.each([
		['a change deep down', () => write('app/deep/route.ts', 'twoo')],
		['a new file', () => write('app/new.ts', '')],
		['a file that goes', () => rmSync(join(root, 'app/new.ts'))],
		['a single file at the top', () => write('proxy.ts', 'four')],
		[
			'contents that change places',
			() => {
				write('app/page.tsx', 'twoo');
				write('app/deep/route.ts', 'one');
			},
		],
	])('%s gives another', (_, change) => {
		const before = sourcesHash(root, sources);
		change();
		expect(sourcesHash(root, sources)).not.toBe(before);
	});

	test('what is outside of the sources does not count', () => {
		const before = sourcesHash(root, sources);
		write('README.md', 'text');
		expect(sourcesHash(root, sources)).toBe(before);
	});
});
