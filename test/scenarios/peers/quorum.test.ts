import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { toFolder } from '@/lib/adapters/observers/names';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type DemoMember, startMember } from '@/lib/cli/members';
import type { Policy } from '@/lib/core/policy';
import type { ReasonCode } from '@/lib/core/reason';
import {
	allProvable,
	condemnations,
	detailOf,
	nobodyCondemned,
	openScenario,
	registration,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { stopProcess } from '@/test/support/stop-process';
import { startTcpProxy, type TcpProxy } from '@/test/support/tcp-proxy';
import { startWatchingConsole, type WatchingConsole } from '@/test/support/watching-console';
import { eventually } from '@/test/support/zookeeper';

/** Consoles that must agree: two of them where the policy asks for two. */
const WAIT_MS = 60_000;
/** Longer than an accusation counts after its author fell silent, so that what it said before has lapsed when the rest is proven. */
const SETTLE_MS = 6_000;
const LONG_SESSION_MS = 40_000;
const TWO: Partial<Policy> = { observersMin: 2 };

let ensemble: Ensemble;
const scenarios: Scenario[] = [];
const children: WatchingConsole[] = [];
const proxies: TcpProxy[] = [];
const members: DemoMember[] = [];

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
});

afterEach(async () => {
	await Promise.all(children.splice(0).map((child) => child.close()));
	await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
	await Promise.all(scenarios.splice(0).map((scenario) => scenario.close()));
	for (const member of members.splice(0)) {
		member.kill('SIGKILL');
	}
});

afterAll(async () => {
	await ensemble?.stop();
});

async function openConsole(observer: string, parent: string, policy: Partial<Policy>): Promise<Scenario> {
	const scenario = await openScenario({
		ensemble,
		observer,
		policy,
		cluster: parent.slice(1),
		registrations: [registration(parent, 'turms')],
	});
	scenarios.push(scenario);
	return scenario;
}

async function join(parent: string, id: string): Promise<DemoMember> {
	const member = await startMember({ connect: ensemble.connect, parent, id, heartbeatMs: 1_000 });
	members.push(member);
	return member;
}

async function lacks(scenario: Scenario, path: string, missing: readonly ReasonCode[]): Promise<void> {
	let last: unknown = null;
	await eventually(
		`all that a proof of ${path} lacks is ${missing.join(', ')}`,
		() => {
			last = detailOf(scenario, path).evidence.missing;
			return JSON.stringify(last) === JSON.stringify(missing) ? true : null;
		},
		WAIT_MS,
	).catch((error: Error) => {
		throw new Error(`${error.message}; it lacked ${JSON.stringify(last)}`);
	});
}

test('two consoles condemn together, and one whose fellow has gone condemns nobody', async () => {
	const parent = '/agreed';
	const [one, two] = await Promise.all([openConsole('one', parent, TWO), openConsole('two', parent, TWO)]);
	const [first, second] = [await join(parent, 'first'), await join(parent, 'second')];
	const bystander = await join(parent, 'bystander');
	await Promise.all([allProvable(one, 3), allProvable(two, 3)]);

	first.kill('SIGKILL');
	const [seen] = await Promise.all([verdictBecomes(one, first.path, 'dead'), verdictBecomes(two, first.path, 'dead')]);
	expect(seen.reasons).toContain('refused-by-quorum');
	const matrix = one.cluster.ensemble().reachability;
	expect(matrix.observers.map(({ name, self, live }) => ({ name, self, live }))).toEqual([
		{ name: 'one', self: true, live: true },
		{ name: 'two', self: false, live: true },
	]);
	expect(
		matrix.cells[1]?.reduce((sum, cell) => sum + cell.refused, 0),
		'two refused one member',
	).toBe(1);

	await two.close();
	await eventually(
		'not provable alone',
		() => (one.cluster.members().some(({ provable }) => provable) ? null : true),
		WAIT_MS,
	);
	second.kill('SIGKILL');
	await lacks(one, second.path, ['observers-too-few']);
	await nobodyCondemned(one, 3_000, [second.path, bystander.path]);
	expect(detailOf(one, second.path).verdict).toBe('suspect');
});

/** How a console falls silent, and how it speaks again. */
const SILENCES = {
	'stands still': {
		begin: (child: WatchingConsole) => stopProcess(child.pid),
		end: (child: WatchingConsole) => child.kill('SIGCONT'),
	},
	'is cut off from ZooKeeper': {
		begin: async (_: WatchingConsole, proxy: TcpProxy) => proxy.drop(),
		end: (_: WatchingConsole, proxy: TcpProxy) => {
			proxy.pass();
			proxy.reset();
		},
	},
} as const;

test.each(Object.entries(SILENCES))(
	'a console that %s condemns nobody with what it said before; when it speaks again, that counts',
	async (name, silence) => {
		const parent = `/${name.replaceAll(' ', '-')}`;
		const proxy = await startTcpProxy(Number(ensemble.connect.split(':')[1]));
		proxies.push(proxy);
		const policy = { ...TWO, settleMs: SETTLE_MS };
		const one = await openConsole('one', parent, policy);
		const two = startWatchingConsole({
			ensemble: { connect: proxy.connect, config: ensemble.config },
			observer: 'two',
			policy,
			sessionTimeoutMs: LONG_SESSION_MS,
			cluster: parent.slice(1),
			registrations: [registration(parent, 'turms')],
		});
		children.push(two);
		const victim = await join(parent, 'victim');
		const bystander = await join(parent, 'bystander');
		await allProvable(one, 2);
		await two.tells(victim.path, 'provable');

		victim.kill('SIGKILL');
		const accusation = `/rollcall/suspicions/${parent.slice(1)}/${toFolder(victim.path)}/two`;
		const stat = () => one.zk.stat(accusation);
		const said = await eventually('the second console accuses', stat, WAIT_MS);
		await silence.begin(two, proxy);
		await lacks(one, victim.path, ['observers-too-few']);
		await nobodyCondemned(one, 3_000);
		expect((await stat())?.czxid, 'its accusation still stands').toBe(said.czxid);
		await eventually(
			'it does not count, for its author makes no progress',
			() => {
				const vote = detailOf(one, victim.path).evidence.suspicions.find(({ observer }) => observer === 'two');
				return vote?.standing === 'observer-without-progress' ? true : null;
			},
			WAIT_MS,
		);

		silence.end(two, proxy);
		await verdictBecomes(one, victim.path, 'dead');
		expect(await condemnations(one, [bystander.path])).toEqual([]);
	},
);
