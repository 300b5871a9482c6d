import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { AuditDraft } from '@/lib/core/audit-entry';
import { toHex } from '@/lib/core/ids';
import type { ZooKeeperPort } from '@/lib/core/ports';
import { NO_SETTINGS, type Settings, toSettingsText } from '@/lib/core/settings';
import { parseOutboxEntry } from '@/lib/runtime/outbox-entry';
import { type AgentProcess, startAgentProcess } from '@/test/scenarios/agent/agent-process';
import { freePort, isFree } from '@/test/support/free-port';
import { openScenario, registration } from '@/test/support/scenario';
import { stopProcess } from '@/test/support/stop-process';
import { connected, eventually, openClient } from '@/test/support/zookeeper';

/**
 * Members under an agent, started again while their predecessor's session has more than a minute to live. No console runs but
 * in the last story: each agent clears its own place, or says why it must not.
 */
const PARENT = '/services/orders';
const CLUSTER = 'takeovers';
const SETTINGS = `/rollcall/settings/${CLUSTER}`;
/** Longer than anything here takes on a busy machine: nothing is cleared by expiry. */
const SESSION_MS = 180_000;
const WAIT_MS = 60_000;

// On a busy machine each process takes seconds to start.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let ensemble: Ensemble;
let admin: ZooKeeperPort;
const agents: AgentProcess[] = [];

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1, tickTimeMs: 10_000 });
	admin = openClient(ensemble.connect, { sessionTimeoutMs: 10_000 });
	await connected(admin);
});

afterEach(async () => {
	for (const agent of agents.splice(0)) {
		agent.kill('SIGKILL');
		await agent.ended;
	}
});

afterAll(async () => {
	await admin?.close();
	await ensemble?.stop();
});

/** A member that listens, and its agent around it. */
function start(id: string, port: number, more: Record<string, string | number> = {}): AgentProcess {
	const [server] = ensemble.config;
	const agent = startAgentProcess(
		{
			connect: ensemble.connect,
			admin: server?.admin ?? '',
			path: PARENT,
			id,
			host: '127.0.0.1',
			port,
			cluster: CLUSTER,
			'session-timeout-ms': SESSION_MS,
			...more,
		},
		[],
		[
			process.execPath,
			'-e',
			`require('node:net').createServer((s) => s.on('error', () => {})).listen(${port}, '127.0.0.1')`,
		],
	);
	agents.push(agent);
	return agent;
}

/** Registered, and has told where its session comes from, as its successor needs to know. */
async function startKnown(id: string, port: number): Promise<AgentProcess> {
	const agent = start(id, port);
	await agent.tells('registered');
	await eventually(
		`${id} has told its address`,
		async () => {
			const data = (await admin.read(`/rollcall/observers/${CLUSTER}/agent-${id}`))?.data.toString('utf8') ?? '';
			return data.includes('"sessionIp":"127.0.0.1"') ? true : null;
		},
		WAIT_MS,
	);
	return agent;
}

async function kill(agent: AgentProcess): Promise<void> {
	agent.kill('SIGKILL');
	await agent.ended;
}

/** What agents have recorded about this member, oldest first. */
async function recordsOf(id: string): Promise<AuditDraft[]> {
	const names = (await admin.children('/rollcall/outbox'))?.names ?? [];
	const values = await Promise.all(names.sort().map((name) => admin.read(`/rollcall/outbox/${name}`)));
	return values.flatMap((value) => {
		const parsed = value ? parseOutboxEntry(value.data) : null;
		return parsed?.kind === 'draft' && parsed.draft.member === `${PARENT}/${id}` ? [parsed.draft] : [];
	});
}

async function purgesOf(id: string): Promise<AuditDraft[]> {
	return (await recordsOf(id)).filter(({ action, outcome }) => action === 'member.purge' && outcome === 'purged');
}

async function ownerOf(id: string): Promise<string | null> {
	const stat = await admin.stat(`${PARENT}/${id}`);
	return stat && toHex(stat.ephemeralOwner);
}

async function settle(settings: Settings): Promise<void> {
	await admin.set(SETTINGS, Buffer.from(toSettingsText(settings)), -1);
}

