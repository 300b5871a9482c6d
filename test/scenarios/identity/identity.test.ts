import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemLookup } from '@/lib/adapters/probes/resolver';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type FullBacklog, openFullBacklog } from '@/test/support/full-backlog';
import { needed } from '@/test/support/needed';
import {
	ADMIN,
	allProvable,
	condemnations,
	detailOf,
	leaves,
	nobodyCondemned,
	objections,
	openScenario,
	planOf,
	purge,
	registration,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { eventually } from '@/test/support/zookeeper';

/** Who is it that answers there? Addresses and ids that are shared, reused, served by another, or half mute. */
/** Longer than all that a busy machine needs while the dead are still registered. */
const SESSION_MS = 90_000;
const SHORT_SESSION_MS = 16_000;
const SHARED_SERVER = '/services/shared-1';
const SHARED_QUIET = '/services/shared-2';
const ID_OLD = '/services/id-old';
const ID_NEW = '/services/id-new';
const TAKEN = '/services/taken-by-a-stranger';
const SERVED = ['/services/served-1', '/services/served-2', '/services/served-3'] as const;
const SEVERAL = '/services/several';
const SEVERAL_NAME = 'several.test';
const HANGING_IP = '127.0.0.9';

let ensemble: Ensemble;
let scenario: Scenario;
let hanging: FullBacklog;
const processes = new Map<string, ScriptedMember>();
const ports = new Map<string, number>();

async function start(name: string, sessionMs = SESSION_MS): Promise<ScriptedMember> {
	const member = await startScriptedMember(ensemble.connect, sessionMs);
	processes.set(name, member);
	await member.heartbeat(5_000);
	return member;
}

function processOf(name: string): ScriptedMember {
	return needed(processes, name);
}

function record(port: number | undefined, more: object = {}): string {
	return JSON.stringify({ host: '127.0.0.1', port, ...more });
}

async function listenAndRegister(path: string, name = path, more: object = {}): Promise<void> {
	const port = await processOf(name).listen();
	ports.set(path, port);
	await processOf(name).register(path, record(port, more));
}

/** One session registers what three other processes serve, as registrars do. */
async function registerServed(): Promise<void> {
	for (const path of SERVED) {
		await processOf('registrar').register(path, record(await processOf(path).listen()));
	}
}

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1, tickTimeMs: 6_000 });
	hanging = await openFullBacklog(HANGING_IP);
	await Promise.all([
		...[SHARED_SERVER, SHARED_QUIET, ID_OLD, 'id-newcomer', 'registrar', ...SERVED, SEVERAL].map((name) => start(name)),
		start(TAKEN, SHORT_SESSION_MS),
		start('stranger'),
	]);
	await listenAndRegister(SHARED_SERVER);
	await processOf(SHARED_QUIET).register(SHARED_QUIET, record(ports.get(SHARED_SERVER)));
	await listenAndRegister(ID_OLD, ID_OLD, { id: 'the-same' });
	await listenAndRegister(TAKEN);
	await registerServed();
	await processOf(SEVERAL).listen(hanging.port);
	await processOf(SEVERAL).register(SEVERAL, JSON.stringify({ host: SEVERAL_NAME, port: hanging.port }));
	scenario = await openScenario({
		ensemble,
		registrations: [registration('/services', 'auto')],
		lookup: async (host) => (host === SEVERAL_NAME ? ['127.0.0.1', HANGING_IP] : systemLookup(host)),
	});
	await allProvable(scenario, 2 + 1 + 1 + SERVED.length + 1);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of processes.values()) {
		member.kill();
	}
	await hanging?.close();
	await ensemble?.stop();
});

/** Suspect, with at least these reasons; other verdicts on the way there are waited out. */
async function suspectFor(path: string, ...reasons: readonly string[]): Promise<void> {
	await eventually(`${path} suspect for ${reasons.join(', ')}`, () => {
		const detail = scenario.cluster.member(path);
		return detail?.verdict === 'suspect' && reasons.every((code) => detail.reasons.some((has) => has === code))
			? true
			: null;
	});
}

