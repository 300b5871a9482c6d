import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type DemoMember, startMember } from '@/lib/cli/members';
import type { RegistrationConfig } from '@/lib/core/config';
import {
	allProvable,
	condemnations,
	detailOf,
	openScenario,
	purge,
	registration,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { stopProcess } from '@/test/support/stop-process';
import { eventually } from '@/test/support/zookeeper';

/** Health checks over HTTP: the process itself answers or does not, and says who it is where it can. */
const PING = '/.well-known/rollcall';
const SLOW = '/services/slow';
const OLD = '/services/old';
const NEW = '/services/new';
const ROW_OF = (port: number, id: string) => JSON.stringify({ host: '127.0.0.1', port, id });

let ensemble: Ensemble;
let scenario: Scenario;
let turms: DemoMember;
let slow: ScriptedMember;
let old: ScriptedMember;
let successor: ScriptedMember;
let sharedPort = 0;

const withPing: RegistrationConfig = {
	...registration('/services', 'json'),
	fields: { host: '/host', port: '/port', id: '/id' },
	health: { path: PING, port: null, pointer: null, status: 200 },
};

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	scenario = await openScenario({ ensemble, registrations: [registration('/turms/members', 'turms'), withPing] });
	turms = await startMember({ connect: ensemble.connect, id: 'gateway-1', sessionTimeoutMs: 40_000 });
	[slow, old, successor] = (await Promise.all([1, 2, 3].map(() => startScriptedMember(ensemble.connect, 40_000)))) as [
		ScriptedMember,
		ScriptedMember,
		ScriptedMember,
	];
	const slowPort = await slow.serve({ status: 'UP' });
	await slow.register(SLOW, ROW_OF(slowPort, 'slow'));
	sharedPort = await old.serve({ sessionId: old.sessionId, startNonce: 'first', path: OLD });
	await old.register(OLD, ROW_OF(sharedPort, 'old'));
	await allProvable(scenario, 3);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of [turms, slow, old, successor]) {
		member?.kill('SIGKILL');
	}
	await ensemble?.stop();
});

describe('a health check', () => {
	test('of a Turms node is known without being configured, and answers', async () => {
		const { evidence } = await eventually('an answer', () => {
			const detail = detailOf(scenario, turms.path);
			return detail.evidence.health?.result === 'answered' ? detail : null;
		});
		expect(evidence.vetoes).toContain('veto-health-answers');
	});

	test('that stops answering makes a stopped process unresponsive, long before its session tells', async () => {
		await stopProcess(turms.pid);
		const { reasons } = await verdictBecomes(scenario, turms.path, 'unresponsive');
		expect(reasons).toContain('health-failed');
		expect(await purge(scenario, [turms.path])).toMatchObject([{ outcome: 'refused', reason: 'guard' }]);
		turms.kill('SIGCONT');
		await verdictBecomes(scenario, turms.path, 'alive');
	});

	test('answered with the wrong status makes a process unresponsive whose session goes on', async () => {
		const port = detailOf(scenario, SLOW).port ?? 0;
		await slow.serve({ status: 'DOWN' }, { port, status: 503 });
		const { reasons, session } = await verdictBecomes(scenario, SLOW, 'unresponsive');
		expect(reasons).toContain('health-failed');
		expect(session.state).toBe('connected');
		await slow.serve({ status: 'UP' }, { port });
		await verdictBecomes(scenario, SLOW, 'alive');
	});

	test('names its own session: the answer is this incarnation’s', async () => {
		await eventually('an answer with identity', () =>
			detailOf(scenario, OLD).evidence.health?.identity === 'own' ? true : null,
		);
	});

	test('answered by a successor in the name of its own session supersedes the one that was killed there', async () => {
		old.kill('SIGKILL');
		await old.ended;
		await successor.serve({ sessionId: successor.sessionId, startNonce: 'second', path: NEW }, { port: sharedPort });
		await successor.register(NEW, ROW_OF(sharedPort, 'new'));
		const { reasons } = await verdictBecomes(scenario, OLD, 'superseded');
		expect(reasons).toContain('superseded-by-identity');
		await verdictBecomes(scenario, NEW, 'alive');
		expect(await condemnations(scenario, [NEW, SLOW, turms.path])).toEqual([]);
	});
});
