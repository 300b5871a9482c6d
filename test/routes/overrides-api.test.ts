import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { OverridesView } from '@/lib/core/override-view';
import type { ZooKeeperPort } from '@/lib/core/ports';
import type { OutcomesView, PlanView } from '@/lib/core/purge-view';
import type { AuditView, MembersView } from '@/lib/core/view';
import { overridesViewSchema } from '@/lib/http/override-schemas';
import { outcomesViewSchema } from '@/lib/http/purge-view-schemas';
import { type Console, startConsole } from '../support/console';
import { type FullBacklog, openFullBacklog } from '../support/full-backlog';
import { needed } from '../support/needed';
import { type ScriptedMember, startScriptedMember } from '../support/scripted-member';
import { connected, eventually, openClient } from '../support/zookeeper';
import { type Asker, asker, createAdmins, createTokens, signInCookie } from './ask';

/**
 * Members at addresses that never answer, whose processes are killed: unreachable, their sessions gone. Only an override
 * purges them before ZooKeeper does, and here it takes two administrators; those who approve are at
 * another console.
 */
const CLUSTER = '/api/clusters/turms';
const OVERRIDES = `${CLUSTER}/overrides`;
const PARENT = '/services';
/** Long enough for all that happens before ZooKeeper expires the sessions; with a tick of 15 s the longest there is. */
const SESSION_MS = 300_000;
const WAIT_MS = 120_000;

let ensemble: Ensemble | undefined;
let running: Console | undefined;
/** Another console over the same database, which does not hold the latch: what is asked of it is handed on. */
let other: Console | undefined;
let zk: ZooKeeperPort | undefined;
const backlogs: FullBacklog[] = [];
const members: ScriptedMember[] = [];
const people = new Map<string, Asker>();
const who = (name: string): Asker => needed(people, name);

async function register(name: string, backlog: FullBacklog): Promise<void> {
	const member = await startScriptedMember(ensemble?.connect ?? '', SESSION_MS);
	members.push(member);
	await member.register(`${PARENT}/${name}`, JSON.stringify({ host: '127.0.0.1', port: backlog.port }));
}

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1, tickTimeMs: 15_000 });
	running = await startConsole({
		ensemble,
		registrations: [{ path: PARENT, format: 'auto' }],
		policy: { overrideSecondPerson: true },
	});
	const { url, password, folder } = running;
	const held = async () => ((await latches()).length === 1 ? true : null);
	zk = openClient(ensemble.connect);
	await connected(zk);
	await eventually('the first console stands for the latch', held, WAIT_MS);
	const config: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
	other = await startConsole({
		ensemble,
		config: config as object,
		password,
		env: { NODE_ENV: 'production', ROLLCALL_NAME: 'other' },
	});
	const database = `sqlite:${join(folder, 'rollcall.db')}`;
	await createAdmins(database, ['grace', 'linus']);
	const [operatorToken, adminToken] = await createTokens(database, ['operator', 'admin']);
	people.set('operator-token', asker(url, { authorization: `Bearer ${operatorToken}` }));
	people.set('admin-token', asker(url, { authorization: `Bearer ${adminToken}` }));
	const passwords = { admin: password, grace: 'gracegrace', linus: 'linuslinus' };
	for (const [name, secret] of Object.entries(passwords)) {
		const at = name === 'admin' ? url : other.url;
		people.set(name, asker(at, { cookie: await signInCookie(at, name, secret), origin: at }));
	}
	for (const name of ['first', 'second']) {
		const backlog = await openFullBacklog('127.0.0.1');
		backlogs.push(backlog);
		await register(name, backlog);
	}
	for (const member of members) {
		member.kill();
		await member.ended;
	}
});

afterAll(async () => {
	await other?.stop();
	await running?.stop();
	await zk?.close();
	for (const member of members) {
		member.kill();
	}
	for (const backlog of backlogs) {
		await backlog.close();
	}
	await ensemble?.stop();
});

async function latches(): Promise<string[]> {
	return (await zk?.children('/rollcall/leader/turms'))?.names ?? [];
}

