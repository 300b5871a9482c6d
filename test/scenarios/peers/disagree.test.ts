import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type NetworkNamespace, openNamespace, whyNoNamespaces } from '@/test/support/network-namespace';
import {
	detailOf,
	nobodyCondemned,
	openScenario,
	registration,
	type Scenario,
	verdictBecomes,
	verdictsOf,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { stopProcess } from '@/test/support/stop-process';
import { eventually } from '@/test/support/zookeeper';
import { type AgentProcess, startAgentProcess } from '../agent/agent-process';

/**
 * A console cut off from two hosts: on the one runs an agent too, which reaches the member there and, by a way of its own,
 * ZooKeeper; the other nobody reaches. The members' processes stand still, so that their sessions say nothing either.
 */
const obstacle = await whyNoNamespaces();
if (obstacle !== null) {
	process.stderr.write(`skipped: observers that disagree: ${obstacle}\n`);
}

const PARENT = '/services/disagree';
const SHARED = `${PARENT}/shared`;
const ALONE = `${PARENT}/alone`;
const RELAY = fileURLToPath(new URL('./unix-relay.mjs', import.meta.url));
/** The longest there is with this tick: two of its ping intervals are 20 s. */
const SESSION_MS = 60_000;
const WAIT_MS = 90_000;

let ensemble: Ensemble;
let scenario: Scenario;
let agent: AgentProcess | null = null;
let relay: ChildProcess | null = null;
let outside: net.Server | null = null;
let folder: string | null = null;
const hosts: { readonly namespace: NetworkNamespace; readonly member: ScriptedMember }[] = [];

/** A way from within the namespace to a port of 127.0.0.1 out here; gives the port inside. */
async function openRelay(namespace: NetworkNamespace, port: number): Promise<number> {
	folder = await mkdtemp(join(tmpdir(), 'rollcall-relay-'));
	const path = join(folder, 'zookeeper');
	outside = net.createServer((client) => {
		const server = net.connect({ host: '127.0.0.1', port });
		client.pipe(server).pipe(client);
		client.on('error', () => server.destroy());
		server.on('error', () => client.destroy());
	});
	outside.listen(path);
	await once(outside, 'listening');
	const [command = '', ...args] = [...namespace.within, process.execPath, RELAY, path];
	relay = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
	const [line] = (await once(relay.stdout ?? relay, 'data')) as [Buffer];
	return Number(line.toString());
}

async function openHost(path: string): Promise<NetworkNamespace> {
	const namespace = await openNamespace();
	const member = await startScriptedMember(
		`${namespace.hostIp}:${ensemble.servers[0]?.clientPort}`,
		SESSION_MS,
		namespace,
	);
	hosts.push({ namespace, member });
	const port = await member.listen(0, namespace.ip);
	await member.heartbeat(1_000);
	await member.register(path, JSON.stringify({ host: namespace.ip, port }));
	return namespace;
}

beforeAll(async () => {
	if (obstacle !== null) {
		return;
	}
	ensemble = await startEnsemble({ servers: 1, tickTimeMs: 3_000, extraConfig: { clientPortAddress: '0.0.0.0' } });
	scenario = await openScenario({
		ensemble,
		cluster: 'disagree',
		registrations: [{ ...registration(PARENT, 'json'), fields: { host: '/host', port: '/port' } }],
	});
	const shared = await openHost(SHARED);
	await openHost(ALONE);
	agent = startAgentProcess(
		{
			connect: `127.0.0.1:${await openRelay(shared, ensemble.servers[0]?.clientPort ?? 0)}`,
			path: PARENT,
			id: 'agent',
			host: shared.ip,
			port: 7_000,
			'ping-port': 7_000,
			cluster: 'disagree',
		},
		shared.within,
	);
	await agent.tells('registered');
});

afterAll(async () => {
	agent?.kill('SIGKILL');
	await agent?.ended;
	relay?.stdin?.end();
	outside?.close();
	for (const { member } of hosts) {
		member.kill();
		await member.ended;
	}
	await scenario?.close();
	await ensemble?.stop();
	await Promise.all(hosts.map(({ namespace }) => namespace.remove()));
	if (folder !== null) {
		await rm(folder, { recursive: true, force: true });
	}
});

test.skipIf(obstacle !== null)(
	'whom an agent reaches is suspect, and the disagreement told; whom nobody reaches is unreachable',
	async () => {
		await eventually(
			'both are alive, and the agent watches and lives',
			() => {
				const alive = [SHARED, ALONE].every((path) => scenario.cluster.member(path)?.verdict === 'alive');
				const seen = scenario.cluster.ensemble().reachability.observers.find(({ name }) => name === 'agent-agent');
				return alive && seen?.live === true ? true : null;
			},
			WAIT_MS,
		);
		// Long enough for the agent's first probes of both.
		await systemClock.sleep(5_000);
		for (const { member, namespace } of hosts) {
			await stopProcess(member.pid);
			await namespace.drop({ fromOutside: true, fromInside: false });
		}
		const disagreed = eventually(
			'told that the others disagree',
			() => {
				const told = detailOf(scenario, SHARED).transitions.find(({ reasons }) => reasons.includes('peers-disagree'));
				const now = detailOf(scenario, SHARED);
				return told?.to === 'suspect' || (now.verdict === 'suspect' && now.reasons.includes('peers-disagree'))
					? true
					: null;
			},
			WAIT_MS,
		);
		await Promise.all([disagreed, verdictBecomes(scenario, ALONE, 'unreachable', WAIT_MS)]);
		expect(verdictsOf(scenario, SHARED)).not.toContain('unreachable');
		await nobodyCondemned(scenario, 1_000);
	},
);
