import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type DemoMember, startMember } from '@/lib/cli/members';
import type { ZooKeeperPort } from '@/lib/core/ports';
import {
	ADMIN,
	allProvable,
	condemnations,
	detailOf,
	nobodyCondemned,
	OPERATOR,
	objections,
	openScenario,
	planOf,
	purge,
	registration,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { turmsRecord } from '@/test/support/turms-record';
import { connected, eventually, openClient } from '@/test/support/zookeeper';

/**
 * Members that look dead to simpler rules and live, and registrations that are none. The stories run side by side
 * against one server and one console, for most of what they do is watching that nothing happens.
 */
const DEAF = '/services/deaf';
const RUDE = '/services/rude';
const PERSISTENT = '/turms/members/persistent';
/** Long enough for two ping intervals (10 s each) to pass well within it. */
const STOPPED_SESSION_MS = 36_000;

let ensemble: Ensemble;
let scenario: Scenario;
let stranger: ZooKeeperPort;
let bystander: DemoMember;
let stopped: DemoMember;
let deaf: ScriptedMember;
let rude: ScriptedMember;
let host: ScriptedMember;
let deafPort: number;
let rudePort: number;

async function registeredAt(path: string, member: ScriptedMember): Promise<number> {
	const port = await member.listen();
	await member.register(path, JSON.stringify({ host: '127.0.0.1', port }));
	return port;
}

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	const { connect } = ensemble;
	stranger = openClient(connect, { sessionTimeoutMs: 20_000 });
	await connected(stranger);
	bystander = await startMember({ connect, id: 'bystander', heartbeatMs: 1_000 });
	stopped = await startMember({
		connect,
		id: 'stopped',
		heartbeatMs: 1_000,
		sessionTimeoutMs: STOPPED_SESSION_MS,
	});
	deaf = await startScriptedMember(connect, 6_000);
	rude = await startScriptedMember(connect, 6_000);
	host = await startScriptedMember(connect);
	deafPort = await registeredAt(DEAF, deaf);
	rudePort = await registeredAt(RUDE, rude);
	await stranger.create(PERSISTENT, Buffer.from(turmsRecord('persistent', await host.listen())), 'persistent');
	scenario = await openScenario({
		ensemble,
		registrations: [registration('/turms/members', 'turms'), registration('/services', 'auto')],
	});
	await allProvable(scenario, 4);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of [bystander, stopped, deaf, rude, host]) {
		member?.kill('SIGKILL');
	}
	await stranger?.close();
	await ensemble?.stop();
});

async function refusedProbe(path: string): Promise<void> {
	await eventually(`${path} refuses`, () => {
		return detailOf(scenario, path).evidence.rows[0]?.lastProbe.state === 'refused' ? true : null;
	});
}

