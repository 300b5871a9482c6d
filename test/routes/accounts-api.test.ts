import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { NewTokenView, PasswordView, TokensView, UsersView } from '@/lib/core/accounts';
import type { ConfigView } from '@/lib/core/config-view';
import type { AuditView } from '@/lib/core/view';
import { configViewSchema, tokensViewSchema, usersViewSchema } from '@/lib/http/account-schemas';
import { type Console, startConsole } from '../support/console';
import { type Asker, asker, createTokens, signInCookie } from './ask';

let ensemble: Ensemble | undefined;
let running: Console | undefined;
let url = '';
let folder = '';
let admin: Asker;
let adminToken: Asker;

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	const env = { ...process.env, ROLLCALL_ZK_AUTH: 'rollcall:a-secret-of-zookeeper' };
	const zookeeper = { auth: { scheme: 'digest', credentialsEnv: 'ROLLCALL_ZK_AUTH' } };
	running = await startConsole({ ensemble, zookeeper, env });
	url = running.url;
	folder = running.folder;
	const [token = ''] = await createTokens(`sqlite:${join(folder, 'rollcall.db')}`, ['admin']);
	adminToken = asker(url, { authorization: `Bearer ${token}` });
	admin = await person('admin', running.password);
});

afterAll(async () => {
	await running?.stop();
	await ensemble?.stop();
});

async function person(username: string, password: string): Promise<Asker> {
	return asker(url, { cookie: await signInCookie(url, username, password), origin: url });
}

const put = (ask: Asker, path: string, json: unknown) => ask(path, { method: 'PUT', json });
const remove = (ask: Asker, path: string, json: unknown = { reason: 'leaves' }) =>
	ask(path, { method: 'DELETE', json });

async function create(username: string, role: string): Promise<string> {
	const answer = await admin('/api/users', { json: { username, role, reason: 'joins the rota' } });
	expect([answer.status, answer.body]).toEqual([200, { username, password: expect.stringMatching(/^[\w-]{20}$/) }]);
	return (answer.body as PasswordView).password;
}

async function users(): Promise<UsersView['users']> {
	return usersViewSchema.parse((await admin('/api/users')).body).users;
}

async function latest(action: string) {
	const { entries } = (await admin(`/api/audit?action=${action}&limit=1`)).body as AuditView;
	return entries[0];
}

