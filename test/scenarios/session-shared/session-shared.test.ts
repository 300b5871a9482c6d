import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type DemoMember, startMember } from '@/lib/cli/members';
import { streamed } from '@/test/adapters/audit-store/temporary-store';
import { replaysWhole } from '@/test/support/replayed';
import {
	ADMIN,
	allProvable,
	leaves,
	nobodyCondemned,
	objections,
	openScenario,
	planOf,
	purge,
	purgeSurely,
	registration,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { eventually } from '@/test/support/zookeeper';

/** Sessions that own several registrations: all of them go with a purge, so each has to be proven by itself. */
let ensemble: Ensemble;
let scenario: Scenario;
let bystander: DemoMember;
/** Serves addresses that others registered, and has no registration of its own. */
let server: ScriptedMember;
let half: ScriptedMember;
let abroad: ScriptedMember;
let whole: ScriptedMember;
let named: ScriptedMember;
let together: ScriptedMember;

const HALF = '/services/half';
const SERVED = '/services/served-by-another';
const ABROAD = '/services/abroad';
const UNFOLLOWED = '/elsewhere/registration';
const FIRST = '/services/whole-1';
const SECOND = '/services/whole-2';
const PROVIDERS = '/dubbo/com.example.Followed/providers';

/** A registration of Dubbo's: all of it is in the name. */
function dubboName(port: number, service: string, scheme = 'dubbo'): string {
	return encodeURIComponent(`${scheme}://127.0.0.1:${port}/${service}?interface=${service}&timestamp=1572966656788`);
}

async function register(member: ScriptedMember, path: string, listener: ScriptedMember): Promise<void> {
	const port = await listener.listen();
	await member.register(path, JSON.stringify({ host: '127.0.0.1', port }));
}

let namedPath = '';
let unfollowedName = '';
let togetherPath = '';

/** Registers a provider of the followed service, which listens; gives its path. */
async function provide(member: ScriptedMember): Promise<string> {
	const path = `${PROVIDERS}/${dubboName(await member.listen(), 'com.example.Followed')}`;
	await member.register(path, '');
	return path;
}

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	const { connect } = ensemble;
	bystander = await startMember({ connect, id: 'bystander' });
	[server, half, abroad, whole, named, together] = await Promise.all([
		startScriptedMember(connect, 40_000),
		startScriptedMember(connect, 40_000),
		startScriptedMember(connect, 40_000),
		startScriptedMember(connect, 40_000),
		startScriptedMember(connect, 40_000),
		startScriptedMember(connect, 40_000),
	]);
	await register(half, HALF, half);
	await register(half, SERVED, server);
	await register(abroad, ABROAD, abroad);
	await register(abroad, UNFOLLOWED, server);
	await register(whole, FIRST, whole);
	await register(whole, SECOND, whole);
	namedPath = await provide(named);
	unfollowedName = `/dubbo/com.example.Other/providers/${dubboName(await server.listen(), 'com.example.Other')}`;
	await named.register(unfollowedName, '');
	togetherPath = await provide(together);
	scenario = await openScenario({
		ensemble,
		registrations: [
			registration('/turms/members', 'turms'),
			registration('/services', 'auto'),
			registration('/dubbo/com.example.Followed/providers', 'dubbo'),
		],
	});
	await allProvable(scenario, 8);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of [bystander, server, half, abroad, whole, named, together]) {
		member?.kill('SIGKILL');
	}
	await ensemble?.stop();
});

/** Asks until nothing but this speaks against it: on a busy machine a proof may lapse for a moment. */
async function refusedFor(path: string, objection: string): Promise<void> {
	await verdictBecomes(scenario, path, 'dead');
	await eventually(`a plan refused for ${objection} alone`, async () => {
		return objections(await planOf(scenario, path, ADMIN)).join() === objection ? true : null;
	});
	await eventually(`a purge refused for ${objection} alone`, async () => {
		const [outcome] = await purge(scenario, [path], ADMIN);
		expect(outcome).toMatchObject({ outcome: 'refused', reason: 'guard' });
		return outcome && objections(outcome).join() === objection ? true : null;
	});
	expect(await scenario.zk.stat(path)).not.toBeNull();
}

