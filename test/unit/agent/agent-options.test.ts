import { expect, test } from 'vitest';
import { parseAgentOptions } from '@/lib/cli/agent-options';

const NEEDED = [
	'--connect',
	'zk1:2181,zk2:2182/app',
	'--path',
	'/services/x',
	'--id',
	'a',
	'--host',
	'10.0.0.1',
	'--port',
	'80',
];

test('what is needed is read, and the rest has its default', () => {
	const options = parseAgentOptions(NEEDED, { ROLLCALL_ZK_AUTH: 'user:secret' });
	expect(options).toMatchObject({
		connect: 'zk1:2181,zk2:2182',
		chroot: '/app',
		servers: [
			{ host: 'zk1', port: 2181 },
			{ host: 'zk2', port: 2182 },
		],
		auth: { scheme: 'digest', credentials: 'user:secret' },
		parent: '/services/x',
		id: 'a',
		ping: { host: '10.0.0.1', port: 0 },
		failureDomain: 'default',
		cluster: 'prod',
		rootPath: '/rollcall',
		sessionTimeoutMs: 10_000,
		peers: 3,
	});
	expect(JSON.parse(Buffer.from(options?.data(7_000) ?? []).toString())).toEqual({
		id: 'a',
		host: '10.0.0.1',
		port: 80,
		rollcallPort: 7_000,
	});
});

test('a takeover sweeps every server, by its admin server where that is named', () => {
	const startUp = (...more: string[]) => parseAgentOptions([...NEEDED, ...more], {})?.startUp;
	expect(startUp()).toEqual({
		parents: [],
		holdsAddress: false,
		waitMs: null,
		settleMs: 1_200,
		sweeps: [
			{ client: 'zk1:2181', admin: null },
			{ client: 'zk2:2182', admin: null },
		],
	});
	expect(startUp('--admin', 'http://zk1:8080/commands,http://zk2:8080/commands/')?.sweeps[1]).toEqual({
		client: 'zk2:2182',
		admin: 'http://zk2:8080/commands',
	});
	expect(startUp('--takeover', 'off')).toBeNull();
});

test('what follows the -- is the member’s command as it is, options and all', () => {
	const options = parseAgentOptions([...NEEDED, '--', 'node', 'server.js', '--', '--port', '1'], {});
	expect(options?.wrapped).toEqual({
		command: 'node',
		args: ['server.js', '--', '--port', '1'],
		host: '10.0.0.1',
		port: 80,
		readyTimeoutMs: 60_000,
		stopTimeoutMs: 10_000,
	});
	expect(parseAgentOptions(NEEDED, {})?.wrapped).toBeNull();
});

test('help wants nothing else', () => {
	expect(parseAgentOptions(['--help'], {})).toBeNull();
});

test.each([
	[['--connect', 'zk1'], /--connect is 'zk1'; give the client ports/],
	[['--path', 'services'], /--path is 'services'; give an absolute path/],
	[['--path', '/a/../b'], /--path is/],
	[['--id', 'a/b'], /--id is 'a\/b'; it becomes the name/],
	[['--id', '..'], /--id is '\.\.'/],
	[['--host', 'no host'], /--host is 'no host'; give an IP address/],
	[['--port', '0'], /--port is '0'; give a whole number from 1 to 65535/],
	[['--ping-port', '-1'], /--ping-port/],
	[['--peers', '17'], /--peers is '17'; give a whole number from 0 to 16/],
	[['--session-timeout-ms', '10s'], /--session-timeout-ms is '10s'/],
	[['--failure-domain', ''], /--failure-domain is ''/],
	[['--takeover', 'maybe'], /--takeover is 'maybe'; allowed are on and off/],
	[['--settle-ms', '100'], /--settle-ms is '100'; give a whole number from 150/],
	[['--admin', 'http://zk1:8080/commands'], /--admin names 1 servers and --connect 2/],
	[['--admin', 'zk1,zk2'], /--admin is 'zk1'; give http/],
	[['--parents', 'services'], /--parents is 'services'; give an absolute path/],
	[['--'], /Nothing follows the --/],
	[['--cluster', '../x'], /--cluster is '\.\.\/x'; give the cluster's id/],
	[['--root', '/'], /--root is '\/'/],
	[['--format', 'xml'], /--format is 'xml'; allowed are json and curator/],
	[['--data', '/nowhere/at/all'], /--data names a file that cannot be read/],
	[['--nonsense'], /nonsense/],
] as const)('%j is refused by name, with what is allowed', (args, message) => {
	expect(() => parseAgentOptions([...NEEDED, ...args], {})).toThrow(message);
});

test.each(['--connect', '--path', '--id', '--host', '--port'])('without %s it says what is needed', (option) => {
	const at = NEEDED.indexOf(option);
	const args = NEEDED.filter((_, index) => index !== at && index !== at + 1);
	expect(() => parseAgentOptions(args, {})).toThrow(`${option} is missing`);
});