describe('users', () => {
	it('are added with a password that is answered once, and sign in with it', async () => {
		const password = await create('vera', 'viewer');
		expect(await latest('operator.create')).toMatchObject({
			actor: { kind: 'operator', name: 'admin', role: 'admin', sourceAddress: '127.0.0.1' },
			reason: 'joins the rota',
			outcome: 'ok',
			detail: { username: 'vera', role: 'viewer' },
		});
		expect((await users()).find(({ username }) => username === 'vera')?.lastSignInAtMs).toBeNull();
		const vera = await person('vera', password);
		expect((await vera('/api/me')).body).toEqual({ username: 'vera', role: 'viewer' });
		const listed = await admin('/api/users');
		expect(JSON.stringify(listed.body)).not.toContain(password);
		expect((await users()).find(({ username }) => username === 'vera')?.lastSignInAtMs).toBeGreaterThan(0);
		const logged = (await admin('/api/audit/export?format=ndjson')).body;
		expect(logged).toContain('joins the rota');
		expect(logged).not.toContain(password);
	});

	it('have their new role from their next request on, in a session that was open before', async () => {
		const olga = await person('olga', await create('olga', 'viewer'));
		expect((await olga('/api/users')).status).toBe(403);
		expect((await put(admin, '/api/users/olga', { role: 'admin', reason: 'deputy' })).status).toBe(200);
		expect(await latest('operator.change')).toMatchObject({
			reason: 'deputy',
			detail: { username: 'olga', changed: 'role', from: 'viewer', to: 'admin' },
		});
		expect((await olga('/api/users')).status).toBe(200);
		expect((await put(admin, '/api/users/olga', { role: 'viewer', reason: 'deputy no more' })).status).toBe(200);
		expect((await olga('/api/users')).status).toBe(403);
	});

	it('are put out at once when disabled, removed or given a new password', async () => {
		const password = await create('dora', 'operator');
		const signIn = (secret: string) =>
			asker(url, {})('/api/auth/sign-in/username', { json: { username: 'dora', password: secret } });
		const before = await person('dora', password);
		expect((await put(admin, '/api/users/dora', { disabled: true, reason: 'on leave' })).body).toMatchObject({
			disabled: true,
		});
		expect((await before('/api/me')).status).toBe(401);
		expect([(await signIn(password)).status, (await latest('operator.sign-in-refused'))?.detail]).toEqual([
			401,
			{ username: 'dora' },
		]);
		await put(admin, '/api/users/dora', { disabled: false, reason: 'is back' });
		const again = await person('dora', password);

		const reset = await admin('/api/users/dora/password', { json: { reason: 'forgot it' } });
		const { password: fresh } = reset.body as PasswordView;
		expect((await again('/api/me')).status).toBe(401);
		expect((await signIn(password)).status).toBe(401);
		const anew = await person('dora', fresh);

		expect((await remove(admin, '/api/users/dora')).body).toEqual({ username: 'dora' });
		expect((await anew('/api/me')).status).toBe(401);
		expect((await signIn(fresh)).status).toBe(401);
		expect((await latest('operator.change'))?.detail).toMatchObject({ username: 'dora', changed: 'removed' });
		expect((await remove(admin, '/api/users/dora')).code).toBe('user-unknown');
	});

	it('never lose their last administrator, and nobody changes the own account', async () => {
		for (const change of [{ role: 'operator' }, { disabled: true }]) {
			expect((await put(admin, '/api/users/admin', { ...change, reason: 'r' })).code).toBe('own-account');
		}
		expect((await remove(admin, '/api/users/admin')).code).toBe('own-account');
		expect((await admin('/api/users/admin/password', { json: { reason: 'r' } })).code).toBe('own-account');

		const second = await person('second', await create('second', 'admin'));
		// Each would be the other's end: whichever comes first wins, and one of them stays.
		const answers = await Promise.all([
			put(admin, '/api/users/second', { role: 'viewer', reason: 'r' }),
			put(second, '/api/users/admin', { role: 'viewer', reason: 'r' }),
		]);
		const statuses = answers.map(({ status }) => status);
		expect(statuses.filter((status) => status === 200)).toHaveLength(1);
		const [survivor, other] = statuses[0] === 200 ? [admin, 'second'] : [second, 'admin'];
		const able = usersViewSchema
			.parse((await survivor('/api/users')).body)
			.users.filter(({ role, disabled }) => role === 'admin' && !disabled);
		expect(able).toHaveLength(1);
		expect((await put(survivor, `/api/users/${other}`, { role: 'admin', reason: 'put back' })).status).toBe(200);
		expect((await put(admin, '/api/users/second', { role: 'viewer', reason: 'done' })).status).toBe(200);
	});

	it('are administrators’ to see and to change, in person', async () => {
		const vic = await person('vic', await create('vic', 'operator'));
		for (const path of ['/api/users', '/api/tokens', '/api/config']) {
			expect([path, (await vic(path)).status, (await asker(url, {})(path)).status]).toEqual([path, 403, 401]);
		}
		const wish = { username: 'mallory', role: 'admin', reason: 'r' };
		expect((await vic('/api/users', { json: wish })).code).toBe('forbidden');
		expect((await adminToken('/api/users', { json: wish })).code).toBe('forbidden');
		expect((await latest('request.refused'))?.reason).toBe('forbidden');
		const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
		expect((await admin('/api/users', { json: wish, headers: foreign })).code).toBe('origin-foreign');
		expect((await users()).map(({ username }) => username)).not.toContain('mallory');
	});

	it('are refused with the field that is wrong', async () => {
		const right = { username: 'ines', role: 'viewer', reason: 'r' };
		const wrong = [
			[{ ...right, username: '../x' }, 'username'],
			[{ ...right, username: 'x'.repeat(33) }, 'username'],
			[{ ...right, role: 'member' }, 'role'],
			[{ ...right, reason: '  ' }, 'reason'],
			[{ ...right, reason: 'r'.repeat(2_001) }, 'reason'],
			[{ ...right, password: 'mine' }, 'password'],
		] as const;
		for (const [json, field] of wrong) {
			expect([field, await admin('/api/users', { json })]).toMatchObject([field, { status: 400, body: { field } }]);
		}
		expect((await put(admin, '/api/users/vera', { reason: 'r' })).body).toMatchObject({ field: 'role' });
		expect((await admin('/api/users', { json: { ...right, username: 'VERA' } })).code).toBe('name-taken');
		expect((await admin('/api/users', { json: { ...right, reason: 'r'.repeat(20_000) } })).status).toBe(413);
	});
});

describe('the own account', () => {
	it('gets a new password from whoever knows the present one, and every session ends', async () => {
		const password = await create('paul', 'viewer');
		const [one, two] = [await person('paul', password), await person('paul', password)];
		const change = (current: string, fresh: string) => one('/api/me/password', { json: { current, password: fresh } });
		expect((await change('a wrong guess', 'long enough')).code).toBe('password-wrong');
		expect((await change(password, 'short')).body).toMatchObject({ code: 'field-invalid', field: 'password' });
		expect((await two('/api/me')).status).toBe(200);
		expect((await change(password, 'long enough')).body).toEqual({ username: 'paul' });
		expect([(await one('/api/me')).status, (await two('/api/me')).status]).toEqual([401, 401]);
		expect((await (await person('paul', 'long enough'))('/api/me')).status).toBe(200);
	});

	it('is signed out everywhere at once, which is recorded', async () => {
		const password = await create('sara', 'operator');
		const [one, two] = [await person('sara', password), await person('sara', password)];
		expect((await adminToken('/api/me/sign-out-everywhere', { method: 'POST' })).code).toBe('forbidden');
		expect((await one('/api/me/sign-out-everywhere', { method: 'POST' })).body).toEqual({ username: 'sara' });
		expect([(await one('/api/me')).status, (await two('/api/me')).status]).toEqual([401, 401]);
		expect(await latest('operator.sign-out')).toMatchObject({
			actor: { name: 'sara' },
			detail: { username: 'sara', everywhere: true },
		});
	});
});

