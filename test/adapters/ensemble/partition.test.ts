import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { epochOf } from '@/lib/core/ids';
import type { Sweep, SweepPort, ZooKeeperPort } from '@/lib/core/ports';
import { sessionStateOf, toSessionEvidence } from '@/lib/core/sweep';
import { connected, eventually, openClient } from '@/test/support/zookeeper';
import { PeerLink } from './peer-link';
import { type MemberProcess, startMember, sweeperOf, sweepUntil } from './setting';

/** Three voters that reach each other's quorum ports through links that can be cut. */
let ensemble: Ensemble;
let own: ZooKeeperPort;
let sweeper: SweepPort;
const links = new Map<number, PeerLink>();
/** Never cut: whom a server talks to there cannot be told apart. */
const elections: PeerLink[] = [];

/** Whose session stands for the console's: in a partition only the majority's lives on. */
const ask = async (of: SweepPort, confirmedEpoch: number | null = null) => {
	const { sessionId } = await connected(own);
	return of.sweep({ ownSessionId: sessionId, withEphemerals: false, confirmedEpoch });
};
const readConfig = async () => (await own.read('/zookeeper/config'))?.data.toString() ?? null;
const until = async (done: (sweep: Sweep) => boolean, limitMs = 100_000) => {
	const { sessionId } = await connected(own);
	return sweepUntil(sweeper, { ownSessionId: sessionId, withEphemerals: false }, done, limitMs);
};
const gapCodes = (sweep: Sweep) => sweep.summary.gaps.map(({ code }) => code);
/** Elections take a second or half a minute. */
const LIMIT_MS = 300_000;
const leadersOf = (sweep: Sweep) => sweep.servers.filter(({ role }) => role === 'leader');

beforeAll(async () => {
	ensemble = await startEnsemble({
		// A cut-off leader goes on saying that it leads for as long as the arrangement needs; those who elect another ask one
		// another every second, not after up to a minute.
		extraConfig: { syncLimit: '300', 'fastleader.maxNotificationInterval': '1000' },
		configOf: ({ id, ports }, all) => {
			links.get(id)?.close();
			links.set(id, new PeerLink(`127.0.1.${id}`, ports.peer));
			elections.push(new PeerLink(`127.0.1.${id}`, ports.election));
			const names = all.map((one) => {
				const host = one.id === id ? '127.0.0.1' : `127.0.1.${one.id}`;
				return [`server.${one.id}`, `${host}:${one.ports.peer}:${one.ports.election}`];
			});
			return Object.fromEntries(names);
		},
	});
	own = openClient(ensemble.connect, { sessionTimeoutMs: 40_000 });
	sweeper = sweeperOf(ensemble.config, readConfig);
});

afterAll(async () => {
	await sweeper?.close();
	await own?.close();
	await ensemble?.stop();
	for (const link of [...links.values(), ...elections]) link.close();
});

/** Nothing less is sure to end a reign: followers that lose a living leader for an instant simply follow it again. */
async function restart(serverId: number | null): Promise<void> {
	const server = ensemble.servers.find(({ id }) => id === serverId);
	server?.kill('SIGKILL');
	await server?.exited();
	await server?.start();
}

/** Epoch of a write made now. */
async function confirmEpoch(): Promise<number> {
	await connected(own);
	if ((await own.stat('/epoch')) === null) await own.create('/epoch', Buffer.alloc(0), 'persistent');
	return epochOf((await own.set('/epoch', Buffer.alloc(0), -1)).mzxid);
}

