import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type DemoMember, startMember } from '@/lib/cli/members';
import { streamed } from '@/test/adapters/audit-store/temporary-store';
import {
	allProvable,
	condemnations,
	nobodyCondemned,
	objections,
	openScenario,
	planOf,
	purge,
	purgeSurely,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { startTcpProxy, type TcpProxy } from '@/test/support/tcp-proxy';
import { eventually } from '@/test/support/zookeeper';

/** The console's own ways to ZooKeeper fail: the ensemble down, its session expired, another console before it. */
let ensemble: Ensemble;
const opened: Scenario[] = [];
const members: DemoMember[] = [];
let proxy: TcpProxy | null = null;

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
});

beforeEach(async () => {
	await ensemble.servers[0]?.start();
});

afterEach(async () => {
	await Promise.all(opened.splice(0).map((scenario) => scenario.close()));
	for (const member of members.splice(0)) {
		member.kill('SIGKILL');
	}
	await proxy?.close();
	proxy = null;
});

afterAll(async () => {
	await ensemble?.stop();
});

async function open(...args: Parameters<typeof openScenario>): Promise<Scenario> {
	const scenario = await openScenario(...args);
	opened.push(scenario);
	return scenario;
}

async function join(id: string): Promise<DemoMember> {
	const member = await startMember({ connect: ensemble.connect, id, heartbeatMs: 1_000 });
	members.push(member);
	return member;
}

function impairmentsOf(scenario: Scenario): string[] {
	return scenario.cluster.view().impairments.map(({ code }) => code);
}

async function following(scenario: Scenario): Promise<void> {
	await eventually('following', () => (scenario.cluster.view().ensemble.following ? true : null), 60_000);
}

async function latchOf(scenario: Scenario, code: 'latch-held' | 'latch-elsewhere', path: string): Promise<string> {
	const guard = await eventually(code, async () => {
		const found = (await planOf(scenario, path)).guards.find(({ guard }) => guard === 'latch');
		return found?.code === code ? found : null;
	});
	return String(guard.facts.path ?? guard.facts.holder ?? '');
}

test('a console started while ZooKeeper is down says so, follows once it is up, and says so when it goes down later', async () => {
	const [server] = ensemble.servers;
	server?.kill('SIGKILL');
	await server?.exited();
	const scenario = await open({ ensemble });
	const { cluster } = scenario;
	const atFirst = cluster.view();
	expect(atFirst.ensemble.following).toBe(false);
	expect(atFirst.observedAtMs).toBeNull();
	expect(impairmentsOf(scenario)).toContain('zookeeper-never-connected');
	expect(atFirst.ready).toBe(false);

	await server?.start();
	const member = await join('witness');
	await following(scenario);
	expect(impairmentsOf(scenario)).not.toContain('zookeeper-never-connected');
	await verdictBecomes(scenario, member.path, 'alive');
	const observedAtMs = cluster.view().observedAtMs ?? 0;
	expect(observedAtMs).toBeGreaterThan(0);

	server?.kill('SIGKILL');
	await server?.exited();
	await eventually('not following', () => (cluster.view().ensemble.following ? null : true));
	expect(impairmentsOf(scenario)).toContain('zookeeper-disconnected');
	expect(impairmentsOf(scenario)).not.toContain('zookeeper-never-connected');
	expect(cluster.members().map(({ path }) => path)).toEqual([member.path]);
	const frozen = cluster.view().observedAtMs;
	const plan = await planOf(scenario, member.path);
	expect(objections(plan)).toEqual(expect.arrayContaining(['latch: latch-unknown', 'fence: fence-unavailable']));
	expect(await purge(scenario, [member.path])).toMatchObject([{ outcome: 'refused', reason: 'guard' }]);
	await nobodyCondemned(scenario, 4_000);
	// What is shown is as old as it says: its age grows while nothing is heard.
	expect(cluster.view().observedAtMs ?? 0).toBeLessThan((frozen ?? 0) + 1_000);
	expect(systemClock.wallMs() - (cluster.view().observedAtMs ?? 0)).toBeGreaterThan(3_000);

	await server?.start();
	await following(scenario);
	expect(impairmentsOf(scenario)).not.toContain('zookeeper-disconnected');
	await verdictBecomes(scenario, member.path, 'alive');
	expect(cluster.view().observedAtMs ?? 0).toBeGreaterThan(frozen ?? 0);
	await nobodyCondemned(scenario, 0);
});

