import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '@/lib/adapters/config/config-error';
import { readConfig } from '@/lib/adapters/config/read-config';
import { parsePostgresUrl } from '@/lib/adapters/database/postgres-url';
import { DEFAULT_THRESHOLDS } from '@/lib/core/config';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import { WRONG, withCluster, withRegistration, withZooKeeper } from './wrong-configs';

let folder = '';
let caFile = '';
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'rollcall-config-'));
	caFile = join(folder, 'ca.pem');
	writeFileSync(caFile, 'pem');
	mkdirSync(join(folder, 'directory'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENV = { ROLLCALL_ZK_AUTH: 'admin:tr0ub4dor' };

function readText(text: string | Uint8Array, env: Record<string, string> = ENV) {
	const file = join(folder, 'config.json');
	writeFileSync(file, text);
	return readConfig({ NODE_ENV: 'test', ROLLCALL_CONFIG: file, ...env });
}

function read(content: unknown, env?: Record<string, string>) {
	return readText(JSON.stringify(content), env);
}

function problemsOf(run: () => unknown): ConfigError {
	try {
		run();
	} catch (error) {
		if (error instanceof ConfigError) {
			return error;
		}
		throw error;
	}
	throw new Error('the config was accepted');
}

describe('a config that is right', () => {
	test('needs little: defaults fill the rest', () => {
		expect(read(withCluster())).toEqual({
			clusters: [
				{
					id: 'prod',
					name: 'prod',
					zooKeeper: {
						connect: '10.0.0.1:2181',
						chroot: '',
						sessionTimeoutMs: 10_000,
						auth: null,
						tls: null,
						servers: [{ client: '10.0.0.1:2181', admin: null }],
					},
					registrations: [
						{
							path: '/turms/members',
							format: 'turms',
							group: null,
							fields: null,
							settleMs: null,
							addressIsOwn: false,
							health: null,
							thresholds: DEFAULT_THRESHOLDS,
							automaticRecovery: true,
						},
					],
					policy: DEFAULT_POLICY,
					failureDomain: 'default',
				},
			],
			database: 'sqlite:data/rollcall.db',
			auditRetentionDays: null,
			rootPath: '/rollcall',
		});
	});

	test('says everything: chroot, credentials, TLS, servers, fields, policy', () => {
		const config = read({
			clusters: [
				{
					id: 'prod',
					name: 'Turms production',
					zookeeper: {
						connect: '10.0.0.1:2181,ZK2.internal:2181/chroot/a',
						sessionTimeoutMs: 6_000,
						auth: { scheme: 'digest', credentialsEnv: 'ROLLCALL_ZK_AUTH' },
						tls: { caFile },
						servers: [
							{ client: '10.0.0.1:2181', admin: 'http://10.0.0.1:8080/commands/' },
							{ client: '10.0.0.9:2181', admin: 'http://10.0.0.9:8080' },
						],
					},
					registrations: [
						{ path: '/turms/members', format: 'turms', group: 'gateway', settleMs: 150 },
						{ path: '/services/*', format: 'json', fields: { host: '/h', port: '/p' }, addressIsOwn: false },
						{ path: '/party', format: 'auto' },
					],
					policy: { automaticRecovery: false, observersMin: 3, addressIsOwn: true, blastRadiusShare: 0.5 },
				},
			],
			database: 'sqlite:/var/lib/rollcall.db',
			rootPath: '/ops/rollcall',
		});
		expect(config.clusters[0]?.zooKeeper).toEqual({
			connect: '10.0.0.1:2181,zk2.internal:2181',
			chroot: '/chroot/a',
			sessionTimeoutMs: 6_000,
			auth: { scheme: 'digest', credentials: 'admin:tr0ub4dor' },
			tls: { caFile, certFile: null, keyFile: null },
			servers: [
				{ client: '10.0.0.1:2181', admin: 'http://10.0.0.1:8080/commands' },
				{ client: '10.0.0.9:2181', admin: 'http://10.0.0.9:8080/commands' },
				{ client: 'zk2.internal:2181', admin: null },
			],
		});
		expect(config.clusters[0]?.registrations).toMatchObject([
			{ group: 'gateway', settleMs: 150, addressIsOwn: true },
			{ group: null, fields: { host: '/h', port: '/p' }, addressIsOwn: false },
			{ format: 'auto', addressIsOwn: true },
		]);
		expect(config.clusters[0]?.policy).toEqual({
			...DEFAULT_POLICY,
			observersMin: 3,
			addressIsOwn: true,
			blastRadiusShare: 0.5,
		});
		expect(config).toMatchObject({ database: 'sqlite:/var/lib/rollcall.db', rootPath: '/ops/rollcall' });
	});

	test('takes PostgreSQL, its password from the URL or from the environment, and not from both', () => {
		const url = (user: string) => ({
			...withCluster(),
			database: `postgres://${user}@db.example:5433/rollcall?sslmode=require`,
		});
		const given = { ROLLCALL_DATABASE_PASSWORD: 'p@ss/w%rd' };
		expect(read(url('vera:secret')).database).toBe(url('vera:secret').database);
		expect(read(url('vera')).database).toBe(url('vera').database);
		const { password, username, host } = new URL(read(url('vera'), { ...ENV, ...given }).database);
		expect([decodeURIComponent(password), username, host]).toEqual(['p@ss/w%rd', 'vera', 'db.example:5433']);
		const error = problemsOf(() => read(url('vera:secret'), { ...ENV, ...given }));
		expect(error.problems).toMatchObject([{ field: 'ROLLCALL_DATABASE_PASSWORD' }]);
		expect(error.message).not.toMatch(/secret|p@ss/);
		expect(read(withCluster(), { ...ENV, ...given }).database).toBe('sqlite:data/rollcall.db');
	});

	test.each([
		['postgres://db.example/rollcall', 'postgres://db.example:5432/rollcall'],
		['postgresql://vera:secret@DB.example:6000/roll%20call', 'postgres://db.example:6000/roll%20call'],
		['postgres://vera@localhost/rollcall?host=/run/postgresql', 'postgres:///rollcall?host=/run/postgresql'],
	])('%s is the database %s', (url, place) => {
		expect(parsePostgresUrl(url)?.place).toBe(place);
	});

	test('says how each registration is watched, and from where', () => {
		const registrations = [
			{ path: '/turms/members', format: 'turms', health: false, thresholds: { phi: 12.5 } },
			{ path: '/brokers/ids', format: 'kafka', health: null },
			{ path: '/dubbo/*/providers', format: 'dubbo', health: { path: '/live?full=1', port: 22222 } },
			{ path: '/live_nodes', format: 'solr', health: { path: '/solr/admin/info/health', status: 204 } },
			{ path: '/hbase/rs', format: 'hbase', thresholds: { probeIntervalMs: 60_000, probeTimeoutMs: 100 } },
			{ path: '/services/*', format: 'curator', health: { path: '/', pointer: '/payload/port' } },
		];
		const policy = { observersMin: 16, observerDomainsMin: 16 };
		const [cluster] = read(withCluster({ registrations, policy, failureDomain: 'rack 7' })).clusters;
		expect(cluster).toMatchObject({ failureDomain: 'rack 7', policy });
		expect(cluster?.registrations.map(({ health }) => health)).toEqual([
			false,
			null,
			{ path: '/live?full=1', port: 22_222, pointer: null, status: 200 },
			{ path: '/solr/admin/info/health', port: null, pointer: null, status: 204 },
			null,
			{ path: '/', port: null, pointer: '/payload/port', status: 200 },
		]);
		expect(cluster?.registrations.map(({ thresholds }) => thresholds)).toEqual([
			{ ...DEFAULT_THRESHOLDS, phi: 12.5 },
			DEFAULT_THRESHOLDS,
			DEFAULT_THRESHOLDS,
			DEFAULT_THRESHOLDS,
			{ ...DEFAULT_THRESHOLDS, probeIntervalMs: 60_000, probeTimeoutMs: 100 },
			DEFAULT_THRESHOLDS,
		]);
	});

	test('may start with a byte order mark', () => {
		expect(readText(`\ufeff${JSON.stringify(withCluster())}`).clusters).toHaveLength(1);
	});
});

describe('a config that is wrong names the field, what was found and what is allowed', () => {
	test.each(WRONG)('%s', (_, content, field, found, allowed) => {
		const error = problemsOf(() => read(content));
		expect(error.problems.map((problem) => problem.field)).toEqual([field]);
		expect(error.problems[0]?.found).toContain(found);
		expect(error.problems[0]?.allowed).toContain(allowed);
		for (const part of [field, error.problems[0]?.found, error.problems[0]?.allowed]) {
			expect(error.message).toContain(part);
		}
	});

	test('in several places, all at once', () => {
		const error = problemsOf(() =>
			read({ ...withCluster({ id: '', policy: { settleMs: 1 } }), database: 'mysql:', extra: 1 }),
		);
		expect(error.problems.map((problem) => problem.field).sort()).toEqual([
			'clusters[0].id',
			'clusters[0].policy.settleMs',
			'database',
			'extra',
		]);
		expect(error.message).toContain('4 places');
	});

	test('bounded, however long the value is', () => {
		const error = problemsOf(() => read(withRegistration({ path: 'x'.repeat(100_000) })));
		expect(error.message.length).toBeLessThan(1_000);
	});

	test('by the file of a certificate', () => {
		const files = { caFile: join(folder, 'none.pem'), certFile: join(folder, 'directory') };
		const error = problemsOf(() => read(withZooKeeper({ tls: files })));
		expect(error.problems).toEqual([
			expect.objectContaining({
				field: 'clusters[0].zookeeper.tls.caFile',
				found: expect.stringContaining('does not exist'),
			}),
			expect.objectContaining({
				field: 'clusters[0].zookeeper.tls.certFile',
				found: expect.stringContaining('no file'),
			}),
			expect.objectContaining({ field: 'clusters[0].zookeeper.tls.keyFile', found: 'nothing' }),
		]);
	});
});

describe('secrets', () => {
	const auth = (credentialsEnv: string) => withZooKeeper({ auth: { scheme: 'digest', credentialsEnv } });

	test('a variable that is not set is named', () => {
		const { problems } = problemsOf(() => read(auth('ROLLCALL_ZK_AUTH'), {}));
		expect(problems[0]?.field).toBe('clusters[0].zookeeper.auth.credentialsEnv');
		expect(problems[0]?.found).toBe('ROLLCALL_ZK_AUTH, which is not set');
	});

	test('one in the wrong form is not shown', () => {
		const error = problemsOf(() => read(auth('ROLLCALL_ZK_AUTH'), { ROLLCALL_ZK_AUTH: 'hunter2' }));
		expect(error.message).toContain('user:password');
		expect(error.message).not.toContain('hunter2');
	});

	test.each([
		['a password in place of the variable', auth('admin:hunter2')],
		['a password in an unknown field', withZooKeeper({ auth: { scheme: 'digest', credentials: 'admin:hunter2' } })],
		['a password in the database', { ...withCluster(), database: 'postgres://rollcall:hunter2@db' }],
		['a password in its query', { ...withCluster(), database: 'postgres://db/x?password=hunter2' }],
		['a password in an admin address', withZooKeeper({ servers: [{ client: 'a:1', admin: 'http://a:hunter2@h/' }] })],
	])('%s is never printed', (_, content) => {
		expect(problemsOf(() => read(content)).message).not.toContain('hunter2');
	});
});

describe('a file that cannot be read as JSON', () => {
	test.each([
		['{\n  "clusters": [\n    {"id": "a",}\n  ]\n}', 'line 3, column 16'],
		['{"clusters": ', 'line 1, column 14'],
		['', 'line 1, column 1'],
		['{"rootPath": "/a",\n "rootPath": "/b"}', 'line 2, column 3'],
		['// comment\n{}', 'line 1, column 1'],
	])('names line and column: %j', (text, position) => {
		const { problems } = problemsOf(() => readText(text));
		expect(problems[0]?.field).toBe('ROLLCALL_CONFIG');
		expect(problems[0]?.found).toContain('config.json');
		expect(problems[0]?.found).toContain(position);
	});

	test('is named with the reason', () => {
		const missing = join(folder, 'none.json');
		const found = (file: string) =>
			problemsOf(() => readConfig({ NODE_ENV: 'test', ROLLCALL_CONFIG: file })).problems[0]?.found;
		expect(found(missing)).toBe(`${missing}, which cannot be read as text (ENOENT)`);
		expect(found(join(folder, 'directory'))).toContain('EISDIR');
		expect(found('')).toBe('not set');
		expect(problemsOf(() => readConfig({ NODE_ENV: 'test' })).problems[0]?.found).toBe('not set');
		expect(problemsOf(() => readText(Uint8Array.from([0xff, 0xfe, 0x00]))).message).toContain('cannot be read as text');
		expect(problemsOf(() => readText(' '.repeat(1_048_577))).message).toContain('1048577 bytes');
	});

	test('ends with a message, also when it nests without end', () => {
		expect(problemsOf(() => readText('['.repeat(1_000_000))).problems[0]?.field).toBe('ROLLCALL_CONFIG');
	});
});
