import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import { holdLatch } from '@/lib/adapters/zookeeper/latch';
import type { DemoMember } from '@/lib/cli/members';
import type { LatchPort, ZooKeeperPort } from '@/lib/core/ports';
import type { RelayedAnswer, RelayedRequest } from '@/lib/core/relayed-request';
import type { TakeoverView } from '@/lib/core/takeover-view';
import { encodeRequest, parseRequest } from '@/lib/runtime/request-znodes';
import { leaveZnode } from '@/test/support/leave-znode';
import { holderOf, type Replica } from '@/test/support/replica';
import { MEMBER, OPERATOR } from '@/test/support/scenario';
import { connected, eventually, openClient } from '@/test/support/zookeeper';
import { LAVISH, type ReplicaWorld, replicaWorld } from './world';

/** What is asked of one console and carried out by another: two consoles, and at first an agent that holds the latch. */
const FOLDER = '/rollcall/requests/turms';
const WAIT_MS = 90_000;
/** Members that die for takeovers: on a busy machine an answer may come too late to say that it was this one. */
const TAKEN_OVER = 3;

// On a busy machine each process takes seconds to start, and a proof waits for calm.
vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 });

let world: ReplicaWorld;
let members: DemoMember[];
let agent: ZooKeeperPort;
let turn: LatchPort;

beforeAll(async () => {
	world = await replicaWorld(LAVISH);
	// As an agent stands in the election that clears its own place: it serves nobody.
	agent = openClient(world.ensemble.connect, { sessionTimeoutMs: 30_000 });
	await connected(agent);
	turn = holdLatch(agent, '/rollcall/leader/turms', systemClock);
	await eventually('the agent holds the latch', () => (turn.state().kind === 'held' ? true : null));
	members = await Promise.all(Array.from({ length: TAKEN_OVER + 4 }, (_, index) => world.join(`member-${index + 1}`)));
	world.start();
	world.start();
	await Promise.all(world.replicas.map((replica) => replica.provable(members.map(({ path }) => path))));
});

afterAll(async () => {
	await turn?.close();
	await agent?.close();
	await world?.end();
});

/** Killed, and proven dead by both consoles. */
async function die(): Promise<DemoMember> {
	const victim = members.pop();
	if (victim === undefined) {
		throw new Error('nobody is left to die');
	}
	victim.kill('SIGKILL');
	await Promise.all(world.replicas.map((replica) => replica.tells(victim.path, 'dead')));
	return victim;
}

async function holderAndOther(): Promise<{ holder: Replica; other: Replica }> {
	// Also where the story of the agent's turn came to no end.
	await turn.close();
	const holder = await holderOf(world.zk, world.replicas);
	const other = world.replicas.find((replica) => replica !== holder);
	if (other === undefined) {
		throw new Error('there is no other console');
	}
	return { holder, other };
}

async function readRequest(name: string): Promise<RelayedRequest | RelayedAnswer | null> {
	const value = await world.zk.read(`${FOLDER}/${name}`);
	const parsed = value && parseRequest(value.data);
	return parsed?.kind === 'document' ? parsed.document : null;
}

/** The first of those that wait which is of this kind. */
function waiting(kind: RelayedRequest['kind']): Promise<RelayedRequest> {
	return eventually(
		`a ${kind} waits for the holder of the latch`,
		async () => {
			const names = (await world.zk.children(FOLDER))?.names ?? [];
			const found = await Promise.all(names.map(readRequest));
			for (const each of found) {
				if (each?.state === 'asked' && each.kind === kind) {
					return each;
				}
			}
			return null;
		},
		WAIT_MS,
	);
}

/** The records that say that this member was purged, once there is one and the outbox has been drained. */
async function purgesOf(path: string) {
	await eventually(
		`the purge of ${path} is recorded`,
		async () => {
			const outbox = await world.zk.children('/rollcall/outbox');
			const isThere = (await world.purges()).some(({ member }) => member === path);
			return isThere && outbox?.names.length === 0 ? true : null;
		},
		WAIT_MS,
	);
	return (await world.purges()).filter(({ member }) => member === path);
}

/** What is asked on behalf of others, with nobody who waits for it. */
function ask(victim: DemoMember, czxid: string, more: Partial<RelayedRequest>): RelayedRequest {
	return {
		state: 'asked',
		kind: 'purge',
		askedBy: 'console-0',
		identity: { actor: OPERATOR.actor, role: OPERATOR.role },
		request: { members: [{ path: victim.path, czxid }], reason: 'scenario', confirm: victim.id },
		claims: {},
		...more,
	};
}

async function answerTo(name: string): Promise<RelayedAnswer> {
	return eventually(
		'it is answered',
		async () => {
			const document = await readRequest(name);
			return document?.state === 'answered' ? document : null;
		},
		WAIT_MS,
	);
}

/** What a console hands on while nobody serves it; the member itself is told each time that it is not decided. */
async function relayedTakeover(asked: Replica, path: string): Promise<RelayedRequest> {
	let found: RelayedRequest | null = null;
	const seen = waiting('takeover').then((request) => {
		found = request;
		return request;
	});
	// A proof may take longer than one answer: then there was nothing to hand on yet.
	for (let tries = 0; found === null && tries < 30; tries += 1) {
		expect((await asked.takeOver(path, '127.0.0.1')).result).toBe('unknown');
	}
	return seen;
}