async function rowOf(name: string): Promise<MembersView['members'][number]> {
	const look = async () => {
		const { members: rows } = (await who('admin')(`${CLUSTER}/members`)).body as MembersView;
		return rows.find(({ path }) => path === `${PARENT}/${name}`) ?? null;
	};
	return eventually(`${name} is on the roll`, look, WAIT_MS);
}

async function pending(name = 'admin'): Promise<OverridesView> {
	const { status, body } = await who(name)(OVERRIDES);
	expect(status).toBe(200);
	expect(overridesViewSchema.safeParse(body).error?.issues).toBeUndefined();
	return body as OverridesView;
}

type Outcome = OutcomesView['outcomes'][number];

async function override(by: string, name: string): Promise<Outcome> {
	const { path, czxid, id } = await rowOf(name);
	const json = { members: [{ path, czxid }], reason: 'its rack has no power', confirm: id, override: true };
	const { status, body } = await who(by)(`${CLUSTER}/purges`, { json });
	expect(status).toBe(200);
	expect(outcomesViewSchema.safeParse(body).error?.issues).toBeUndefined();
	const [outcome] = (body as OutcomesView).outcomes;
	expect(['purged', 'partial']).not.toContain(outcome?.outcome);
	return outcome as Outcome;
}

/** Until nothing but the second person is missing: the session has to be found gone, and evidence to be fresh. */
async function waiting(by: string, name: string): Promise<string> {
	return eventually(
		`the override of ${name} waits`,
		async () => (await override(by, name)).overrideId ?? null,
		WAIT_MS,
	);
}

const approve = (by: string, id: string, more: object = {}) =>
	who(by)(`${OVERRIDES}/${id}`, { json: { confirm: 'first', reason: 'I called the data centre', ...more } });

async function recorded(query: string): Promise<AuditView['entries'][number]> {
	const look = async () => ((await who('admin')(`/api/audit?${query}&limit=1`)).body as AuditView).entries[0] ?? null;
	return eventually(`${query} is recorded`, look, WAIT_MS);
}

