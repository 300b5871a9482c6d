import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { ZooKeeperPort } from '@/lib/core/ports';
import type { AuditEntryView, AuditView, MembersView } from '@/lib/core/view';
import { OPERATIONS } from '@/lib/http/operations';
import { type Console, startConsole } from '../support/console';
import { needed } from '../support/needed';
import { connected, eventually, openClient } from '../support/zookeeper';
import { type Asker, asker, createAdmins, createTokens, createWebhooks, signInCookie } from './ask';
import { DEEDS, type Deed, PATH, UNKNOWN, WHY } from './audit-deeds';

/**
 * Nothing that changes anything, and no export, goes without an entry: each operation is asked for by somebody who may, by
 * somebody whose role may not, and by a stranger. An operation that is added has to be added to DEEDS.
 */
const CLUSTER = '/api/clusters/turms';
const WAIT_MS = 60_000;

const EXPORTS = ['/api/audit/export', '/api/clusters/{cluster}/drills'];
const DEED_OPERATIONS = OPERATIONS.filter(({ method, path }) => method !== 'get' || EXPORTS.includes(path));
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

let ensemble: Ensemble | undefined;
let running: Console | undefined;
let zk: ZooKeeperPort | undefined;
let czxid = '';
const tokens = new Map<string, Asker>();
const who = (role: string): Asker => needed(tokens, role);
const url = () => running?.url ?? '';

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	running = await startConsole({
		ensemble,
		registrations: [{ path: '/services', format: 'auto' }],
		policy: { blastRadiusMin: 7 },
	});
	const roles = ['admin', 'operator', 'viewer', 'member', 'reporter'] as const;
	const made = await createTokens(`sqlite:${join(running.folder, 'rollcall.db')}`, roles);
	for (const [index, role] of roles.entries()) {
		tokens.set(role, asker(running.url, { authorization: `Bearer ${made[index]}` }));
	}
	await createAdmins(`sqlite:${join(running.folder, 'rollcall.db')}`, ['grace', 'linus', 'adele', 'barbara', 'edith']);
	await createWebhooks(`sqlite:${join(running.folder, 'rollcall.db')}`, ['changed', 'removed', 'tested']);
	zk = openClient(ensemble.connect, { sessionTimeoutMs: 30_000 });
	await connected(zk);
	await zk.create('/services', new Uint8Array(), 'persistent');
	await zk.create(PATH, Buffer.from(JSON.stringify({ host: '127.0.0.1', port: 1 })), 'ephemeral');
	czxid = await eventually(
		'the member is on the roll',
		async () => {
			const { members } = (await who('admin')(`${CLUSTER}/members`)).body as MembersView;
			return members.find(({ path }) => path === PATH)?.czxid ?? null;
		},
		WAIT_MS,
	);
}, 180_000);

afterAll(async () => {
	await running?.stop();
	await zk?.close();
	await ensemble?.stop();
});

async function entriesAfter(id: string): Promise<AuditEntryView[]> {
	const { entries } = (await who('admin')('/api/audit?limit=200')).body as AuditView;
	return entries.filter((entry) => Number(entry.id) > Number(id));
}

async function newest(): Promise<string> {
	const { entries } = (await who('admin')('/api/audit?limit=1')).body as AuditView;
	return entries[0]?.id ?? '0';
}

const addressOf = (path: string, { target }: Deed) =>
	path
		.replace('{cluster}', 'turms')
		.replace('{id}', target ?? UNKNOWN)
		.replace('{name}', target ?? '');

it('every operation that changes something, and every export, is among those that are asked for here', () => {
	expect(Object.keys(DEEDS).toSorted()).toEqual(DEED_OPERATIONS.map(nameOf).toSorted());
});