it(
	'after an election every uptime has begun anew, whoever won it, and the epoch of before gives no ground',
	async () => {
		const before = await until(({ summary }) => summary.complete);
		const { leaderId, epoch } = before.summary;
		const cutAtMs = systemClock.nowMs();
		await restart(leaderId);
		const after = await until(({ summary }) => summary.complete && (summary.epoch ?? 0) > (epoch ?? 0));
		expect(after.summary).toMatchObject({ complete: true, serverIds: [1, 2, 3] });
		expect(after.summary.epoch).toBeGreaterThan(epoch ?? 0);
		// What the two clocks differ by stays far below.
		expect(after.summary.uptimeMsMin).toBeLessThan(after.summary.finishedAtMs - cutAtMs + 1_000);
		const stale = await ask(sweeper, epoch);
		expect(stale.summary.orphanGround).toBeNull();
	},
	LIMIT_MS,
);

describe('while two servers lead', () => {
	let member: MemberProcess;
	let oldLeaderId: number | null;
	let oldEpoch: number;
	let newEpoch: number;

	beforeAll(async () => {
		const { leaderId, epoch } = (await until(({ summary }) => summary.complete)).summary;
		oldLeaderId = leaderId;
		oldEpoch = epoch ?? 0;
		const others = ensemble.servers.filter(({ id }) => id !== leaderId);
		const old = ensemble.servers.find(({ id }) => id === leaderId);
		member = await startMember(`127.0.0.1:${old?.clientPort}`, '/cut-off', 6_000);
		links.get(leaderId ?? 0)?.sever();
		await until((sweep) => leadersOf(sweep).length === 2);
		await own.close();
		own = openClient(others.map(({ clientPort }) => `127.0.0.1:${clientPort}`).join(','), {
			sessionTimeoutMs: 20_000,
		});
		newEpoch = await confirmEpoch();
		// The new leader hears nothing of the member, which is well and connected to the old one.
		const expired = async () => ((await own.stat('/cut-off')) === null ? true : null);
		await eventually('the majority expires the cut-off member', expired, 60_000);
	}, LIMIT_MS);

	afterAll(async () => {
		await member?.kill();
	});

	it('no dump has ground, not even to a write of the new reign, and the member that one of them lost is connected', async () => {
		expect(newEpoch).toBeGreaterThan(oldEpoch);
		expect(member.process.exitCode).toBeNull();
		const sweep = await ask(sweeper, await confirmEpoch());
		expect(leadersOf(sweep)).toHaveLength(2);
		expect(gapCodes(sweep)).toContain('two-leaders');
		expect(sweep.summary).toMatchObject({ complete: false, leaderId: null, orphanGround: null });
		const incarnation = { path: '/cut-off', czxid: 1n, ephemeralOwner: member.sessionId };
		expect(toSessionEvidence(sweep, incarnation, 'console')).toMatchObject({ state: 'connected', inLeaderDump: null });
	});

	it('four-letter words tell it too', async () => {
		const words = sweeperOf(
			ensemble.config.map(({ client }) => ({ client, admin: null })),
			readConfig,
		);
		const sweep = await ask(words, await confirmEpoch());
		expect(gapCodes(sweep)).toContain('two-leaders');
		expect(sweep.summary).toMatchObject({ complete: false, orphanGround: null });
		await words.close();
	});

	it(
		'a killed member is not gone but unknown, until one leads again',
		async () => {
			await member.kill();
			const unlisted = (s: Sweep) => (s.sessions.get(member.sessionId)?.connections ?? []).length === 0;
			const sweep = await until(unlisted);
			expect(gapCodes(sweep)).toContain('two-leaders');
			expect(sessionStateOf(sweep, member.sessionId)).toBe('unknown');
			for (const link of links.values()) link.heal();
			// It was told to keep its followers for as long as it likes: how soon it gives up by itself is not what is tested.
			await restart(oldLeaderId);
			const healed = await until((s) => s.summary.complete && sessionStateOf(s, member.sessionId) === 'gone', 200_000);
			expect({ state: sessionStateOf(healed, member.sessionId), gaps: healed.summary.gaps }).toEqual({
				state: 'gone',
				gaps: [],
			});
			expect(healed.summary.serverIds).toEqual([1, 2, 3]);
			expect(healed.summary.epoch).toBeGreaterThan(oldEpoch);
		},
		LIMIT_MS,
	);
});
