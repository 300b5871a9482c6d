import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type DemoMember, startMember } from '@/lib/cli/members';
import { freePort } from '@/lib/cli/stack';
import {
	allProvable,
	condemnations,
	detailOf,
	nobodyCondemned,
	objections,
	openScenario,
	planOf,
	purge,
	purgeSurely,
	requestFor,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { turmsRecord } from '@/test/support/turms-record';
import { eventually } from '@/test/support/zookeeper';

/** Ways in which a member ends, each with the verdict that belongs to it. One ensemble of three, one console. */
let ensemble: Ensemble;
let scenario: Scenario;
let members: DemoMember[];
let successor: ScriptedMember;
let port: number;
let namedPort: number;

beforeAll(async () => {
	ensemble = await startEnsemble();
	port = await freePort();
	namedPort = await freePort();
	const { connect } = ensemble;
	const ids = ['killed', 'leaver', 'returned', 'bystander-1', 'bystander-2'];
	members = await Promise.all([
		...ids.map((id) => startMember({ connect, id, heartbeatMs: 1_000 })),
		startMember({ connect, id: 'on-a-fixed-port', port, heartbeatMs: 1_000 }),
		startMember({ connect, id: 'by-name', host: 'localhost', port: namedPort, heartbeatMs: 1_000 }),
	]);
	successor = await startScriptedMember(connect);
	scenario = await openScenario({ ensemble });
	await allProvable(scenario, members.length);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of [...(members ?? []), successor]) {
		member?.kill('SIGKILL');
	}
	await ensemble?.stop();
});

function named(id: string): DemoMember {
	const found = members.find((member) => member.id === id);
	if (found === undefined) {
		throw new Error(`no member ${id}`);
	}
	return found;
}

test('a member killed with SIGKILL is dead by refusal and can be purged, with its locks, recorded once', async () => {
	const { audit, zk } = scenario;
	const { path, kill, ended } = named('killed');
	const { czxid } = detailOf(scenario, path);
	kill('SIGKILL');
	await ended;
	const detail = await verdictBecomes(scenario, path, 'dead');
	expect(detail.reasons).toEqual(['refused-by-quorum', 'session-gone']);
	expect(detail.evidence.missing).toEqual([]);

	const planned = await eventually('a plan that every guard passes', async () => {
		const plan = await planOf(scenario, path);
		return objections(plan).length === 0 ? plan : null;
	});
	const latch = planned.owned.find((znode) => znode.kind === 'sequence');
	expect(planned.owned).toHaveLength(2);
	expect(planned.owned).toContainEqual({ path, kind: 'registration' });
	expect(latch?.path).toMatch(/^\/turms\/leader\/latch-\d{10}$/);
	const latchPath = latch?.path ?? '';
	expect(await zk.stat(path)).not.toBeNull();
	expect(await zk.stat(latchPath)).not.toBeNull();

	const outcome = await purgeSurely(scenario, path);
	expect(outcome).toMatchObject({ reason: 'committed', left: [], czxid });
	expect(await zk.stat(path)).toBeNull();
	expect(await zk.stat(latchPath)).toBeNull();
	const left = await eventually('the row among those that left', () => {
		return scenario.cluster.left().find((row) => row.path === path) ?? null;
	});
	expect(left.reasons).toEqual(['left-purged']);

	const purges = await eventually('the purge in the audit log', async () => {
		const { entries } = await audit.list(
			{ action: 'member.purge', member: path, outcome: 'purged' },
			{ cursor: null, limit: 10 },
		);
		return entries.length > 0 ? entries : null;
	});
	expect(purges).toHaveLength(1);
	expect(purges[0]).toMatchObject({ czxid, zxid: outcome.zxid, memberId: 'killed', reason: 'scenario' });
	expect(outcome.auditId).toBe(String(purges[0]?.sequence));
	expect(purges[0]?.detail).toMatchObject({
		input: { state: { verdict: 'dead' } },
		transaction: { removes: [path, latchPath] },
	});

	const verdicts = await audit.list({ action: 'member.verdict', member: path }, { cursor: null, limit: 10 });
	expect(verdicts.entries.map((entry) => entry.outcome)).toContain('dead');
	expect(await audit.verify()).toMatchObject({ ok: true });
	const counters = (await zk.read('/rollcall/counters/turms'))?.data.toString() ?? '';
	expect(JSON.parse(counters)).toMatchObject({ entries: [{ path, czxid }] });
	expect(await condemnations(scenario, [named('bystander-1').path, named('bystander-2').path])).toEqual([]);
});

