import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ensemble, type EnsembleServer, startEnsemble } from '@/lib/cli/ensemble';
import { type DemoMember, startMember } from '@/lib/cli/members';
import {
	ADMIN,
	allProvable,
	condemnations,
	detailOf,
	nobodyCondemned,
	openScenario,
	purge,
	registration,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { eventually } from '@/test/support/zookeeper';

/**
 * Servers of the ensemble restart while all members live: one after another, and just while a member has closed its
 * listener. That member refuses and changes servers at once; nothing but its open tripwire tells that it lives.
 */
const CLOSER = '/services/closes-its-listener';
const LOSER = '/services/closes-it-when-it-loses-zookeeper';

let ensemble: Ensemble;
let scenario: Scenario;
let members: DemoMember[];
let closer: ScriptedMember;
let loser: ScriptedMember;
let closerPort: number;

beforeAll(async () => {
	ensemble = await startEnsemble();
	const { connect } = ensemble;
	const ids = ['member-1', 'member-2', 'member-3'];
	[members, closer, loser] = await Promise.all([
		Promise.all(ids.map((id) => startMember({ connect, id, heartbeatMs: 1_000 }))),
		startScriptedMember(connect),
		startScriptedMember(connect),
	]);
	closerPort = await closer.listen();
	await closer.register(CLOSER, JSON.stringify({ host: '127.0.0.1', port: closerPort }));
	await loser.register(LOSER, JSON.stringify({ host: '127.0.0.1', port: await loser.listen() }));
	await loser.closeWhenLost('listener');
	scenario = await openScenario({
		ensemble,
		registrations: [registration('/turms/members', 'turms'), registration('/services', 'auto')],
	});
	await allProvable(scenario, members.length + 2);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of [...(members ?? []), closer, loser]) {
		member?.kill('SIGKILL');
	}
	await ensemble?.stop();
});

function living(): string[] {
	return [...members.filter((member) => member.running()).map(({ path }) => path), CLOSER, LOSER];
}

async function end(server: EnsembleServer, signal: NodeJS.Signals): Promise<void> {
	server.kill(signal);
	await server.exited();
}

async function calm(): Promise<void> {
	await eventually('complete sweeps', () => (scenario.cluster.view().ensemble.sweepComplete ? true : null), 90_000);
	for (const path of living()) {
		await verdictBecomes(scenario, path, 'alive', 90_000);
	}
}

/** The server that lists the member's session. */
function serverOf(path: string): Promise<EnsembleServer> {
	return eventually(`the server of ${path}`, () => {
		const label = detailOf(scenario, path).session.server;
		return ensemble.servers.find(({ clientPort }) => label?.endsWith(`:${clientPort}`)) ?? null;
	});
}

async function refuses(path: string): Promise<void> {
	await eventually(`${path} refuses`, () => {
		const [row] = detailOf(scenario, path).evidence.rows;
		return row?.lastProbe.state === 'refused' ? true : null;
	});
}

test('a listener closed and opened again while the ZooKeeper server of its session restarts: vetoed by its tripwire', async () => {
	const server = await serverOf(CLOSER);
	await closer.unlisten(closerPort);
	await refuses(CLOSER);
	await end(server, 'SIGKILL');
	await nobodyCondemned(scenario, 4_000, living());
	expect(detailOf(scenario, CLOSER).evidence.vetoes).toContain('veto-tripwire-open');
	expect(await purge(scenario, [CLOSER], ADMIN, { override: true })).toMatchObject([{ outcome: 'refused' }]);
	await Promise.all([server.start(), nobodyCondemned(scenario, 4_000, living())]);
	await closer.listen(closerPort);
	await calm();
	await nobodyCondemned(scenario, 0, living());
});

test('one server after another is shut down and started again: nobody is condemned, all are alive', async () => {
	for (const server of ensemble.servers) {
		await end(server, 'SIGTERM');
		await nobodyCondemned(scenario, 2_000, living());
		await server.start();
		await nobodyCondemned(scenario, 1_000, living());
	}
	// The servers' uptimes begin anew, and a proof waits for them: what is alive until then is alive all the same.
	await nobodyCondemned(scenario, 8_000, living());
	await calm();
	expect(await condemnations(scenario)).toEqual([]);
	for (const path of living()) {
		expect(await scenario.zk.stat(path)).not.toBeNull();
	}
});

test('after all that a killed member is proven dead as ever', async () => {
	await allProvable(scenario, members.length + 2);
	const [victim] = members;
	const path = victim?.path ?? '';
	victim?.kill('SIGKILL');
	const { reasons } = await verdictBecomes(scenario, path, 'dead');
	expect(reasons).toEqual(['refused-by-quorum', 'session-gone']);
	await nobodyCondemned(scenario, 1_000, living());
});