test('while an agent holds the latch a purge waits, a takeover is told to ask again, and after its turn the purge is done once', async () => {
	const [asked] = world.replicas;
	const victim = await die();
	const predecessor = await die();
	if (asked === undefined) {
		throw new Error('no console runs');
	}
	const request = await world.requestFor(victim);
	const answer = asked.purge(request);
	expect(await waiting('purge')).toMatchObject({ askedBy: asked.name, identity: { actor: { name: 'the-operator' } } });

	// What a starting member shows is what the console that it asked saw on its socket.
	const relayed = await relayedTakeover(asked, predecessor.path);
	expect(relayed.claims[predecessor.path]).toMatchObject({ requesterIp: '127.0.0.1' });
	expect(relayed.identity.actor).toEqual(MEMBER.actor);
	// One at another address gets no further than the console that it asked.
	await eventually(
		'it is refused',
		async () => ((await asked.takeOver(predecessor.path, '127.0.0.2')).result === 'refused' ? true : null),
		WAIT_MS,
	);
	expect(await world.registered()).toEqual(expect.arrayContaining([victim.path, predecessor.path]));
	expect(await world.purges()).toEqual([]);

	await turn.close();
	let { outcomes } = await answer;
	for (let tries = 1; outcomes[0]?.outcome !== 'purged' && tries < 10; tries += 1) {
		// Its time was over on a busy machine, which it says; or it was done, and nobody was told.
		expect(outcomes[0]?.outcome, JSON.stringify(outcomes)).toMatch(/^(failed|stale|refused)$/);
		if (!(await world.registered()).includes(victim.path)) {
			break;
		}
		({ outcomes } = await asked.purge(request));
	}
	expect(await purgesOf(victim.path)).toHaveLength(1);
	expect(await world.registered()).toContain(predecessor.path);
	await eventually('nothing is left of the requests', async () =>
		(await world.zk.children(FOLDER))?.names.length === 0 ? true : null,
	);
});

/** Asks until the place is free: a proof, or its record, may take longer than one answer. */
function cleared(other: Replica, path: string): Promise<TakeoverView> {
	return eventually(
		`the place ${path} is free`,
		async () => {
			const view = await other.takeOver(path, '127.0.0.1');
			return view.result === 'purged' || view.result === 'not-registered' ? view : null;
		},
		WAIT_MS,
	);
}

test('a takeover asked of a console that does not hold the latch is carried out by the one that does, once', async () => {
	const { holder, other } = await holderAndOther();
	let result: TakeoverView['result'] | null = null;
	for (let tries = 0; result !== 'purged' && tries < TAKEN_OVER; tries += 1) {
		const victim = await die();
		const view = await cleared(other, victim.path);
		result = view.result;
		const [entry, ...more] = await purgesOf(victim.path);
		expect(more).toEqual([]);
		expect(entry).toMatchObject({ actor: MEMBER.actor, detail: { observer: holder.name } });
		if (result === 'purged') {
			expect(view).toMatchObject({ requesterIp: '127.0.0.1', evidence: [{ path: victim.path }] });
		}
	}
	expect(result).toBe('purged');
});

test('the holder of the latch judges what the requester shows itself: from another address nobody is purged', async () => {
	await holderAndOther();
	const victim = await die();
	const { members: named } = await world.requestFor(victim);
	const claim = { requesterIp: '127.0.0.2', held: [`127.0.0.1:${victim.port}`], predecessorIp: null };
	const name = `r-${randomUUID()}`;
	const { actor, role } = MEMBER;
	const request = ask(victim, named[0]?.czxid ?? '', {
		kind: 'takeover',
		identity: { actor, role },
		claims: { [victim.path]: claim },
	});
	await world.zk.create(`${FOLDER}/${name}`, encodeRequest(request), 'persistent');
	const { outcomes } = await answerTo(name);
	expect(outcomes).toMatchObject([{ path: victim.path, outcome: 'refused', zxid: null }]);
	expect(await world.registered()).toContain(victim.path);
	await world.zk.remove(`${FOLDER}/${name}`, -1);
});

/** Asks for a purge that cannot be answered, until one is carried out while its request is young; gives its name. */
async function purgedUnanswered(victim: DemoMember): Promise<string> {
	const [named] = (await world.requestFor(victim)).members;
	const request = encodeRequest(ask(victim, named?.czxid ?? '', {}));
	return eventually(
		`${victim.path} is purged`,
		async () => {
			const name = `r-${randomUUID()}`;
			await leaveZnode(world.ensemble.connect, `${FOLDER}/${name}`, request, false);
			const isGone = eventually(
				'its registration is gone',
				async () => ((await world.registered()).includes(victim.path) ? null : true),
				25_000,
			);
			return isGone.then(
				() => name,
				async () => {
					await world.zk.remove(`${FOLDER}/${name}`, -1);
					return null;
				},
			);
		},
		WAIT_MS,
	);
}

test('what a console purged before it died with the answer unwritten is told by the next, as purged once', async () => {
	const victim = await die();
	const { holder, other } = await holderAndOther();
	const name = await purgedUnanswered(victim);
	await world.killReplica(holder);
	expect((await readRequest(name))?.state, 'the arrangement was reached').toBe('asked');
	await leaveZnode(world.ensemble.connect, `${FOLDER}/${name}`, null, true);

	const { answeredBy, outcomes } = await answerTo(name);
	expect(answeredBy).toBe(other.name);
	const entries = await purgesOf(victim.path);
	expect(entries.map(({ detail }) => (detail as { observer?: string }).observer)).toEqual([holder.name]);
	expect(outcomes).toMatchObject([
		{ path: victim.path, outcome: 'purged', reason: 'committed', zxid: entries[0]?.zxid },
	]);
	// Refusals come from a machine so busy that evidence lapses; that it had gone already nobody was told.
	const about = (await world.audit()).filter(
		({ member, action }) => member === victim.path && action === 'member.purge',
	);
	expect(about.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'refused')).toEqual(['purged']);
});