test('a console whose session expires reads everything anew, stands for the latch again, and condemns nobody', async () => {
	const [server] = ensemble.servers;
	const between = await startTcpProxy(server?.clientPort ?? 0);
	proxy = between;
	const stays = await join('stays');
	const leaves = await join('leaves');
	const scenario = await open({ ensemble, connect: between.connect, sessionTimeoutMs: 4_000 });
	await allProvable(scenario, 2);
	const latchBefore = await latchOf(scenario, 'latch-held', stays.path);
	const before = scenario.zk.state();
	const sessionBefore = before.kind === 'connected' ? before.sessionId : null;
	expect(sessionBefore).not.toBeNull();

	between.drop();
	await eventually('cut off', () => (impairmentsOf(scenario).includes('zookeeper-disconnected') ? true : null));
	leaves.kill('SIGTERM');
	await leaves.ended;
	const joins = await join('joins');
	const observer = await open({ ensemble, observer: 'console-2' });
	// The second console gets the latch when ZooKeeper has ended the first one's session, and lets go of it again.
	await following(observer);
	await latchOf(observer, 'latch-held', stays.path);
	await observer.close();
	await nobodyCondemned(scenario, 1_000);
	between.pass();
	between.reset();

	await following(scenario);
	const after = scenario.zk.state();
	expect(after.kind === 'connected' ? after.sessionId : null).not.toBe(sessionBefore);
	await eventually('the membership as it is', () => {
		const paths = scenario.cluster.members().map(({ path }) => path);
		return paths.toSorted().join() === [joins.path, stays.path].toSorted().join() ? true : null;
	});
	const latchAfter = await latchOf(scenario, 'latch-held', stays.path);
	expect(latchAfter).not.toBe(latchBefore);
	await verdictBecomes(scenario, stays.path, 'alive');
	await verdictBecomes(scenario, joins.path, 'alive');
	expect(await condemnations(scenario)).toEqual([]);
	await allProvable(scenario, 2);
	joins.kill('SIGKILL');
	await verdictBecomes(scenario, joins.path, 'dead');
	await purgeSurely(scenario, joins.path);
	expect(await condemnations(scenario, [stays.path, leaves.path])).toEqual([]);
});

test('of two consoles only the one that holds the latch purges, what is asked of the other too; when it closes, the other does', async () => {
	const victim = await join('victim');
	const other = await join('other');
	const first = await open({ ensemble, observer: 'console-1' });
	await following(first);
	const held = await latchOf(first, 'latch-held', victim.path);
	const second = await open({ ensemble, observer: 'console-2' });
	await allProvable(second, 2);
	await allProvable(first, 2);
	expect(await latchOf(second, 'latch-elsewhere', victim.path)).toBe(held);
	expect(second.cluster.view().latch).toBe('elsewhere');

	victim.kill('SIGKILL');
	await verdictBecomes(first, victim.path, 'dead');
	await verdictBecomes(second, victim.path, 'dead');
	// Asked of the one that does not hold the latch, carried out by the one that does.
	await purgeSurely(second, victim.path);
	expect(await second.zk.stat(victim.path)).toBeNull();
	const theirs = await eventually('recorded where it was carried out', async () => {
		const [entry] = await streamed(first.audit, { action: 'member.purge', outcome: 'purged' });
		return entry ?? null;
	});
	expect(theirs).toMatchObject({ member: victim.path, detail: { observer: 'console-1' } });
	expect(await streamed(second.audit, { action: 'member.purge', outcome: 'purged' })).toEqual([]);

	await first.close();
	expect(await latchOf(second, 'latch-held', other.path)).not.toBe(held);
	other.kill('SIGKILL');
	await verdictBecomes(second, other.path, 'dead');
	await purgeSurely(second, other.path);
	expect(await second.zk.stat(other.path)).toBeNull();
});
