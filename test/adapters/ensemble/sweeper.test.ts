import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { creatingServerId } from '@/lib/core/ids';
import type { Sweep, SweepPort } from '@/lib/core/ports';
import { sessionStateOf } from '@/lib/core/sweep';
import { stopProcess } from '@/test/support/stop-process';
import { type Front, openSession, type Session, startFront, startMember, sweeperOf, sweepUntil } from './setting';

let ensemble: Ensemble;
let own: Session;
let sweeper: SweepPort;
const readConfig = () => own.read('/zookeeper/config');
const ask = (sweep: SweepPort = sweeper, withEphemerals = false) =>
	sweep.sweep({ ownSessionId: own.id, withEphemerals });
const gapCodes = (sweep: Sweep) => sweep.summary.gaps.map(({ code }) => code);

beforeAll(async () => {
	ensemble = await startEnsemble();
	own = await openSession(ensemble.connect);
	sweeper = sweeperOf(ensemble.config, readConfig);
});

afterAll(async () => {
	await sweeper?.close();
	own?.close();
	await ensemble?.stop();
});

describe('a sweep of a real ensemble', () => {
	it('is complete, proves every server, and tells role, epoch and uptime', async () => {
		const sweep = await sweepUntil(sweeper, { ownSessionId: own.id, withEphemerals: false }, (s) => s.summary.complete);
		expect(sweep.summary).toMatchObject({
			complete: true,
			gaps: [],
			serverIds: [1, 2, 3],
			standalone: false,
			local: true,
		});
		expect(sweep.summary.epoch).toBeGreaterThanOrEqual(1);
		expect(sweep.summary.uptimeMsMin).toBeGreaterThan(0);
		const roles = sweep.servers.map(({ role }) => role).sort();
		expect(roles).toEqual(['follower', 'follower', 'leader']);
		expect(sweep.servers.map(({ problem, source, version }) => [problem, source, version])).toEqual(
			ensemble.config.map(() => [null, 'admin', '3.8.0']),
		);
		expect(sweep.servers.find(({ role }) => role === 'leader')?.serverId).toBe(sweep.summary.leaderId);
	});

	it('without our own session proves nothing gone', async () => {
		const sweep = await sweeper.sweep({ ownSessionId: 0x0100_dead_beef_0000n, withEphemerals: false });
		expect(gapCodes(sweep)).toEqual(['own-session-not-listed']);
		expect(sessionStateOf(sweep, 0x0100_dead_beef_0000n)).toBe('unknown');
	});

	it('lists a member by its exact session id with its ephemerals, and lists it as gone once it was killed', async () => {
		const member = await startMember(ensemble.connect, '/member: 12345678901234567,"a', 20_000);
		const sweep = await ask(sweeper, true);
		const session = sweep.sessions.get(member.sessionId);
		expect(session?.connections).toMatchObject([
			{ serverId: expect.any(Number), remoteIp: '127.0.0.1', sessionTimeoutMs: 20_000 },
		]);
		expect(sessionStateOf(sweep, member.sessionId)).toBe('connected');
		expect(sweep.ephemerals?.get(member.sessionId)).toEqual(['/member: 12345678901234567,"a']);
		await member.kill();
		const after = await sweepUntil(
			sweeper,
			{ ownSessionId: own.id, withEphemerals: true },
			(s) => sessionStateOf(s, member.sessionId) === 'gone',
		);
		expect(sessionStateOf(after, member.sessionId)).toBe('gone');
		expect(after.summary.serverIds).toContain(creatingServerId(member.sessionId));
		// Its session lives on in the leader's table until it expires.
		expect(after.sessions.get(member.sessionId)).toMatchObject({
			connections: [],
			expiryBucketMs: expect.any(Number),
			expiresInMs: expect.any(Number),
		});
	});

	it('counts down to the true expiry of a killed member within about a tick', async () => {
		const member = await startMember(ensemble.connect, '/countdown', 12_000);
		await systemClock.sleep(2_000);
		await ask();
		await member.kill();
		const predictions: number[] = [];
		let goneAtMs = 0;
		for (let round = 0; round < 200 && goneAtMs === 0; round += 1) {
			const sweep = await ask();
			const { expiresInMs = null } = sweep.sessions.get(member.sessionId) ?? {};
			if (expiresInMs !== null) predictions.push(sweep.summary.finishedAtMs + expiresInMs);
			await systemClock.sleep(150);
			if (!(await own.exists('/countdown'))) goneAtMs = systemClock.nowMs();
		}
		expect(goneAtMs).toBeGreaterThan(0);
		expect(predictions.length).toBeGreaterThan(5);
		// A tick of 2,000 ms, and what a busy machine adds between expiry and our look.
		for (const predicted of predictions.slice(3)) expect(Math.abs(predicted - goneAtMs)).toBeLessThan(3_000);
	});

	it('gives a call that arrives while one reads the next sweep, and all such calls the same', async () => {
		const first = ask();
		const [second, third] = [ask(), ask(sweeper, true)];
		const [a, b, c] = await Promise.all([first, second, third]);
		expect(b.summary.startedAtMs).toBeGreaterThanOrEqual(a.summary.finishedAtMs);
		expect(c.summary.sweepNumber).toBe(b.summary.sweepNumber);
		expect(b.summary.sweepNumber).toBe(a.summary.sweepNumber + 1);
		expect(c.ephemerals).not.toBeNull();
	});

	it('by four-letter words alone is complete too, and reads the same sessions', async () => {
		const words = sweeperOf(
			ensemble.config.map(({ client }) => ({ client, admin: null })),
			readConfig,
		);
		const sweep = await ask(words, true);
		const byAdmin = await ask(sweeper, true);
		expect(sweep.summary).toMatchObject({ complete: true, gaps: [], serverIds: [1, 2, 3] });
		expect(sweep.summary.epoch).toBe(byAdmin.summary.epoch);
		expect([...sweep.sessions.keys()].sort()).toEqual([...byAdmin.sessions.keys()].sort());
		expect(sweep.ephemerals).toEqual(byAdmin.ephemerals);
		expect(sweep.sessions.get(own.id)?.expiresInMs).toEqual(expect.any(Number));
		await words.close();
	});

	it('that names only two of three servers is incomplete', async () => {
		const two = sweeperOf(ensemble.config.slice(0, 2), readConfig);
		expect(gapCodes(await ask(two))).toContain('server-unconfigured');
		await two.close();
	});

	it('whose sweeper is closed ends at once, as interrupted', async () => {
		const closing = sweeperOf(ensemble.config, () => new Promise(() => undefined), { deadlineMs: 60_000 });
		const sweep = closing.sweep({ ownSessionId: own.id, withEphemerals: false });
		await closing.close();
		expect((await sweep).summary.complete).toBe(false);
		expect(gapCodes(await closing.sweep({ ownSessionId: own.id, withEphemerals: false }))).toContain('interrupted');
	});
});

