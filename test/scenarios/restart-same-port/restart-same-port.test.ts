import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import {
	allProvable,
	condemnations,
	detailOf,
	leaves,
	nobodyCondemned,
	objections,
	openScenario,
	planOf,
	purgeSurely,
	registration,
	type Scenario,
	verdictBecomes,
} from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { eventually } from '@/test/support/zookeeper';

/**
 * A member is killed and started again at once, on the same port and under the same znode, while the session of its
 * former life still owns that znode. What comes of it depends on what its library does with a znode that is there.
 */
const CURATOR = '/services/echo/0f1c';
const DUBBO_PARENT = '/dubbo/com.example.EchoService/providers';
const KAFKA = '/brokers/ids/1';
const WITNESS = '/services/echo/witness';
/** Longer than all that a busy machine needs before the dead one is purged. */
const SESSION_MS = 90_000;
/** The one that is to expire. */
const SHORT_SESSION_MS = 16_000;

let ensemble: Ensemble;
let scenario: Scenario;
let dubboPath: string;
const processes: ScriptedMember[] = [];
type Life = { readonly member: ScriptedMember; readonly port: number };
let curator: Life;
let dubbo: Life;
let kafka: Life;

async function start(sessionMs = SESSION_MS): Promise<ScriptedMember> {
	const member = await startScriptedMember(ensemble.connect, sessionMs);
	processes.push(member);
	await member.heartbeat(5_000);
	return member;
}

async function begin(sessionMs?: number): Promise<Life> {
	const member = await start(sessionMs);
	return { member, port: await member.listen() };
}

/** The next life is there before the former one ends, so that it listens as soon as the port is free. */
async function restart(former: Life): Promise<ScriptedMember> {
	const next = await start();
	former.member.kill();
	await former.member.ended;
	await next.listen(former.port);
	return next;
}

function curatorRecord(port: number): string {
	return JSON.stringify({ name: 'echo', id: '0f1c', address: '127.0.0.1', port, serviceType: 'DYNAMIC' });
}

function kafkaRecord(port: number): string {
	const endpoints = [`PLAINTEXT://127.0.0.1:${port}`];
	return JSON.stringify({ endpoints, jmx_port: -1, host: '127.0.0.1', port, version: 5, timestamp: '1651050284198' });
}

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1, tickTimeMs: 6_000 });
	[curator, dubbo, kafka] = await Promise.all([begin(SHORT_SESSION_MS), begin(), begin()]);
	const url = `dubbo://127.0.0.1:${dubbo.port}/com.example.EchoService?application=echo&side=provider`;
	dubboPath = `${DUBBO_PARENT}/${encodeURIComponent(url)}`;
	await curator.member.register(CURATOR, curatorRecord(curator.port));
	await dubbo.member.register(dubboPath, '');
	await kafka.member.register(KAFKA, kafkaRecord(kafka.port));
	const witness = await begin();
	await witness.member.register(WITNESS, curatorRecord(witness.port));
	scenario = await openScenario({
		ensemble,
		registrations: [
			registration('/services/echo', 'curator'),
			registration('/dubbo/*/providers', 'dubbo'),
			registration('/brokers/ids', 'kafka'),
		],
	});
	await allProvable(scenario, 4);
});

afterAll(async () => {
	await scenario?.close();
	for (const member of processes) {
		member.kill();
	}
	await ensemble?.stop();
});

async function ownedBy(path: string, member: ScriptedMember): Promise<void> {
	await eventually(
		`${path} owned by the next life`,
		() => (scenario.cluster.member(path)?.ephemeralOwner === member.sessionId ? true : null),
		60_000,
	);
	await verdictBecomes(scenario, path, 'alive');
}

describe.concurrent('a restart on the same port', () => {
	test("Curator's PersistentNode waits: the old registration is suspect, not dead, and the next life takes over by expiry", async () => {
		const next = await restart(curator);
		await next.persist(CURATOR, curatorRecord(curator.port));
		await eventually('answered by somebody unknown', () => {
			const { verdict, reasons } = detailOf(scenario, CURATOR);
			return verdict === 'suspect' && reasons.includes('address-answered-by-unknown') ? true : null;
		});
		// A machine that let the port refuse for long enough had ground to call it dead; from here on it has none.
		const before = await condemnations(scenario, [CURATOR]);
		expect(detailOf(scenario, CURATOR).ephemeralOwner).toBe(curator.member.sessionId);
		expect(objections(await planOf(scenario, CURATOR))).toContain('verdict: not-proven');
		expect((await leaves(scenario, CURATOR)).reasons).toEqual(['left-expired']);
		expect(await condemnations(scenario, [CURATOR])).toEqual(before);
		await ownedBy(CURATOR, next);
		expect(await condemnations(scenario, [CURATOR])).toEqual(before);
	});

	test('Dubbo replaces the znode: a new incarnation that lives, while the old one has left', async () => {
		const next = await restart(dubbo);
		await next.deleteAndCreate(dubboPath, '');
		await ownedBy(dubboPath, next);
		const left = await leaves(scenario, dubboPath);
		expect(left.ephemeralOwner).toBe(dubbo.member.sessionId);
		expect(left.reasons).not.toContain('left-purged');
		const before = await condemnations(scenario, [dubboPath]);
		await nobodyCondemnedSince(before, dubboPath);
		expect(detailOf(scenario, dubboPath).transitions.map(({ to }) => to)).not.toContain('dead');
	});

	test('Kafka ends on NodeExists, again and again: the old registration is dead, and once it is purged the next try lives', async () => {
		for (const attempt of [1, 2]) {
			const next = attempt === 1 ? await restart(kafka) : (await begin()).member;
			await expect(next.create(KAFKA, kafkaRecord(kafka.port)), `attempt ${attempt}`).rejects.toThrow('NODE_EXISTS');
			next.kill('SIGTERM');
			await next.ended;
			const dead = await verdictBecomes(scenario, KAFKA, 'dead');
			expect(dead.reasons).toEqual(['refused-by-quorum', 'session-gone']);
			expect(dead.ephemeralOwner).toBe(kafka.member.sessionId);
		}
		await purgeSurely(scenario, KAFKA);
		const last = await start();
		await last.listen(kafka.port);
		await last.create(KAFKA, kafkaRecord(kafka.port));
		await ownedBy(KAFKA, last);
		await nobodyCondemned(scenario, 1_000, [WITNESS]);
		expect(detailOf(scenario, KAFKA).transitions.map(({ to }) => to)).not.toContain('dead');
	});
});

/** What was recorded of the former life stays; nothing may come to it. */
async function nobodyCondemnedSince(before: readonly string[], path: string): Promise<void> {
	await nobodyCondemned(scenario, 5_000, [WITNESS]);
	expect(await condemnations(scenario, [path])).toEqual(before);
}