test('a dead registration whose session owns another that still answers is not purged', async () => {
	half.kill('SIGKILL');
	await half.ended;
	await refusedFor(HALF, 'session-registrations: other-registration-lives');
	await nobodyCondemned(scenario, 1_000, [SERVED]);
	expect(await purge(scenario, [SERVED], ADMIN)).toMatchObject([{ outcome: 'refused', reason: 'guard' }]);
	expect(await scenario.zk.stat(SERVED)).not.toBeNull();
});

test('a dead registration whose session owns one that nobody follows is not purged', async () => {
	abroad.kill('SIGKILL');
	await abroad.ended;
	await refusedFor(ABROAD, 'session-registrations: other-registration-unprovable');
	expect(await scenario.zk.stat(UNFOLLOWED)).not.toBeNull();
});

test('a dead registration whose session owns an empty znode that is a registration by its name is not purged', async () => {
	named.kill('SIGKILL');
	await named.ended;
	await refusedFor(namedPath, 'session-registrations: other-registration-unprovable');
	expect(await scenario.zk.stat(unfollowedName)).not.toBeNull();
});

test('registrations of one dead session go together, are counted each, and are all said to have been purged', async () => {
	whole.kill('SIGKILL');
	await whole.ended;
	await verdictBecomes(scenario, FIRST, 'dead');
	await verdictBecomes(scenario, SECOND, 'dead');
	const { zk, cluster, audit } = scenario;
	const outcomes = await eventually('purged', async () => {
		const asked = await purge(scenario, [FIRST, SECOND]);
		return asked.some(({ outcome }) => outcome === 'purged') ? asked : null;
	});
	// One transaction removed both; nothing was left of the second when its turn came.
	expect(outcomes.map(({ outcome }) => outcome)).toEqual(['purged', 'stale']);
	expect(await zk.stat(FIRST)).toBeNull();
	expect(await zk.stat(SECOND)).toBeNull();
	const left = await eventually('both among those that left', () => {
		const rows = cluster.left().filter(({ path }) => path === FIRST || path === SECOND);
		return rows.length === 2 ? rows : null;
	});
	expect(left.map(({ reasons }) => reasons)).toEqual([['left-purged'], ['left-purged']]);
	const counted = JSON.parse((await zk.read('/rollcall/counters/turms'))?.data.toString() ?? '') as {
		entries: { path: string; attempt: string }[];
	};
	expect(counted.entries.map(({ path }) => path).toSorted()).toEqual([FIRST, SECOND]);
	expect(new Set(counted.entries.map(({ attempt }) => attempt)).size).toBe(1);
	const { entries } = await audit.list(
		{ action: 'member.purge', member: FIRST, outcome: 'purged' },
		{ cursor: null, limit: 10 },
	);
	expect(entries).toMatchObject([{ detail: { transaction: { removes: expect.arrayContaining([FIRST, SECOND]) } } }]);
});

test('what names the dead member’s own address, or listens nowhere, goes with it: its other services, its lock', async () => {
	const port = Number(/%3A(\d+)%2F/.exec(togetherPath)?.[1]);
	const others = [
		`/dubbo/com.example.Other/providers/${dubboName(port, 'com.example.Other')}`,
		`/dubbo/com.example.Other/consumers/${dubboName(port, 'com.example.Other', 'consumer')}`,
		`/election/127.0.0.1:${port}_candidate`,
	];
	for (const path of others) {
		await together.register(path, '');
	}
	together.kill('SIGKILL');
	await together.ended;
	await verdictBecomes(scenario, togetherPath, 'dead');
	await purgeSurely(scenario, togetherPath);
	for (const path of [togetherPath, ...others]) {
		await eventually(`${path} gone`, async () => ((await scenario.zk.stat(path)) === null ? true : null));
	}
	// By the purge: the session itself outlives it by half a minute.
	expect(await leaves(scenario, togetherPath)).toMatchObject({ reasons: ['left-purged'] });
});

test('each verdict, refusal and purge of all that comes out the same from the exported log', async () => {
	expect(await replaysWhole(await streamed(scenario.audit))).toBeGreaterThan(0);
});