describe('an AdminServer that cannot be trusted makes the sweep incomplete, says how to mend it, and', () => {
	let front: Front;
	let fronted: SweepPort;
	beforeAll(async () => {
		const [first] = ensemble.config;
		front = await startFront(first?.admin ?? '');
		const servers = ensemble.config.map((one, i) => (i === 0 ? { ...one, admin: front.admin } : one));
		fronted = sweeperOf(servers, readConfig, { deadlineMs: 1_500 });
	});
	afterAll(async () => {
		await fronted?.close();
		await front?.close();
	});
	beforeEach(async () => {
		front.behave(async (_, response, pass) => {
			response.end(await pass());
		});
		expect(gapCodes(await ask(fronted))).toEqual([]);
	});
	const expectFlaw = async (gap: string, problem: string): Promise<void> => {
		// An answer that comes too late on a busy machine is another flaw: it is asked again.
		let sweep = await ask(fronted);
		for (let asked = 1; sweep.servers[0]?.problem?.code !== problem && asked < 10; asked += 1) {
			expect(sweep.summary.complete).toBe(false);
			sweep = await ask(fronted);
		}
		expect(sweep.summary.complete).toBe(false);
		expect(gapCodes(sweep)).toContain(gap);
		expect(sweep.servers[0]?.problem?.code).toBe(problem);
		expect(sweep.servers[0]?.problem?.detail.length).toBeGreaterThan(20);
	};

	it('hangs', async () => {
		front.behave(() => undefined);
		await expectFlaw('server-silent', 'admin-timed-out');
	});
	it('answers garbage', async () => {
		front.behave((_, response) => void response.end('<html>It works!</html>'));
		await expectFlaw('answer-invalid', 'admin-not-json');
	});
	it('answers JSON of something else', async () => {
		front.behave((_, response) => void response.end('{"status":"UP"}'));
		await expectFlaw('answer-invalid', 'admin-shape');
	});
	it('answers a listing with an unreadable row', async () => {
		front.behave(async (command, response, pass) => {
			const rows = JSON.stringify({ command, connections: [{ session_id: 1.5 }], secure_connections: [] });
			response.end(command === 'connections' ? rows : await pass());
		});
		await expectFlaw('answer-invalid', 'admin-shape');
	});
	it('breaks off', async () => {
		front.behave(async (_, response, pass) => {
			const text = await pass();
			response.setHeader('content-length', text.length + 10);
			response.write(text, () => response.destroy());
		});
		await expectFlaw('answer-invalid', 'admin-truncated');
	});
	it('redirects', async () => {
		front.behave((command, response) => {
			response.writeHead(302, { location: `${ensemble.config[0]?.admin}/${command}` }).end();
		});
		await expectFlaw('answer-invalid', 'admin-redirected');
	});
	it('answers with an error', async () => {
		front.behave((_, response) => void response.writeHead(403).end('Forbidden'));
		await expectFlaw('answer-invalid', 'admin-http-status');
	});
	it("bears another server's id", async () => {
		front.behave(async (command, response, pass) => {
			const text = await pass();
			response.end(command === 'configuration' ? text.replace(/"server_id" : \d+/, '"server_id" : 2') : text);
		});
		await expectFlaw('server-id-unproven', 'server-id-unproven');
	});
	it("is another ensemble's with the same ids", async () => {
		front.behave(async (command, response, pass) => {
			const text = await pass();
			response.end(command === 'voting_view' ? text.replaceAll('127.0.0.1:', '10.9.9.9:') : text);
		});
		await expectFlaw('server-id-unproven', 'server-id-unproven');
	});
	it('hides its TLS connections', async () => {
		front.behave(async (command, response, pass) => {
			const text = await pass();
			response.end(command === 'connections' ? text.replace('"secure_connections"', '"others"') : text);
		});
		await expectFlaw('tls-port-unseen', 'tls-port-unseen');
	});
	it('says that it leads, as the old leader does in a partition', async () => {
		const first = (await ask(fronted)).servers[0];
		front.behave(async (command, response, pass) => {
			const text = await pass();
			const role = first?.role === 'leader' ? 'follower' : 'leader';
			response.end(
				command === 'server_stats' ? text.replace(/"server_state" : "\w+"/, `"server_state" : "${role}"`) : text,
			);
		});
		const sweep = await ask(fronted);
		expect(sweep.summary.complete).toBe(false);
		expect(gapCodes(sweep)).toContain(first?.role === 'leader' ? 'no-leader' : 'two-leaders');
	});
	it('is not there although its server serves: the problem names what to enable', async () => {
		const servers = ensemble.config.map((one, i) => (i === 0 ? { ...one, admin: 'http://127.0.0.1:1/commands' } : one));
		const without = sweeperOf(servers, readConfig);
		const sweep = await ask(without);
		expect(gapCodes(sweep)).toContain('no-source');
		expect(sweep.servers[0]).toMatchObject({ source: null, answered: false, problem: { code: 'admin-refused' } });
		expect(sweep.servers[0]?.problem?.detail).toContain('admin.enableServer=true');
		await without.close();
	});
});

