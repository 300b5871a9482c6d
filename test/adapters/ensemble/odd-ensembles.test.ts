import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ensemble, type PlannedServer, startEnsemble } from '@/lib/cli/ensemble';
import type { ServerConfig } from '@/lib/core/config';
import { creatingServerId, epochOf } from '@/lib/core/ids';
import type { Sweep, SweepPort, ZooKeeperPort } from '@/lib/core/ports';
import { sessionStateOf, toSessionEvidence } from '@/lib/core/sweep';
import { connected, eventually, openClient } from '@/test/support/zookeeper';
import { startMember, sweeperOf, sweepUntil } from './setting';

/**
 * Three voters that serve TLS beside plain clients, one of them with a myid above 127, and an observer that is attached
 * through a follower and named by nobody but that follower; beside it an ensemble of another kind.
 */
const IDS: readonly number[] = [1, 2, 200, 9];
const OBSERVER_ID = 9;
let folder: string;
let ensemble: Ensemble;
let other: Ensemble;
let own: ZooKeeperPort;
let ownSessionId: bigint;
let sweeper: SweepPort;
let securePort: number;
const opened: SweepPort[] = [];

const readConfig = async () => (await own.read('/zookeeper/config'))?.data.toString() ?? null;
const request = () => ({ ownSessionId, withEphemerals: true });
const gapCodes = (sweep: Sweep) => sweep.summary.gaps.map(({ code }) => code);
const serverOf = (id: number): ServerConfig => {
	const found = ensemble.config[IDS.indexOf(id)];
	if (found === undefined) throw new Error(`no server ${id}`);
	return found;
};
/** On a busy machine one answer may come too late: what is to be seen is waited for. */
const until = (done: (sweep: Sweep) => boolean, of = sweeper) => sweepUntil(of, request(), done, 60_000);
const sweeperFor = (servers: readonly ServerConfig[]): SweepPort => {
	const one = sweeperOf(servers, readConfig);
	opened.push(one);
	return one;
};

/** One self-signed certificate for server, client and authority. */
function makeCertificate(): void {
	const files = ['-keyout', 'key.pem', '-out', 'cert.pem', '-days', '2', '-subj', '/CN=rollcall-test'];
	const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
	execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...names], {
		cwd: folder,
		stdio: 'ignore',
	});
	const [key, cert] = ['key.pem', 'cert.pem'].map((file) => readFileSync(join(folder, file), 'utf8'));
	writeFileSync(join(folder, 'store.pem'), `${key}${cert}`);
}

/** Each voter on a loopback address of its own, for all of them listen for observers on the same port. */
function configOf(server: PlannedServer, all: readonly PlannedServer[]): Record<string, string> {
	const voters = all
		.slice(0, 3)
		.map(({ id, ports }, i) => [`server.${id}`, `127.0.0.${i + 1}:${ports.peer}:${ports.election}`]);
	const shared = { ...Object.fromEntries(voters), observerMasterPort: String(all[3]?.ports.spare) };
	const { id, ports } = server;
	if (id === OBSERVER_ID)
		return { ...shared, peerType: 'observer', [`server.${id}`]: `127.0.0.1:${ports.peer}:${ports.election}:observer` };
	return { ...shared, secureClientPort: String(ports.spare), secureClientPortAddress: '127.0.0.1' };
}

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'rollcall-odd-'));
	makeCertificate();
	ensemble = await startEnsemble({
		servers: 4,
		voters: 3,
		ids: IDS,
		extraConfig: {
			serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
			'ssl.keyStore.location': join(folder, 'store.pem'),
			'ssl.keyStore.type': 'PEM',
			'ssl.trustStore.location': join(folder, 'cert.pem'),
			'ssl.trustStore.type': 'PEM',
		},
		configOf: (server, all) => {
			if (server.id === 1) securePort = server.ports.spare;
			return configOf(server, all);
		},
	});
	other = await startEnsemble({
		servers: 1,
		configOf: ({ ports }) => ({ standaloneEnabled: 'false', 'server.1': `127.0.0.1:${ports.peer}:${ports.election}` }),
	});
	// Of voters only: the observer's own /zookeeper/config would name it.
	own = openClient([1, 2, 200].map((id) => serverOf(id).client).join(','), { sessionTimeoutMs: 20_000 });
	({ sessionId: ownSessionId } = await connected(own));
	sweeper = sweeperFor(ensemble.config);
	await until(({ summary }) => summary.complete);
});

afterAll(async () => {
	for (const one of opened) await one.close();
	await own?.close();
	await ensemble?.stop();
	await other?.stop();
	rmSync(folder, { recursive: true, force: true });
});