test('a member that was killed is registered again without waiting for its expiry, and the purge is recorded', async () => {
	const port = await freePort();
	const first = await startKnown('again', port);
	const { sessionId, czxid } = await first.tells('registered');
	await kill(first);
	const next = start('again', port);
	expect(await next.tells('took-over')).toMatchObject({ path: `${PARENT}/again`, ephemeralOwner: sessionId });
	const registered = await next.tells('registered');
	expect(await ownerOf('again')).toBe(registered.sessionId);
	const [purge] = await purgesOf('again');
	expect(purge).toMatchObject({ czxid, actor: { name: 'agent again', role: 'member' } });
	expect((await recordsOf('again')).filter(({ action }) => action === 'member.takeover').at(-1)?.outcome).toBe(
		'purged',
	);

	const second = start('again', port);
	expect(await second.ended, 'a second living copy').toBe('exit code 3');
	expect(second.complaints()).toContain('veto-session-connected');
	expect(await ownerOf('again')).toBe(registered.sessionId);

	next.kill('SIGTERM');
	expect(await next.ended, "the command's own end").toBe('exit code 143');
	expect(await ownerOf('again'), 'gone with the agent').toBeNull();
	await eventually('the command has ended with it', async () => ((await isFree(port)) ? true : null));
});

test('one that merely stands still is alive: nobody starts in its place, and nothing of it is purged', async () => {
	const port = await freePort();
	const stopped = await startKnown('still', port);
	await stopProcess(stopped.pid);
	const second = start('still', port);
	const ended = await second.ended;
	expect(await ownerOf('still'), 'its session still stands: the arrangement was reached').not.toBeNull();
	expect(ended).toBe('exit code 3');
	expect(second.complaints()).toContain('veto-session-connected');
	expect(await purgesOf('still')).toEqual([]);
	stopped.kill('SIGCONT');
});

test('what cannot be seen is unknown, and what a guard refuses is refused: never purged, until nothing is in the way', async () => {
	const port = await freePort();
	const first = await startKnown('held', port);
	const { sessionId } = await first.tells('registered');
	await kill(first);

	const blind = start('held', port, { admin: 'http://127.0.0.1:1/commands', 'takeover-wait-ms': 1_000 });
	expect((await blind.tells('waits-for-predecessor')).result).toBe('unknown');
	await blind.tells('waited-long-enough');
	await blind.tells('foreign');
	await kill(blind);

	await settle({ ...NO_SETTINGS, killSwitch: { by: 'the-admin', reason: 'scenario', atMs: 1 } });
	const braked = start('held', port);
	const waits = await braked.tells('waits-for-predecessor');
	expect(waits).toMatchObject({ result: 'refused' });
	expect(waits.detail).toContain('kill-switch');
	expect(await purgesOf('held')).toEqual([]);
	expect(await ownerOf('held'), 'nothing has changed').toBe(sessionId);

	await settle(NO_SETTINGS);
	await braked.tells('took-over');
	const registered = await braked.tells('registered');
	expect(await ownerOf('held')).toBe(registered.sessionId);
	expect(await purgesOf('held')).toHaveLength(1);
});

test('a persistent znode in its place is left alone, and the agent says what to do', async () => {
	await admin.create(`${PARENT}/fixed`, Buffer.from('{}'), 'persistent');
	const agent = start('fixed', await freePort());
	expect(await agent.ended).toBe('exit code 4');
	expect(agent.complaints()).toContain('delete it');
	expect(await admin.stat(`${PARENT}/fixed`)).not.toBeNull();
});

test('with a console that holds the latch it is the console that carries the takeover out', async () => {
	const scenario = await openScenario({
		ensemble,
		cluster: CLUSTER,
		registrations: [registration(PARENT, 'auto')],
	});
	try {
		await eventually(
			'the console holds the latch',
			async () => {
				const parent = `/rollcall/leader/${CLUSTER}`;
				const names = (await admin.children(parent))?.names ?? [];
				const [holder] = names.sort((a, b) => Number(a.slice(-10)) - Number(b.slice(-10)));
				const stat = holder === undefined ? null : await admin.stat(`${parent}/${holder}`);
				return stat?.ephemeralOwner === (await connected(scenario.zk)).sessionId ? true : null;
			},
			WAIT_MS,
		);
		const port = await freePort();
		const first = await startKnown('console', port);
		await eventually(
			'the console has seen its session',
			() => {
				const row = scenario.cluster.members().find(({ path }) => path === `${PARENT}/console`);
				return row?.session.state === 'connected' ? true : null;
			},
			WAIT_MS,
		);
		const { sessionId } = await first.tells('registered');
		await kill(first);
		const next = start('console', port);
		expect(await next.tells('took-over')).toMatchObject({ ephemeralOwner: sessionId });
		await next.tells('registered');
		const purge = await eventually('its record', async () => {
			const { entries } = await scenario.audit.list({ action: 'member.purge' }, { cursor: null, limit: 100 });
			return entries.find(({ member, outcome }) => member === `${PARENT}/console` && outcome === 'purged') ?? null;
		});
		expect(purge).toMatchObject({ actor: { name: 'agent console' }, detail: { observer: 'console-1' } });
	} finally {
		await scenario.close();
	}
});