describe('an override that takes two', () => {
	it('is shown to be missing a second person by the dry run, and nothing else', async () => {
		const { path, czxid } = await rowOf('first');
		const objections = async () => {
			const json = { members: [{ path, czxid }], dryRun: true, override: true };
			const { plan } = (await who('admin')(`${CLUSTER}/purges`, { json })).body as PlanView;
			const against = plan.members[0]?.guards.filter(({ result }) => result === 'fail' || result === 'unknown');
			return against?.map(({ guard, code }) => `${guard}: ${code}`).join() ?? '';
		};
		const only = async () => ((await objections()) === 'second-person: second-person-needed' ? true : null);
		await eventually('only the second person is missing', only, WAIT_MS);
	});

	it('waits when one administrator asks for it, once for each incarnation, and every console’s reader sees it', async () => {
		const id = await waiting('admin', 'first');
		expect(await waiting('grace', 'first')).toBe(id);
		const view = await pending('operator-token');
		expect(view).toMatchObject({ secondPerson: true, known: true });
		expect(view.overrides).toMatchObject([
			{ id, memberId: 'first', requester: 'admin', reason: 'its rack has no power', mine: false },
		]);
		expect((await pending('admin')).overrides[0]?.mine).toBe(true);
		expect(await recorded('action=override.request')).toMatchObject({
			actor: { name: 'admin' },
			outcome: 'ok',
			member: `${PARENT}/first`,
		});
		expect((await zk?.children('/rollcall/overrides/turms'))?.names).toEqual([`o-${id}`]);
		expect(await zk?.stat(`${PARENT}/first`)).not.toBeNull();
	});

	it('is approved neither by whoever asked, nor by a token or an operator, nor in haste', async () => {
		const id = await waiting('admin', 'first');
		for (const by of ['admin', 'admin-token', 'operator-token']) {
			expect([by, (await approve(by, id)).code]).toEqual([by, 'forbidden']);
		}
		expect(await recorded('action=override.approve&outcome=refused')).toMatchObject({ reason: 'forbidden' });
		expect((await approve('grace', id, { reason: ' ' })).status).toBe(400);
		const { outcomes } = (await approve('grace', id, { confirm: 'furst' })).body as OutcomesView;
		expect(outcomes).toMatchObject([{ outcome: 'refused', reason: 'confirm-mismatch' }]);
		expect((await who('operator-token')(`${OVERRIDES}/${id}`, { method: 'DELETE' })).code).toBe('forbidden');
		expect((await pending()).overrides.map((each) => each.id)).toEqual([id]);
		expect(await zk?.stat(`${PARENT}/first`)).not.toBeNull();
	});

	it('is not asked for by a token', async () => {
		const { overrideId, guards } = await override('admin-token', 'second');
		expect(overrideId).toBeUndefined();
		expect(guards.map(({ code }) => code)).toContain('second-person-no-token');
	});

	it('is carried out once when two others approve it at once, and the record names both persons', async () => {
		const both = async () => {
			const id = await waiting('admin', 'first');
			const answers = await Promise.all([approve('grace', id), approve('linus', id)]);
			expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
			expect(answers.find(({ status }) => status === 404)?.code).toBe('override-unknown');
			expect((await approve('grace', id)).code).toBe('override-unknown');
			const told = answers.find(({ status }) => status === 200)?.body as OutcomesView;
			// An approval is used up whatever comes of it: where the evidence was not fresh enough, it is asked for anew.
			return told.outcomes[0]?.outcome === 'purged' ? true : null;
		};
		await eventually('an approved purge', both, WAIT_MS);
		expect(await zk?.stat(`${PARENT}/first`)).toBeNull();
		expect((await pending()).overrides).toEqual([]);
		const entry = await recorded('action=member.purge&outcome=purged');
		expect(entry).toMatchObject({
			member: `${PARENT}/first`,
			reason: 'I called the data centre',
			detail: {
				override: true,
				approvedOverride: { requester: { name: 'admin' }, reason: 'its rack has no power' },
			},
		});
		expect(['grace', 'linus']).toContain(entry.actor.name);
		expect(entry.detail).toMatchObject({
			guards: expect.arrayContaining([expect.objectContaining({ guard: 'second-person', result: 'pass' })]),
		});
	});

	it('is withdrawn by whoever asked, and nobody approves it afterwards', async () => {
		const id = await waiting('admin', 'second');
		expect((await who('admin')(`${OVERRIDES}/${id}`, { method: 'DELETE' })).body).toEqual({ withdrawn: id });
		expect((await approve('grace', id, { confirm: 'second' })).code).toBe('override-unknown');
		expect(await recorded('action=override.withdraw&outcome=ok')).toMatchObject({ actor: { name: 'admin' } });
		expect(await zk?.stat(`${PARENT}/second`)).not.toBeNull();
	});

	it('is stale for the incarnation that comes after, and used up', async () => {
		const id = await waiting('admin', 'second');
		const before = await rowOf('second');
		await zk?.remove(`${PARENT}/second`, -1);
		await register('second', needed(new Map(backlogs.entries()), 1));
		const changed = async () => ((await rowOf('second')).czxid === before.czxid ? null : true);
		await eventually('the console sees the new incarnation', changed, WAIT_MS);
		const { outcomes } = (await approve('grace', id, { confirm: 'second' })).body as OutcomesView;
		expect(outcomes).toMatchObject([{ outcome: 'stale', reason: 'incarnation-changed', czxid: before.czxid }]);
		expect((await pending()).overrides).toEqual([]);
		expect(await zk?.stat(`${PARENT}/second`)).not.toBeNull();
	});

	it('that no console wrote is never shown or approved, and is cleared with a record', async () => {
		const id = '0b8f3c1e-9a42-4a0e-8d57-2f6f0f2f9a11';
		await zk?.create(`/rollcall/overrides/turms/o-${id}`, Buffer.from('{"id":"?"}'), 'persistent');
		expect((await approve('grace', id)).code).toBe('override-unknown');
		expect((await pending()).overrides).toEqual([]);
		const cleared = async () => ((await zk?.stat(`/rollcall/overrides/turms/o-${id}`)) === null ? true : null);
		await eventually('it is cleared', cleared, WAIT_MS);
		expect(await recorded('action=override.expire')).toMatchObject({ reason: 'not what a console wrote' });
	});
});