test('a member that is shut down in order has left by itself and was never condemned', async () => {
	const { path, kill } = named('leaver');
	kill('SIGTERM');
	const left = await eventually('the row among those that left', () => {
		return scenario.cluster.left().find((row) => row.path === path) ?? null;
	});
	expect(left.verdict).toBe('left');
	expect(left.reasons).toEqual(['left-by-itself']);
	expect(await condemnations(scenario, [path])).toEqual([]);
	expect(scenario.cluster.member(path)?.transitions.map(({ to }) => to)).not.toContain('dead');
});

test('a member that registers again at its path is a new incarnation: proof of the old one is void, its purge stale', async () => {
	const { path, kill } = named('returned');
	kill('SIGKILL');
	const before = await verdictBecomes(scenario, path, 'dead');
	const request = requestFor(scenario, [path]);
	const newPort = await successor.listen();
	await successor.replace(path, turmsRecord('returned', newPort));

	const outcomes = await scenario.cluster.purge(request, {
		actor: { kind: 'operator', name: 'late', role: 'admin', sourceAddress: null },
		role: 'admin',
		viaCookie: false,
	});
	expect(outcomes.outcomes).toMatchObject([{ outcome: 'stale', reason: 'incarnation-changed' }]);
	const after = await verdictBecomes(scenario, path, 'alive');
	expect(after.ephemeralOwner).toBe(successor.sessionId);
	expect(BigInt(after.czxid)).toBeGreaterThan(BigInt(before.czxid));
	expect(after.transitions.map(({ to }) => to)).not.toContain('dead');
	const stat = await scenario.zk.stat(path);
	expect(`0x${stat?.czxid.toString(16)}`).toBe(after.czxid);

	const [again] = (
		await scenario.cluster.purge(request, {
			actor: { kind: 'system', name: 'late', role: 'admin', sourceAddress: null },
			role: 'admin',
			viaCookie: false,
		})
	).outcomes;
	expect(again).toMatchObject({ outcome: 'stale', reason: 'incarnation-changed' });
	expect(await scenario.zk.stat(path)).not.toBeNull();
});

test('a member restarted at once on the same port supersedes its old registration, whose purge leaves the new one alone', async () => {
	const old = named('on-a-fixed-port');
	old.kill('SIGKILL');
	await old.ended;
	const newcomer = await startMember({ connect: ensemble.connect, id: 'restarted', port, heartbeatMs: 1_000 });
	members.push(newcomer);
	const superseded = await verdictBecomes(scenario, old.path, 'superseded');
	expect(superseded.reasons).toEqual(['superseded-same-address', 'session-gone']);
	expect(superseded.conflictsWith).toEqual([newcomer.path]);
	const alive = await verdictBecomes(scenario, newcomer.path, 'alive');

	expect(await purge(scenario, [newcomer.path])).toMatchObject([{ outcome: 'refused', reason: 'guard' }]);
	await purgeSurely(scenario, old.path);
	expect(await scenario.zk.stat(old.path)).toBeNull();
	await nobodyCondemned(scenario, 2_000, [newcomer.path]);
	expect(await verdictBecomes(scenario, newcomer.path, 'alive')).toMatchObject({ czxid: alive.czxid });
});

test('after a purge the next that registers the same address, by name too, ends the failover clock once', async () => {
	const old = named('by-name');
	old.kill('SIGKILL');
	await old.ended;
	await verdictBecomes(scenario, old.path, 'dead');
	const { czxid } = await purgeSurely(scenario, old.path);
	const newcomer = await startMember({
		connect: ensemble.connect,
		id: 'another-id',
		host: 'localhost',
		port: namedPort,
		heartbeatMs: 1_000,
	});
	members.push(newcomer);
	await verdictBecomes(scenario, newcomer.path, 'alive');
	const { entries } = await eventually('the replacement in the audit log', async () => {
		const page = await scenario.audit.list({ action: 'member.replaced' }, { cursor: null, limit: 10 });
		return page.entries.length > 0 ? page : null;
	});
	expect(entries).toMatchObject([
		{ member: old.path, memberId: 'by-name', czxid, detail: { by: newcomer.path, afterMs: expect.any(Number) } },
	]);
	const ghosts = await scenario.audit.list({ action: 'member.ghost' }, { cursor: null, limit: 10 });
	expect(ghosts.entries).toEqual([]);
});