describe('an observer attached through a follower', () => {
	it('is named by no config and not by the leader, only by that follower', async () => {
		const sweep = await until(({ summary }) => summary.leaderId !== null);
		expect(await readConfig()).not.toContain(`server.${OBSERVER_ID}=`);
		const naming: number[] = [];
		for (const id of [1, 2, 200]) {
			const answer = await (await fetch(`${serverOf(id).admin}/observers`)).text();
			if (/"sid" : 9\b/.test(answer)) naming.push(id);
		}
		expect(naming).toHaveLength(1);
		expect(naming).not.toContain(sweep.summary.leaderId);
	});

	it('makes sweeps complete where it is configured, and what it lists is connected', async () => {
		const member = await startMember(serverOf(OBSERVER_ID).client, '/on-observer', 20_000);
		const sweep = await until(({ summary }) => summary.complete);
		expect(sweep.summary).toMatchObject({ complete: true, gaps: [], serverIds: [1, 2, 9, 200] });
		expect(sweep.sessions.get(member.sessionId)?.connections).toMatchObject([{ serverId: OBSERVER_ID }]);
		await member.kill();
		const after = await until((s) => sessionStateOf(s, member.sessionId) === 'gone');
		expect(sessionStateOf(after, member.sessionId)).toBe('gone');
	});

	it('left out of the configuration leaves its sessions unknown, by AdminServers and by four-letter words', async () => {
		const member = await startMember(serverOf(OBSERVER_ID).client, '/on-hidden', 20_000);
		const voters = [1, 2, 200].map(serverOf);
		for (const servers of [voters, voters.map(({ client }) => ({ client, admin: null }))]) {
			const sweep = await until((s) => gapCodes(s).includes('observers-unconfigured'), sweeperFor(servers));
			expect(gapCodes(sweep)).toContain('observers-unconfigured');
			expect(sessionStateOf(sweep, member.sessionId)).toBe('unknown');
		}
		await member.kill();
	});
});

describe('a server with an id above 127', () => {
	it('creates sessions whose ids are negative in Java: found, counted and found gone by their unsigned value', async () => {
		const member = await startMember(serverOf(200).client, '/high', 20_000);
		expect(creatingServerId(member.sessionId)).toBe(200);
		const listed = await (await fetch(`${serverOf(200).admin}/connections`)).text();
		expect(listed).toContain(String(BigInt.asIntN(64, member.sessionId)));
		const sweep = await grounded();
		expect(sessionStateOf(sweep, member.sessionId)).toBe('connected');
		expect(sweep.sessions.get(member.sessionId)?.expiresInMs).toEqual(expect.any(Number));
		expect(sweep.ephemerals?.get(member.sessionId)).toEqual(['/high']);
		expect(inLeaderDump(sweep, BigInt.asIntN(64, member.sessionId))).toBe(true);
		await member.kill();
		const after = await until((s) => sessionStateOf(s, member.sessionId) === 'gone');
		expect(sessionStateOf(after, member.sessionId)).toBe('gone');
		expect(sessionStateOf(after, BigInt.asIntN(64, member.sessionId))).toBe('gone');
	});

	it('by four-letter words too', async () => {
		const member = await startMember(serverOf(200).client, '/high-by-words', 20_000);
		const words = sweeperFor(IDS.map((id) => ({ client: serverOf(id).client, admin: null })));
		const sweep = await until((s) => sessionStateOf(s, member.sessionId) === 'connected', words);
		expect(sessionStateOf(sweep, member.sessionId)).toBe('connected');
		await member.kill();
	});
});

describe('a client over TLS', () => {
	const overTls = () => {
		const file = (name: string) => join(folder, name);
		const tls = { caFile: file('cert.pem'), certFile: file('cert.pem'), keyFile: file('key.pem') };
		return openClient(`127.0.0.1:${securePort}`, { tls, sessionTimeoutMs: 20_000 });
	};

	it('is listed by AdminServers, among the secure connections, and gone once it is', async () => {
		const client = overTls();
		const { sessionId } = await connected(client);
		const sweep = await until((s) => s.summary.complete);
		expect(sweep.summary).toMatchObject({ complete: true, gaps: [] });
		expect(sweep.sessions.get(sessionId)?.connections).toMatchObject([{ serverId: 1, remoteIp: '127.0.0.1' }]);
		await client.close();
		const after = await until((s) => sessionStateOf(s, sessionId) === 'gone');
		expect(sessionStateOf(after, sessionId)).toBe('gone');
	});

	it('is listed by no four-letter word: a server asked that way makes the sweep incomplete, and the session unknown', async () => {
		const client = overTls();
		const { sessionId } = await connected(client);
		const mixed = IDS.map((id) => (id === 1 ? { ...serverOf(1), admin: null } : serverOf(id)));
		const sweep = await until((s) => gapCodes(s).includes('tls-port-unseen'), sweeperFor(mixed));
		expect(sweep.summary.gaps).toContainEqual(
			expect.objectContaining({ code: 'tls-port-unseen', server: serverOf(1).client }),
		);
		expect(sessionStateOf(sweep, sessionId)).toBe('unknown');
		expect(sweep.servers[0]?.problem?.detail).toContain('AdminServer');
		await client.close();
	});
});