describe.concurrent('what lives is never condemned', () => {
	test('a member that closes its listener but keeps its connections is not condemned in 15 s, nor purged', async () => {
		await deaf.unlisten(deafPort);
		await refusedProbe(DEAF);
		expect(detailOf(scenario, DEAF).evidence.rows[0]?.tripwire.state).toBe('open');
		await nobodyCondemned(scenario, 15_000, [DEAF]);
		const { verdict, reasons, evidence } = detailOf(scenario, DEAF);
		expect(['alive', 'suspect']).toContain(verdict);
		expect(reasons).toContain('probe-refused');
		expect(evidence.vetoes).toEqual(['veto-tripwire-open', 'veto-session-connected']);
		expect(objections(await planOf(scenario, DEAF))).toContain('verdict: not-proven');
		expect(await purge(scenario, [DEAF])).toMatchObject([{ outcome: 'refused', reason: 'guard' }]);
		expect(await purge(scenario, [DEAF], ADMIN, { override: true })).toMatchObject([{ outcome: 'refused' }]);
		expect(await stranger.stat(DEAF)).not.toBeNull();
	});

	test('a member that closes listener and connections at once is not condemned while its session goes on', async () => {
		await rude.unlisten(rudePort, true);
		await refusedProbe(RUDE);
		await nobodyCondemned(scenario, 15_000, [RUDE]);
		const { verdict, evidence } = detailOf(scenario, RUDE);
		expect(['alive', 'suspect']).toContain(verdict);
		expect(evidence.vetoes).toEqual(['veto-session-connected']);
		expect(await purge(scenario, [RUDE])).toMatchObject([{ outcome: 'refused', reason: 'guard' }]);
		expect(await stranger.stat(RUDE)).not.toBeNull();
	});

	test('a member stopped with SIGSTOP is unresponsive, cannot be purged, and is alive again when it goes on', async () => {
		stopped.kill('SIGSTOP');
		const detail = await verdictBecomes(scenario, stopped.path, 'unresponsive');
		// Its health check tells sooner than its session does.
		expect(detail.reasons[0]).toBe('health-failed');
		expect(await purge(scenario, [stopped.path])).toMatchObject([{ outcome: 'refused', reason: 'guard' }]);
		stopped.kill('SIGCONT');
		await verdictBecomes(scenario, stopped.path, 'alive');
		expect(await condemnations(scenario, [stopped.path])).toEqual([]);
		expect(await stranger.stat(stopped.path)).not.toBeNull();
	});

	test('a registration that is not ephemeral is at most suspect and is never purged', async () => {
		await eventually('an answer', () => (detailOf(scenario, PERSISTENT).rttMs === null ? null : true));
		host.kill('SIGKILL');
		await host.ended;
		const detail = await verdictBecomes(scenario, PERSISTENT, 'suspect');
		expect(detail.reasons).toContain('not-ephemeral');
		expect(detail.evidence.missing).toContain('not-ephemeral');
		await nobodyCondemned(scenario, 15_000, [PERSISTENT]);
		for (const [identity, override] of [
			[OPERATOR, false],
			[ADMIN, true],
		] as const) {
			const outcomes = await purge(scenario, [PERSISTENT], identity, { override });
			expect(outcomes).toMatchObject([{ outcome: 'refused', reason: 'guard' }]);
		}
		expect(await stranger.stat(PERSISTENT)).not.toBeNull();
	});

	test('whatever strangers register gives a row that says why it cannot be read, and disturbs nobody', async () => {
		const parent = '/turms/members';
		const payloads: Record<string, Buffer> = {
			'binary \u202egpj.exe': Buffer.from(Array.from({ length: 2_000 }, (_, index) => index % 256)),
			'<script>alert(1)<': Buffer.from('<script>alert(document.domain)</script>'),
			deep: Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
			empty: Buffer.alloc(0),
			__proto__: Buffer.from('{"__proto__":{"memberHost":"127.0.0.1","memberPort":1}}'),
			'%2e%2e%2fetc': Buffer.from('{"memberHost":"line one\\nline two","memberPort":"80; DROP TABLE audit"}'),
			[`long-${'名'.repeat(400)}`]: Buffer.from('{"memberHost":{"$gt":""},"memberPort":1e309}'),
		};
		for (const [name, data] of Object.entries(payloads)) {
			await stranger.create(`${parent}/${name}`, data, 'ephemeral');
		}
		// As much as a server takes with its default limit; the console itself never sends so much.
		payloads.huge = Buffer.alloc(0);
		await deaf.register(`${parent}/huge`, '{"a":['.repeat(173_000));
		for (const name of Object.keys(payloads)) {
			const row = await eventually(`a row for ${name}`, () => {
				return scenario.cluster.members().find(({ path }) => path === `${parent}/${name}`) ?? null;
			});
			expect(row.unreadable, name).not.toBeNull();
			expect(row.unreadable?.detail.length).toBeLessThanOrEqual(300);
			expect(row.reasons, name).toContain('registration-unreadable');
			expect(row.addresses, name).toEqual([]);
			expect(row.provable, name).toBe(false);
			const plan = await planOf(scenario, row.path);
			expect(objections(plan), name).toContain('verdict: not-proven');
		}
		expect(scenario.cluster.view().ensemble.following).toBe(true);
		expect(JSON.stringify(scenario.cluster.members()).length).toBeLessThan(200_000);
		expect(detailOf(scenario, bystander.path).verdict).toBe('alive');
		for (const name of Object.keys(payloads)) {
			await stranger.remove(`${parent}/${name}`, -1);
		}
		await eventually('rows gone', () => (scenario.cluster.members().some((row) => row.unreadable) ? null : true));
	});
});