it.each(DEED_OPERATIONS.map((operation) => [nameOf(operation), operation] as const))(
	'%s leaves an entry: done, refused for the role, refused to a stranger',
	async (name, { method, path, roles }) => {
		const deed = DEEDS[name];
		const isPerson = deed?.by === 'grace' || deed?.by === 'linus';
		if (deed === undefined || deed.by === null) {
			return signInAndOut();
		}
		const ask = (asking: Asker) => {
			const json = deed.body?.(czxid);
			return asking(`${addressOf(path, deed)}${deed.query ?? ''}`, {
				method: method.toUpperCase(),
				...(json === undefined ? {} : { json }),
			});
		};
		const asking = isPerson ? await personOf(deed.by) : who(deed.by);
		let before = await newest();
		await ask(asking);
		const done = await eventually(
			`an entry ${deed.action}`,
			async () => (await entriesAfter(before)).find(({ action }) => action === deed.action) ?? null,
			WAIT_MS,
		);
		expect(done).toMatchObject({ outcome: deed.outcome });
		const [kind, role] = isPerson ? ['operator', 'admin'] : ['token', deed.by];
		expect(done.actor).toMatchObject({ kind, name: deed.by, role, sourceAddress: '127.0.0.1' });
		const cluster = path.startsWith('/api/clusters/') ? 'turms' : null;
		expect(done.cluster).toBe(cluster);
		// Whoever has to give a reason finds it again.
		if ('reason' in (deed.body?.(czxid) ?? {}) && deed.outcome !== 'refused') {
			expect(done.reason).toBe(WHY);
		}
		if (method === 'get') {
			return;
		}

		const mayNot = ['viewer', 'reporter', 'member'].find((role) => !roles.includes(role)) ?? 'viewer';
		before = await newest();
		expect((await ask(who(mayNot))).status).toBe(403);
		expect((await entriesAfter(before))[0]).toMatchObject({
			action: 'request.refused',
			reason: 'forbidden',
			cluster,
			actor: { kind: 'token', name: mayNot, sourceAddress: '127.0.0.1' },
			detail: { method: method.toUpperCase(), path: addressOf(path, deed) },
		});

		before = await newest();
		expect((await ask(asker(url(), {}))).status).toBe(401);
		expect((await entriesAfter(before))[0]).toMatchObject({
			action: 'request.refused',
			reason: 'sign-in-needed',
			actor: { name: 'stranger', sourceAddress: '127.0.0.1' },
			detail: { path: addressOf(path, deed) },
		});
	},
);

/** Somebody who has just signed in. */
async function personOf(name: string): Promise<Asker> {
	return asker(url(), { cookie: await signInCookie(url(), name, name.repeat(2)), origin: url() });
}

/** Both have ways of their own, and their refusal is an entry of its own. */
async function signInAndOut(): Promise<void> {
	const before = await newest();
	const wrong = await asker(url(), {})('/api/auth/sign-in/username', {
		json: { username: 'admin', password: 'surely-wrong' },
	});
	expect(wrong.status).toBe(401);
	const cookie = await signInCookie(url(), 'admin', running?.password ?? '');
	await asker(url(), { cookie, origin: url() })('/api/auth/sign-out', { method: 'POST' });
	const entries = (await entriesAfter(before)).toReversed();
	expect(entries.map(({ action, actor }) => `${action} ${actor.sourceAddress}`)).toEqual([
		'operator.sign-in-refused 127.0.0.1',
		'operator.sign-in 127.0.0.1',
		'operator.sign-out 127.0.0.1',
	]);
}

it('the start of the console says by what it decides, and holds no secret', async () => {
	const { entries } = (await who('admin')('/api/audit?action=console.start&limit=1')).body as AuditView;
	expect(entries[0]).toMatchObject({
		outcome: 'ok',
		detail: {
			rootPath: '/rollcall',
			clusters: [{ id: 'turms', policy: { blastRadiusMin: 7 }, registrations: [{ path: '/services' }] }],
		},
	});
	expect(JSON.stringify(entries[0])).not.toContain(running?.password);
});

it('a change of verdict short of a proof is an entry, with the input that it was decided on', async () => {
	// Nobody listens at its address, while its session lives: suspect.
	const entry = await eventually(
		'suspect',
		async () => {
			const { entries } = (await who('admin')('/api/audit?action=member.verdict&limit=50')).body as AuditView;
			return entries.find(({ member }) => member === PATH) ?? null;
		},
		WAIT_MS,
	);
	expect(entry.detail).toMatchObject({ to: entry.outcome, leftOutBefore: 0, input: { state: {} } });
});