describe('a configuration that names', () => {
	it('one server twice proves it neither time', async () => {
		const { client, admin } = serverOf(1);
		const twice = { client: client.replace('127.0.0.1', 'localhost'), admin };
		const doubled = sweeperFor([...ensemble.config, twice]);
		const sweep = await until(({ servers }) => servers.every(({ answered }) => answered), doubled);
		const unproven = sweep.summary.gaps.filter(({ code }) => code === 'server-id-unproven');
		expect(unproven.map(({ server }) => server)).toEqual([client, twice.client]);
		expect(sweep.summary.serverIds).toEqual([2, 9, 200]);
	});

	it("another ensemble's server with the same id in place of its own is incomplete, and that server is not proven", async () => {
		const [stranger] = other.config;
		if (stranger === undefined) throw new Error('the other ensemble has a server');
		const member = await startMember(serverOf(1).client, '/on-one', 20_000);
		const mixed = sweeperFor([stranger, ...[2, 200, 9].map(serverOf)]);
		const sweep = await until(({ servers }) => servers.every(({ answered }) => answered), mixed);
		expect(sweep.servers[0]).toMatchObject({ answered: true, serverId: 1, role: 'leader' });
		expect(gapCodes(sweep)).toEqual(expect.arrayContaining(['server-id-unproven', 'two-leaders']));
		expect(sweep.summary.serverIds).not.toContain(1);
		expect(sessionStateOf(sweep, member.sessionId)).toBe('unknown');
		await member.kill();
	});
});

/** Epoch of a write made now. */
async function confirmEpoch(): Promise<number> {
	if ((await own.stat('/epoch')) === null) await own.create('/epoch', Buffer.alloc(0), 'persistent');
	return epochOf((await own.set('/epoch', Buffer.alloc(0), -1)).mzxid);
}

/** A sweep whose dump may be relied on, after a write of our own. */
async function grounded(): Promise<Sweep> {
	return eventually(
		'a sweep with ground',
		async () => {
			const sweep = await sweeper.sweep({ ...request(), confirmedEpoch: await confirmEpoch() });
			return sweep.summary.orphanGround === null ? null : sweep;
		},
		60_000,
	);
}

function inLeaderDump(sweep: Sweep, sessionId: bigint): boolean | null {
	return toSessionEvidence(sweep, { path: '/any', czxid: 1n, ephemeralOwner: sessionId }, 'console').inLeaderDump;
}

describe("the leader's dump", () => {
	it('has ground where a quorum names it and its epoch is that of a write just made, and nowhere else', async () => {
		const sweep = await grounded();
		const confirmedEpoch = await confirmEpoch();
		const { leaderId } = sweep.summary;
		expect(sweep.summary.orphanGround).toEqual({ leaderId, epoch: confirmedEpoch, tickMs: 2_000 });
		for (const change of [{}, { confirmedEpoch: confirmedEpoch + 1 }, { confirmedEpoch, ownSessionId: null }]) {
			const without = await sweeper.sweep({ ...request(), ...change });
			expect(without.summary.orphanGround).toBeNull();
			expect(inLeaderDump(without, ownSessionId)).toBeNull();
		}
	});

	it('knows sessions with and without ephemerals, a killed one until it expires, and then no more', async () => {
		const member = await startMember(serverOf(OBSERVER_ID).client, '/expiring', 10_000);
		const sweep = await grounded();
		expect(inLeaderDump(sweep, member.sessionId)).toBe(true);
		expect(inLeaderDump(sweep, ownSessionId)).toBe(true);
		expect(inLeaderDump(sweep, 0x0100_dead_beef_0001n)).toBe(false);
		await member.kill();
		const states = new Set<boolean | null>();
		await eventually(
			'the dump forgets the killed session',
			async () => {
				const later = await grounded();
				if (sessionStateOf(later, member.sessionId) === 'gone') states.add(inLeaderDump(later, member.sessionId));
				return states.has(false) ? true : null;
			},
			60_000,
		);
		// Gone while the table still named it: absence from the dump is another thing than absence from the listings.
		expect(states.has(true)).toBe(true);
		await eventually('its znode is gone', async () => ((await own.stat('/expiring')) === null ? true : null));
	});
});
