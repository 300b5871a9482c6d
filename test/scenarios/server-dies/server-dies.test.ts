import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ensemble, type EnsembleServer, startEnsemble } from '@/lib/cli/ensemble';
import { type DemoMember, startMember } from '@/lib/cli/members';
import {
	ADMIN,
	allProvable,
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

/** ZooKeeper servers that die or fall silent while all members live: nobody pays for it but the speed of a proof. */
let ensemble: Ensemble;
let scenario: Scenario;
let members: DemoMember[];
let admin: TcpProxy;

beforeAll(async () => {
	ensemble = await startEnsemble();
	const { connect } = ensemble;
	const ids = Array.from({ length: 6 }, (_, index) => `member-${index + 1}`);
	// Sessions begin on different servers, as their clients choose.
	members = await Promise.all(ids.map((id) => startMember({ connect, id, heartbeatMs: 1_000 })));
	const [first] = ensemble.servers;
	admin = await startTcpProxy(first?.adminPort ?? 0);
	scenario = await openScenario({
		ensemble,
		servers: ensemble.config.map((server, index) =>
			index === 0 ? { ...server, admin: `http://${admin.connect}/commands` } : server,
		),
	});
	await allProvable(scenario, members.length);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of members ?? []) {
		member.kill('SIGKILL');
	}
	await admin?.close();
	await ensemble?.stop();
});

function living(): string[] {
	return members.filter((member) => member.running()).map(({ path }) => path);
}

/** A server other than the first with this role. */
function serverOf(role: 'leader' | 'follower'): Promise<EnsembleServer> {
	return eventually(`a ${role}`, () => {
		const views = scenario.cluster.view().ensemble.servers;
		const found = ensemble.servers.find((server) => {
			return views.some((view) => view.serverId === server.id && view.role === role && view.answered);
		});
		return found ?? null;
	});
}

async function complete(): Promise<void> {
	await eventually('complete sweeps', () => (scenario.cluster.view().ensemble.sweepComplete ? true : null), 60_000);
}

async function refusedAlive(): Promise<void> {
	const paths = living();
	const outcomes = await purge(scenario, paths.slice(0, 2), ADMIN, { override: true });
	expect(outcomes.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
	for (const path of paths) {
		expect(await scenario.zk.stat(path)).not.toBeNull();
	}
}

test('while one AdminServer hangs a killed member stays suspect for want of a complete sweep; then it is proven', async () => {
	admin.drop();
	const { ensemble: seen, impairments } = await eventually('incomplete sweeps', () => {
		const view = scenario.cluster.view();
		return view.impairments.some(({ code }) => code === 'sweeps-incomplete') ? view : null;
	});
	expect(seen.sweepComplete).toBe(false);
	expect(impairments.find(({ code }) => code === 'sweeps-incomplete')?.detail).not.toBe('');
	expect(seen.servers[0]).toMatchObject({ answered: false, problem: { code: expect.any(String) } });

	const [victim] = members;
	const path = victim?.path ?? '';
	victim?.kill('SIGKILL');
	await victim?.ended;
	await verdictBecomes(scenario, path, 'suspect');
	await nobodyCondemned(scenario, 6_000);
	const suspect = await verdictBecomes(scenario, path, 'suspect');
	expect(suspect.reasons).toContain('probe-refused');
	expect(suspect.evidence.missing).toContain('sweep-incomplete');
	expect(objections(await planOf(scenario, path))).toContain('verdict: not-proven');
	expect(await purge(scenario, [path])).toMatchObject([{ outcome: 'refused', reason: 'guard' }]);

	admin.pass();
	await complete();
	await verdictBecomes(scenario, path, 'dead');
	await purgeSurely(scenario, path);
	expect(await scenario.zk.stat(path)).toBeNull();
});

for (const role of ['follower', 'leader'] as const) {
	test(`when the ${role} is killed while all members live, nobody is condemned in 20 s, nor purged`, async () => {
		await complete();
		const server = await serverOf(role);
		const paths = living();
		server.kill('SIGKILL');
		await server.exited();
		await nobodyCondemned(scenario, 5_000, paths);
		await eventually('connected again', () => (scenario.zk.state().kind === 'connected' ? true : null), 30_000);
		await refusedAlive();
		await nobodyCondemned(scenario, 15_000, paths);
		await server.start();
		await complete();
		for (const path of paths) {
			await verdictBecomes(scenario, path, 'alive');
		}
		await nobodyCondemned(scenario, 0, paths);
	});
}

test('after all that a killed member is proven dead as ever', async () => {
	const [, victim] = members;
	const path = victim?.path ?? '';
	await allProvable(scenario, living().length);
	victim?.kill('SIGKILL');
	await verdictBecomes(scenario, path, 'dead');
	await nobodyCondemned(scenario, 1_000, living());
});
