import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import {
	condemnations,
	detailOf,
	openScenario,
	registration,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { eventually } from '@/test/support/zookeeper';
import { type AgentProcess, startAgentProcess } from '../agent/agent-process';

/** A console that needs three observers in two failure domains, and agents that are two of them. */
const PARENT = '/services/trio';
const AGENTS = ['a1', 'a2', 'a3'] as const;
const WAIT_MS = 90_000;

let ensemble: Ensemble;
let services: ScriptedMember;
let victim: ScriptedMember;
let scenario: Scenario;
const agents = new Map<string, AgentProcess>();

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	scenario = await openScenario({
		ensemble,
		observer: 'console',
		cluster: 'trio',
		failureDomain: 'rack-1',
		policy: { observersMin: 3, observerDomainsMin: 2 },
		registrations: [registration(PARENT, 'json')].map((each) => ({
			...each,
			fields: { host: '/host', port: '/port', id: '/id' },
		})),
	});
	// What the agents register: three listeners that stay.
	services = await startScriptedMember(ensemble.connect);
	for (const [index, id] of AGENTS.entries()) {
		const agent = startAgentProcess({
			connect: ensemble.connect,
			path: PARENT,
			id,
			host: '127.0.0.1',
			port: await services.listen(),
			cluster: 'trio',
			'failure-domain': index === 1 ? 'rack-2' : 'rack-1',
		});
		agents.set(id, agent);
	}
	await Promise.all([...agents.values()].map((agent) => agent.tells('registered')));
	victim = await startScriptedMember(ensemble.connect);
	const port = await victim.listen();
	await victim.heartbeat(1_000);
	await victim.register(`${PARENT}/victim`, JSON.stringify({ id: 'victim', host: '127.0.0.1', port }));
});

afterAll(async () => {
	for (const agent of agents.values()) {
		agent.kill('SIGKILL');
		await agent.ended;
	}
	victim?.kill();
	services?.kill();
	await scenario?.close();
	await ensemble?.stop();
});

test('neighbours in the ring accuse a killed member, and the console proves its death with their votes', async () => {
	const path = `${PARENT}/victim`;
	await eventually(
		'provable with three observers',
		() => (scenario.cluster.member(path)?.provable ? true : null),
		WAIT_MS,
	);
	// Each of them has to have held a tripwire for 5 s, which only it knows.
	await systemClock.sleep(8_000);
	expect(await condemnations(scenario)).toEqual([]);

	victim.kill();
	const dead = await verdictBecomes(scenario, path, 'dead', WAIT_MS);
	expect(dead.reasons).toContain('refused-by-quorum');
	const votes = await eventually(
		'all three accuse it',
		() => {
			const { suspicions } = detailOf(scenario, path).evidence;
			return suspicions.length === AGENTS.length ? suspicions : null;
		},
		WAIT_MS,
	);
	expect(votes.map(({ observer }) => observer).sort()).toEqual(AGENTS.map((id) => `agent-${id}`));
	expect(new Set(votes.map(({ failureDomain }) => failureDomain))).toEqual(new Set(['rack-1', 'rack-2']));
	const told = [...agents.values()].map((agent) => agent.events().filter(({ member }) => member === path).length);
	expect(Math.min(...told)).toBeGreaterThan(0);
	const living = AGENTS.map((id) => `${PARENT}/${id}`);
	expect(await condemnations(scenario, living)).toEqual([]);
});

test('an agent that ends takes its presence and its accusations along, and is then no observer of anybody', async () => {
	const agent = agents.get('a3');
	agent?.kill('SIGTERM');
	expect(await agent?.ended).toBe('exit code 0');
	await eventually('two agents are left', () => {
		const { observers } = scenario.cluster.ensemble().reachability;
		return observers.map(({ name }) => name).join() === 'console,agent-a1,agent-a2' ? true : null;
	});
});
