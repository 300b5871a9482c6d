import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { Verdict } from '@/lib/core/reason';
import { needed } from '@/test/support/needed';
import {
	DROP_ALL,
	DROP_NOTHING,
	type NetworkNamespace,
	openNamespace,
	whyNoNamespaces,
} from '@/test/support/network-namespace';
import {
	allProvable,
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
import { eventually } from '@/test/support/zookeeper';

/**
 * Hosts that packets do not reach, or do not leave: each member runs in a network namespace of its own, with the address
 * that it registered and that its session comes from. Side by side against one server and one console.
 */
const obstacle = await whyNoNamespaces();
if (obstacle !== null) {
	process.stderr.write(`skipped: stories in network namespaces: ${obstacle}\n`);
}

const PARENT = '/services';
/** What a host that cannot be reached may be called, and nothing else. */
const CANNOT_BE_REACHED: readonly Verdict[] = ['alive', 'suspect', 'unreachable', 'unresponsive'];
/** With a tick of 3 s the longest there is: a connection that lost packets for 20 s may take 30 more to go on. */
const SESSION_MS = 60_000;
const SHORT_SESSION_MS = 12_000;

type Host = { readonly path: string; readonly namespace: NetworkNamespace; readonly member: ScriptedMember };
const STORIES = ['control', 'cut', 'mute', 'deaf', 'lossy', 'flipping', 'killed-unseen'] as const;

let ensemble: Ensemble;
let scenario: Scenario;
let witness: ScriptedMember;
const hosts = new Map<string, Host>();

async function openHost(name: string): Promise<void> {
	const namespace = await openNamespace();
	const [client] = ensemble.servers;
	const sessionMs = name === 'killed-unseen' ? SHORT_SESSION_MS : SESSION_MS;
	const member = await startScriptedMember(`${namespace.hostIp}:${client?.clientPort}`, sessionMs, namespace);
	const path = `${PARENT}/${name}`;
	hosts.set(name, { path, namespace, member });
	const port = await member.listen(0, namespace.ip);
	await member.heartbeat(1_000);
	await member.register(path, JSON.stringify({ host: namespace.ip, port }));
}

function hostOf(name: (typeof STORIES)[number]): Host {
	return needed(hosts, name);
}

async function purgeRefused(path: string): Promise<void> {
	expect(objections(await planOf(scenario, path))).toContain('verdict: not-proven');
}

/** From now on: verdicts before a fault are no matter of the story. */
function verdictsSince(path: string, count: number): Verdict[] {
	return verdictsOf(scenario, path).slice(count);
}

describe.skipIf(obstacle !== null)('hosts behind a network that fails', () => {
	beforeAll(async () => {
		ensemble = await startEnsemble({ servers: 1, tickTimeMs: 3_000, extraConfig: { clientPortAddress: '0.0.0.0' } });
		await Promise.all(STORIES.map(openHost));
		witness = await startScriptedMember(ensemble.connect);
		await witness.register(`${PARENT}/witness`, JSON.stringify({ host: '127.0.0.1', port: await witness.listen() }));
		scenario = await openScenario({ ensemble, registrations: [registration(PARENT, 'auto')] });
		await allProvable(scenario, STORIES.length + 1);
	});

	afterAll(async () => {
		await scenario?.close();
		witness?.kill();
		for (const { member } of hosts.values()) {
			member.kill();
			await member.ended;
		}
		await Promise.all([...hosts.values()].map(({ namespace }) => namespace.remove()));
		await ensemble?.stop();
	});

	describe.concurrent('each host by itself', () => {
		test('control: one that is killed where all packets pass is dead by refusal', async () => {
			const { path, member } = hostOf('control');
			member.kill();
			const { reasons } = await verdictBecomes(scenario, path, 'dead');
			expect(reasons).toEqual(['refused-by-quorum', 'session-gone']);
		});

		test.each([
			['cut off both ways', 'cut', DROP_ALL],
			['that nothing leaves', 'mute', { fromOutside: false, fromInside: true }],
		] as const)(
			'a host %s is unreachable, is not purged, and is alive when it is heard again',
			async (_, name, drops) => {
				const { path, namespace } = hostOf(name);
				await namespace.drop(drops);
				const { reasons } = await verdictBecomes(scenario, path, 'unreachable');
				expect(reasons).toContain('all-probes-timed-out');
				await purgeRefused(path);
				await nobodyCondemned(scenario, 10_000, [path]);
				await namespace.drop(DROP_NOTHING);
				await verdictBecomes(scenario, path, 'alive', 120_000);
				await nobodyCondemned(scenario, 0, [path]);
			},
		);

		test('a host that nothing reaches is never condemned: its own packets still arrive', async () => {
			const { path, namespace } = hostOf('deaf');
			const before = verdictsOf(scenario, path).length;
			await namespace.drop({ fromOutside: true, fromInside: false });
			await eventually('a probe that timed out', () => {
				return detailOf(scenario, path).evidence.rows[0]?.lastProbe.state === 'timed-out' ? true : null;
			});
			await purgeRefused(path);
			await nobodyCondemned(scenario, 15_000, [path]);
			expect(CANNOT_BE_REACHED).toEqual(expect.arrayContaining(verdictsSince(path, before)));
			await namespace.drop(DROP_NOTHING);
			await verdictBecomes(scenario, path, 'alive', 120_000);
			await nobodyCondemned(scenario, 0, [path]);
		});

		test('a host that loses four packets of five is never condemned, and alive when the loss ends', async () => {
			const { path, namespace } = hostOf('lossy');
			const before = verdictsOf(scenario, path).length;
			const end = namespace.lose(0.8);
			try {
				await nobodyCondemned(scenario, 25_000, [path]);
			} finally {
				await end();
			}
			expect(CANNOT_BE_REACHED).toEqual(expect.arrayContaining(verdictsSince(path, before)));
			await verdictBecomes(scenario, path, 'alive', 120_000);
			await nobodyCondemned(scenario, 0, [path]);
		});

		test('a host that is cut off for 20 s and well for 20 s, in turns, is unreachable and alive in turns', async () => {
			const { path, namespace } = hostOf('flipping');
			for (const turn of [1, 2]) {
				await namespace.drop(DROP_ALL);
				await nobodyCondemned(scenario, 20_000, [path]);
				expect(verdictsOf(scenario, path), `turn ${turn}`).toContain('unreachable');
				await namespace.drop(DROP_NOTHING);
				await nobodyCondemned(scenario, turn === 1 ? 20_000 : 0, [path]);
			}
			await verdictBecomes(scenario, path, 'alive', 120_000);
			await nobodyCondemned(scenario, 0, [path]);
		});

		test('a process that is killed while its host is cut off is unreachable, never dead, and leaves by expiry', async () => {
			const { path, namespace, member } = hostOf('killed-unseen');
			await namespace.drop(DROP_ALL);
			await systemClock.sleep(200);
			member.kill();
			await member.ended;
			const left = await leaves(scenario, path);
			const verdicts = verdictsOf(scenario, path);
			expect(verdicts).toContain('unreachable');
			expect(verdicts).not.toContain('dead');
			expect(left.reasons).toEqual(['left-expired']);
		});
	});
});
