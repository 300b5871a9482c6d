import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { Identity } from '@/lib/core/ports';
import type { ReasonCode } from '@/lib/core/reason';
import type { TakeoverView } from '@/lib/core/takeover-view';
import { streamed } from '@/test/adapters/audit-store/temporary-store';
import { replaysWhole } from '@/test/support/replayed';
import { allProvable, openScenario, registration, type Scenario } from '@/test/support/scenario';
import { type ScriptedMember, startScriptedMember } from '@/test/support/scripted-member';
import { stopProcess } from '@/test/support/stop-process';
import { eventually } from '@/test/support/zookeeper';

/** What a console answers a member that starts in its predecessor's place, which has more than a minute to live in ZooKeeper. */
const PARENT = '/services/echo';
/** Longer than anything here takes on a busy machine. */
const SESSION_MS = 180_000;
const MEMBER: Identity = {
	actor: { kind: 'token', name: 'echo', role: 'member', sourceAddress: '127.0.0.1' },
	role: 'member',
	viaCookie: false,
};

// On a busy machine each process takes seconds to start.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let ensemble: Ensemble;
let scenario: Scenario;
const processes: ScriptedMember[] = [];
const lives = new Map<string, { member: ScriptedMember; port: number }>();

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1, tickTimeMs: 10_000 });
	scenario = await openScenario({ ensemble, registrations: [registration(PARENT, 'auto')] });
	for (const name of ['restarted', 'foreign', 'still', 'witness']) {
		lives.set(name, await begin(name));
	}
	await allProvable(scenario, lives.size);
});

afterAll(async () => {
	for (const member of processes) {
		member.kill('SIGKILL');
	}
	await scenario?.close();
	await ensemble?.stop();
});

async function start(): Promise<ScriptedMember> {
	const member = await startScriptedMember(ensemble.connect, SESSION_MS);
	processes.push(member);
	await member.heartbeat(5_000);
	return member;
}

async function begin(name: string) {
	const member = await start();
	const port = await member.listen();
	await member.register(`${PARENT}/${name}`, JSON.stringify({ id: name, host: '127.0.0.1', port }));
	return { member, port };
}

function lifeOf(name: string) {
	const life = lives.get(name);
	if (!life) {
		throw new Error(`no member ${name}`);
	}
	return life;
}

async function kill(name: string): Promise<void> {
	const { member } = lifeOf(name);
	member.kill('SIGKILL');
	await member.ended;
}

function ask(name: string, ip: string | null): Promise<TakeoverView> {
	return scenario.cluster.takeOver({ path: `${PARENT}/${name}`, holdsAddress: true }, MEMBER, ip);
}

/** Asks until it is answered like this: on a busy machine a proof, or its record, may take longer than one answer. */
function answers(
	name: string,
	accept: (view: TakeoverView) => boolean,
	ip: string | null = '127.0.0.1',
): Promise<TakeoverView> {
	let last: TakeoverView | null = null;
	return eventually(
		`${name} is answered as expected`,
		async () => {
			last = await ask(name, ip);
			return accept(last) ? last : null;
		},
		SESSION_MS,
	).catch((error: Error) => {
		throw new Error(`${error.message}; last answered ${JSON.stringify(last)}`);
	});
}

/** The place is free: cleared by this answer, or by an earlier one whose purge took longer than an answer may. */
const isCleared = ({ result }: TakeoverView) => result === 'purged' || result === 'not-registered';

function says(result: TakeoverView['result'], reason: ReasonCode): (view: TakeoverView) => boolean {
	return (view) => view.result === result && view.evidence[0]?.reasons.includes(reason) === true;
}

async function purgesOf(name: string): Promise<unknown[]> {
	const { entries } = await scenario.audit.list({ action: 'member.purge' }, { cursor: null, limit: 100 });
	return entries.filter(({ member, outcome }) => member === `${PARENT}/${name}` && outcome === 'purged');
}

test('a member that listens again where its killed predecessor did has its place cleared, although its own address answers', async () => {
	const { port } = lifeOf('restarted');
	const next = await start();
	await kill('restarted');
	await next.listen(port);
	await answers('restarted', isCleared);
	await next.create(`${PARENT}/restarted`, JSON.stringify({ id: 'restarted', host: '127.0.0.1', port }));
	const taken = await eventually('the takeover is recorded', async () => {
		const { entries } = await scenario.audit.list({ action: 'member.takeover' }, { cursor: null, limit: 100 });
		return entries.find(({ outcome, member }) => outcome === 'purged' && member === `${PARENT}/restarted`) ?? null;
	});
	expect(taken).toMatchObject({
		actor: { name: 'echo' },
		detail: { evidence: [{ session: { state: 'gone', remoteIp: '127.0.0.1' } }] },
	});
	expect(await purgesOf('restarted')).toHaveLength(1);
});

test('nobody at another address, or at none that is known, takes a place, however dead its member is', async () => {
	await kill('foreign');
	await answers('foreign', says('refused', 'requester-elsewhere'), '127.0.0.2');
	await answers('foreign', says('unknown', 'requester-elsewhere'), null);
	expect(await purgesOf('foreign')).toEqual([]);
	// The same place, asked for by who is there: it was the asker that was in the way, and nothing else.
	await answers('foreign', isCleared);
	expect(await purgesOf('foreign')).toHaveLength(1);
});

test('one that stands still, or is well, is alive: the answer says what proves it, and nothing of it is purged', async () => {
	const { member } = lifeOf('still');
	await stopProcess(member.pid);
	for (const name of ['still', 'witness']) {
		await answers(name, says('alive', 'veto-session-connected'));
		expect(await purgesOf(name)).toEqual([]);
	}
	member.kill('SIGCONT');
	expect((await ask('nobody', '127.0.0.1')).result).toBe('not-registered');
});

test('a place is asked for by its address as well, and what the asker has registered there itself is no predecessor', async () => {
	const { member, port } = lifeOf('witness');
	const byAddress = (more: object) =>
		scenario.cluster.takeOver({ host: '127.0.0.1', port, ...more }, MEMBER, '127.0.0.1');
	await eventually('it lives', async () => ((await byAddress({})).result === 'alive' ? true : null), SESSION_MS);
	expect((await byAddress({ sessionId: member.sessionId })).result).toBe('not-registered');
	expect((await byAddress({ id: 'another' })).result).toBe('not-registered');
});

test('each verdict and each purge of all that comes out the same from the exported log', async () => {
	expect(await replaysWhole(await streamed(scenario.audit))).toBeGreaterThan(0);
});