describe.concurrent('an answer says nothing about whose it is', () => {
	test('of two members behind one address the one that goes quietly is not dead while the address answers', async () => {
		expect(detailOf(scenario, SHARED_QUIET).conflictsWith).toEqual([SHARED_SERVER]);
		processOf(SHARED_QUIET).kill();
		await suspectFor(SHARED_QUIET, 'session-gone');
		await nobodyCondemned(scenario, 8_000, [SHARED_QUIET, SHARED_SERVER]);
		expect(detailOf(scenario, SHARED_QUIET).evidence.vetoes).toContain('veto-tripwire-open');
		expect(detailOf(scenario, SHARED_SERVER).verdict).toBe('alive');
		const plan = await planOf(scenario, SHARED_QUIET, ADMIN);
		expect(objections(plan)).toContain('verdict: not-proven');
	});

	test('an id that is used again elsewhere is a conflict of two who live; killed, the old one is dead, the other not', async () => {
		await listenAndRegister(ID_NEW, 'id-newcomer', { id: 'the-same' });
		await verdictBecomes(scenario, ID_NEW, 'alive');
		expect(detailOf(scenario, ID_NEW).conflictsWith).toEqual([ID_OLD]);
		expect(detailOf(scenario, ID_OLD).conflictsWith).toEqual([ID_NEW]);
		await nobodyCondemned(scenario, 3_000, [ID_OLD, ID_NEW]);
		processOf(ID_OLD).kill();
		const dead = await verdictBecomes(scenario, ID_OLD, 'dead');
		expect(dead.reasons).toEqual(['refused-by-quorum', 'session-gone']);
		expect(await condemnations(scenario, [ID_NEW])).toEqual([]);
		expect(detailOf(scenario, ID_NEW).verdict).toBe('alive');
	});

	test('while a stranger answers at the address of a killed member it stays suspect, and goes by expiry', async () => {
		const port = ports.get(TAKEN);
		processOf(TAKEN).kill();
		await processOf(TAKEN).ended;
		await processOf('stranger').listen(port);
		await suspectFor(TAKEN, 'session-gone', 'address-answered-by-unknown');
		const since = await condemnations(scenario, [TAKEN]);
		const plan = await planOf(scenario, TAKEN, ADMIN);
		expect(objections(plan)).toContain('verdict: not-proven');
		expect((await leaves(scenario, TAKEN)).reasons).toEqual(['left-expired']);
		expect(await condemnations(scenario, [TAKEN])).toEqual(since);
	});

	test('a registrar that dies condemns none of those it registered; one of them that dies too is dead, and not purged', async () => {
		const [first, second, third] = SERVED;
		processOf('registrar').kill();
		for (const path of SERVED) {
			await suspectFor(path, 'session-gone');
		}
		await nobodyCondemned(scenario, 5_000, SERVED);
		expect(detailOf(scenario, first).evidence.vetoes).toContain('veto-tripwire-open');
		processOf(third).kill();
		await verdictBecomes(scenario, third, 'dead');
		const refused = await purge(scenario, [third], ADMIN);
		expect(refused).toMatchObject([{ outcome: 'refused', reason: 'guard' }]);
		await eventually('refused for those that live', async () => {
			const plan = await planOf(scenario, third, ADMIN);
			return objections(plan).join() === 'session-registrations: other-registration-lives' ? true : null;
		});
		await nobodyCondemned(scenario, 1_000, [first, second]);
		expect(await scenario.zk.stat(third)).not.toBeNull();
	});

	test('of a name with two addresses one hangs: alive by the other, and dead when that refuses', async () => {
		const rows = await eventually('both addresses asked', () => {
			const found = detailOf(scenario, SEVERAL).evidence.rows;
			return found.some(({ lastProbe }) => lastProbe.state === 'timed-out') ? found : null;
		});
		expect(rows.map(({ endpoint }) => endpoint).toSorted()).toEqual(
			['127.0.0.1', HANGING_IP].map((ip) => `${ip}:${hanging.port}`),
		);
		await verdictBecomes(scenario, SEVERAL, 'alive');
		await nobodyCondemned(scenario, 2_000, [SEVERAL]);
		processOf(SEVERAL).kill();
		const dead = await verdictBecomes(scenario, SEVERAL, 'dead');
		expect(dead.reasons).toEqual(['refused-by-quorum', 'session-gone']);
	});
});