describe('a server that does not answer', () => {
	it('makes sweeps incomplete while it is stopped, and whole again when it runs on', async () => {
		const stoppable = ensemble.servers[1];
		const quick = sweeperOf(ensemble.config, readConfig, { deadlineMs: 700 });
		await stopProcess(stoppable?.pid() ?? null);
		const stopped = await ask(quick);
		stoppable?.kill('SIGCONT');
		expect(stopped.summary.complete).toBe(false);
		expect(stopped.summary.gaps).toContainEqual(
			expect.objectContaining({ code: 'server-silent', server: ensemble.config[1]?.client }),
		);
		const again = await sweepUntil(quick, { ownSessionId: own.id, withEphemerals: false }, (s) => s.summary.complete);
		expect(gapCodes(again)).toEqual([]);
		await quick.close();
	});

	it('makes sweeps incomplete when killed, until its ports have refused for 3 s and the leader agrees', async () => {
		const { leaderId } = (await ask()).summary;
		const victim = ensemble.servers.find(({ id }) => id !== leaderId);
		victim?.kill('SIGKILL');
		await victim?.exited();
		const killedAtMs = systemClock.nowMs();
		const request = { ownSessionId: own.id, withEphemerals: false };
		const early = await ask();
		expect(early.summary.complete).toBe(false);
		expect(gapCodes(early)).toContain('server-silent');
		const late = await sweepUntil(sweeper, request, (s) => s.summary.complete);
		expect(gapCodes(late)).toEqual([]);
		expect(systemClock.nowMs() - killedAtMs).toBeGreaterThan(3_000);
		expect(late.summary.serverIds).toHaveLength(2);
		const deadServer = late.servers.find(({ serverId }) => serverId === null);
		expect(deadServer).toMatchObject({ answered: false, problem: { code: 'server-down' } });
		// A session that the dead server created stays unknown: it was not swept.
		expect(sessionStateOf(late, BigInt(victim?.id ?? 0) << 56n)).toBe('unknown');
		await victim?.start();
		const whole = await sweepUntil(sweeper, request, (s) => s.summary.serverIds.length === 3 && s.summary.complete);
		expect(whole.summary.serverIds).toEqual([1, 2, 3]);
	});
});
