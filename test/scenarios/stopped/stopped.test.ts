import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { needed } from '@/test/support/needed';
import {
	allProvable,
	condemnations,
	detailOf,
	leaves,
	nobodyCondemned,
	objections,
	openScenario,
	planOf,
	registration,
	type Scenario,
	verdictBecomes,
	verdictsOf,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { stopProcess } from '@/test/support/stop-process';

/**
 * SIGSTOP, for as long as long pauses last: the kernel goes on accepting, the process says nothing. These members have no
 * health check, so two ping intervals of their session (20 s) must pass before they are unresponsive.
 */
const SESSION_MS = 40_000;
const SHORT_SESSION_MS = 8_000;
const BEYOND = '/services/beyond-its-session';

let ensemble: Ensemble;
let scenario: Scenario;
const members = new Map<string, ScriptedMember>();

function pathOf(seconds: number): string {
	return `/services/stopped-for-${seconds}-s`;
}

async function start(path: string, sessionMs: number): Promise<void> {
	const member = await startScriptedMember(ensemble.connect, sessionMs);
	members.set(path, member);
	// Its session was heard of just before it stops, so that the stop and not the last ping decides how long it is silent.
	await member.heartbeat(1_000);
	await member.register(path, JSON.stringify({ host: '127.0.0.1', port: await member.listen() }));
}

function memberAt(path: string): ScriptedMember {
	return needed(members, path);
}

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	await Promise.all([
		...[5, 15, 25].map((seconds) => start(pathOf(seconds), SESSION_MS)),
		start(BEYOND, SHORT_SESSION_MS),
	]);
	scenario = await openScenario({ ensemble, registrations: [registration('/services', 'auto')] });
	await allProvable(scenario, members.size);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of members.values()) {
		member.kill();
	}
	await ensemble?.stop();
});

describe.concurrent('a process that stands still is not dead', () => {
	for (const seconds of [5, 15]) {
		test(`stopped for ${seconds} s: nothing that a ping interval does not explain, and alive when it goes on`, async () => {
			const path = pathOf(seconds);
			const { pid, kill } = memberAt(path);
			const { czxid } = detailOf(scenario, path);
			const before = verdictsOf(scenario, path).length;
			await stopProcess(pid);
			await nobodyCondemned(scenario, seconds * 1_000, [path]);
			expect(['alive', 'suspect']).toEqual(expect.arrayContaining(verdictsOf(scenario, path).slice(before)));
			expect(objections(await planOf(scenario, path))).toContain('verdict: not-proven');
			kill('SIGCONT');
			expect((await verdictBecomes(scenario, path, 'alive')).czxid).toBe(czxid);
			await nobodyCondemned(scenario, 1_000, [path]);
		});
	}

	test('stopped for 25 s: unresponsive, and alive when it goes on', async () => {
		const path = pathOf(25);
		const { pid, kill } = memberAt(path);
		const { czxid } = detailOf(scenario, path);
		const untilMs = systemClock.nowMs() + 25_000;
		await stopProcess(pid);
		const { reasons } = await verdictBecomes(scenario, path, 'unresponsive');
		expect(reasons).toContain('no-session-progress');
		expect(objections(await planOf(scenario, path))).toContain('verdict: not-proven');
		await nobodyCondemned(scenario, Math.max(0, untilMs - systemClock.nowMs()), [path]);
		kill('SIGCONT');
		expect((await verdictBecomes(scenario, path, 'alive')).czxid).toBe(czxid);
		await nobodyCondemned(scenario, 1_000, [path]);
	});

	test('stopped until ZooKeeper gives its session up: it has left, was never condemned, and ends itself when it goes on', async () => {
		const { pid, kill, ended } = memberAt(BEYOND);
		await stopProcess(pid);
		const left = await leaves(scenario, BEYOND);
		expect(left.verdict).toBe('left');
		expect(left.reasons).toEqual(['left-expired']);
		expect(await condemnations(scenario, [BEYOND])).toEqual([]);
		expect(await scenario.zk.stat(BEYOND)).toBeNull();
		kill('SIGCONT');
		expect(await ended).toBe('exit code 1');
	});
});