describe('API tokens', () => {
	const wish = { name: 'ci', role: 'viewer', expiresInDays: 30, reason: 'nightly report' };
	const listed = async (): Promise<TokensView['tokens']> =>
		tokensViewSchema.parse((await admin('/api/tokens')).body).tokens;

	it('are answered once, work, and are refused from the moment they are revoked', async () => {
		const made = await admin('/api/tokens', { json: wish });
		const { token } = made.body as NewTokenView;
		expect([made.status, made.body]).toEqual([200, { name: 'ci', token: expect.stringMatching(/^rc_[\w-]{43}$/) }]);
		expect(await latest('token.create')).toMatchObject({
			actor: { name: 'admin' },
			reason: 'nightly report',
			detail: { name: 'ci', role: 'viewer' },
		});
		const ci = asker(url, { authorization: `Bearer ${token}` });
		expect((await ci('/api/clusters')).status).toBe(200);
		const [view] = await listed();
		expect(view).toMatchObject({ name: 'ci', role: 'viewer', revokedAtMs: null });
		expect((view?.expiresAtMs ?? 0) - (view?.createdAtMs ?? 0)).toBeGreaterThan(29 * 24 * 3_600_000);
		expect(view?.lastUsedAtMs).toBeGreaterThan(0);
		expect(JSON.stringify(await listed())).not.toContain(token);

		expect((await admin('/api/tokens', { json: wish })).code).toBe('name-taken');
		expect((await remove(admin, '/api/tokens/ci', { reason: 'leaked' })).body).toEqual({ name: 'ci' });
		expect((await ci('/api/clusters')).status).toBe(401);
		expect(await latest('token.revoke')).toMatchObject({ reason: 'leaked', detail: { name: 'ci' } });
		expect((await remove(admin, '/api/tokens/ci')).code).toBe('token-unknown');
		expect((await listed())[0]?.revokedAtMs).toBeGreaterThan(0);
	});

	it('are made and revoked in person alone, and refused with the field that is wrong', async () => {
		expect((await adminToken('/api/tokens', { json: { ...wish, name: 'heir' } })).code).toBe('forbidden');
		expect((await remove(adminToken, '/api/tokens/admin')).code).toBe('forbidden');
		const wrong = [
			[{ ...wish, name: '.x' }, 'name'],
			[{ ...wish, role: 'root' }, 'role'],
			[{ ...wish, expiresInDays: 0 }, 'expiresInDays'],
			[{ ...wish, expiresInDays: 3_651 }, 'expiresInDays'],
			[{ ...wish, reason: '' }, 'reason'],
		] as const;
		for (const [json, field] of wrong) {
			expect([field, await admin('/api/tokens', { json })]).toMatchObject([field, { status: 400, body: { field } }]);
		}
	});
});

describe('the config', () => {
	const read = async (): Promise<ConfigView> => {
		const { status, body } = await admin('/api/config');
		expect(status).toBe(200);
		expect(configViewSchema.safeParse(body).error?.issues).toBeUndefined();
		return body as ConfigView;
	};

	it('is shown without its credentials', async () => {
		const view = await read();
		expect(view).toMatchObject({ rootPath: '/rollcall', database: 'sqlite', file: { state: 'in-use', problems: [] } });
		expect(view.clusters).toMatchObject([
			{ id: 'turms', auth: 'digest', tls: false, registrations: [{ path: '/turms/members', format: 'turms' }] },
		]);
		expect(JSON.stringify(view)).not.toMatch(/a-secret|ROLLCALL_ZK_AUTH|rollcall\.db/);
	});

	it('tells that its file was changed, and what is wrong with it, while the console goes on with what it read', async () => {
		const file = join(folder, 'config.json');
		const content = await readFile(file, 'utf8');
		await writeFile(file, content.replace('Turms demo', 'Turms anew'));
		const changed = await read();
		expect([changed.file.state, changed.clusters[0]?.name]).toEqual(['changed', 'Turms demo']);
		await writeFile(file, content.replace('"turms"', '"Turms of old/"'));
		const wrong = await read();
		expect(wrong.file.state).toBe('wrong');
		expect(wrong.file.problems[0]).toMatchObject({ field: 'clusters[0].id' });
		await writeFile(file, content);
		expect((await read()).file.state).toBe('in-use');
	});
});

describe('guesses at the own password', () => {
	// Last: they count against the address from which all of these tests sign in.
	it('are limited as wrong sign-ins are', async () => {
		const gus = await person('gus', await create('gus', 'viewer'));
		const codes: unknown[] = [];
		for (let guess = 0; guess < 25; guess += 1) {
			codes.push(
				(await gus('/api/me/password', { json: { current: `guess ${guess}`, password: 'long enough' } })).code,
			);
		}
		expect(codes[0]).toBe('password-wrong');
		expect(codes).toContain('too-many-requests');
	});
});
