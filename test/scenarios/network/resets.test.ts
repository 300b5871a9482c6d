import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { fillBacklog } from '@/lib/cli/full-backlog';
import { needed } from '@/test/support/needed';
import {
	ADMIN,
	allProvable,
	detailOf,
	nobodyCondemned,
	objections,
	openScenario,
	planOf,
	purge,
	registration,
	type Scenario,
	verdictBecomes,
	verdictsOf,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { stopProcess } from '@/test/support/stop-process';
import { startTcpProxy, type TcpProxy } from '@/test/support/tcp-proxy';
import { eventually } from '@/test/support/zookeeper';

/** What stands between a member and the others: address translation, a firewall that resets, a host that is full. */
const FORWARDED = '/services/forwarded';
const RESET_SESSION = '/services/reset-session';
const RESET_ADDRESS = '/services/reset-address';
const RESET_BOTH = '/services/reset-both';
const FULL = '/services/full';
const WITNESS = '/services/witness';
/** Apart enough for a client to be back (1.1 s at most) before the next. */
const RESET_INTERVAL_MS = 1_500;
const RESETS = 8;

let ensemble: Ensemble;
let scenario: Scenario;
const members = new Map<string, ScriptedMember>();
const proxies: TcpProxy[] = [];
let forwarder: TcpProxy;
let sessionOnly: TcpProxy;
let addressOnly: TcpProxy;
let bothSession: TcpProxy;
let bothAddress: TcpProxy;
let fullPort: number;

async function proxyOf(port: number, host?: string): Promise<TcpProxy> {
	const proxy = await startTcpProxy(port, host);
	proxies.push(proxy);
	return proxy;
}

async function start(path: string, connect = ensemble.connect): Promise<ScriptedMember> {
	const member = await startScriptedMember(connect, 36_000);
	members.set(path, member);
	return member;
}

function memberAt(path: string): ScriptedMember {
	return needed(members, path);
}

async function registerAt(path: string, port: number, host = '127.0.0.1'): Promise<void> {
	await memberAt(path).register(path, JSON.stringify({ host, port }));
}

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	const client = ensemble.servers[0]?.clientPort ?? 0;
	sessionOnly = await proxyOf(client);
	bothSession = await proxyOf(client);
	await Promise.all([
		start(FORWARDED),
		start(RESET_SESSION, sessionOnly.connect),
		start(RESET_ADDRESS),
		start(RESET_BOTH, bothSession.connect),
		start(FULL),
		start(WITNESS),
	]);
	forwarder = await proxyOf(await memberAt(FORWARDED).listen(), '127.0.0.5');
	addressOnly = await proxyOf(await memberAt(RESET_ADDRESS).listen());
	bothAddress = await proxyOf(await memberAt(RESET_BOTH).listen());
	fullPort = await memberAt(FULL).listen(0, '127.0.0.1', 1);
	await registerAt(FORWARDED, forwarder.port, '127.0.0.5');
	await registerAt(RESET_ADDRESS, addressOnly.port);
	await registerAt(RESET_BOTH, bothAddress.port);
	await registerAt(RESET_SESSION, await memberAt(RESET_SESSION).listen());
	await registerAt(WITNESS, await memberAt(WITNESS).listen());
	await registerAt(FULL, fullPort);
	scenario = await openScenario({ ensemble, registrations: [registration('/services', 'auto')] });
	// All but the one whose address is not where its session comes from.
	await allProvable(scenario, members.size - 1);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of members.values()) {
		member.kill();
	}
	await Promise.all(proxies.map((proxy) => proxy.close()));
	await ensemble?.stop();
});

/** Resets again and again, and asserts each time that nobody has been condemned. */
async function resetRepeatedly(path: string, between: readonly TcpProxy[]): Promise<void> {
	const before = verdictsOf(scenario, path).length;
	for (let turn = 0; turn < RESETS; turn++) {
		for (const proxy of between) {
			proxy.reset();
		}
		await nobodyCondemned(scenario, RESET_INTERVAL_MS, [path, WITNESS]);
	}
	const since = verdictsOf(scenario, path).slice(before);
	// Where sweeps are incomplete on a busy machine, a session that changes its connection may seem to say nothing.
	expect(['alive', 'suspect', 'unresponsive']).toEqual(expect.arrayContaining(since));
	await verdictBecomes(scenario, path, 'alive');
	expect(await purge(scenario, [path], ADMIN, { override: true })).toMatchObject([{ outcome: 'refused' }]);
}

describe.concurrent('what stands between is not the member', () => {
	test('behind address translation a killed member is suspect for good: its address is not provably its own', async () => {
		await eventually('an answer through the forwarder', () => {
			return detailOf(scenario, FORWARDED).rttMs === null ? null : true;
		});
		expect(detailOf(scenario, FORWARDED).provable).toBe(false);
		memberAt(FORWARDED).kill();
		await memberAt(FORWARDED).ended;
		await forwarder.stopAccepting();
		const suspect = await eventually('refused and gone', () => {
			const detail = detailOf(scenario, FORWARDED);
			const seen = detail.reasons.includes('probe-refused') && detail.reasons.includes('session-gone');
			return seen ? detail : null;
		});
		expect(suspect.verdict).toBe('suspect');
		expect(suspect.reasons).toContain('address-not-provable');
		await nobodyCondemned(scenario, 8_000, [FORWARDED]);
		await eventually('nothing else is missing', () => {
			return detailOf(scenario, FORWARDED).evidence.missing.join() === 'address-not-provable' ? true : null;
		});
		expect(objections(await planOf(scenario, FORWARDED))).toContain('verdict: not-proven');
		expect(await purge(scenario, [FORWARDED], ADMIN)).toMatchObject([{ outcome: 'refused', reason: 'guard' }]);
	});

	test('a firewall that resets the ZooKeeper connection of a member condemns nobody', async () => {
		await resetRepeatedly(RESET_SESSION, [sessionOnly]);
		expect((await memberAt(RESET_SESSION).losses()).length).toBeGreaterThan(0);
	});

	test('a firewall that resets the connections to a member condemns nobody', async () => {
		const accepted = addressOnly.accepted();
		await resetRepeatedly(RESET_ADDRESS, [addressOnly]);
		expect(addressOnly.accepted()).toBeGreaterThan(accepted);
	});

	test('a firewall that resets both at once condemns nobody: the address goes on answering', async () => {
		await resetRepeatedly(RESET_BOTH, [bothSession, bothAddress]);
		expect((await memberAt(RESET_BOTH).losses()).length).toBeGreaterThan(0);
	});

	test('a host whose accept queue is full is not heard of, never condemned, and alive when it accepts again', async () => {
		const { pid, kill } = memberAt(FULL);
		await stopProcess(pid);
		const empty = await fillBacklog('127.0.0.1', fullPort);
		try {
			const found = await eventually('unheard of', () => {
				const detail = detailOf(scenario, FULL);
				return detail.verdict === 'unreachable' || detail.verdict === 'unresponsive' ? detail : null;
			});
			const [reason] = found.reasons;
			expect(reason).toBe(found.verdict === 'unreachable' ? 'all-probes-timed-out' : 'no-session-progress');
			await nobodyCondemned(scenario, 3_000, [FULL]);
			expect(objections(await planOf(scenario, FULL))).toContain('verdict: not-proven');
		} finally {
			kill('SIGCONT');
			empty();
		}
		await verdictBecomes(scenario, FULL, 'alive');
		await nobodyCondemned(scenario, 1_000, [FULL]);
	});
});
