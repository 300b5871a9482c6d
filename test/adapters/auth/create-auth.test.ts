import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuthOptions, createAuth, openAccounts } from '@/lib/adapters/auth/create-auth';
import { openDatabase, type RollcallDatabase } from '@/lib/adapters/database/open';
import type { Actor } from '@/lib/core/audit-entry';
import type { AuthPort, Clock } from '@/lib/core/ports';
import { type DatabasePlace, DIALECTS, endPostgres, newDatabase } from '@/test/support/databases';
import { createMemoryAudit, type MemoryAudit } from '../../fakes/memory-audit';

const PASSWORD = 'correct horse battery';
const BY: Actor = { kind: 'system', name: 'test', role: null, sourceAddress: null };

let place: DatabasePlace;
let database: RollcallDatabase;
let audit: MemoryAudit;
let announced: string[];
let nowMs = 0;
const clock: Clock = {
	nowMs: () => nowMs,
	wallMs: () => Date.now() + nowMs,
	sleep: () => Promise.resolve(),
};

afterAll(endPostgres);

function options(more: Partial<AuthOptions> = {}): AuthOptions {
	return {
		database,
		audit,
		clock,
		adminPassword: PASSWORD,
		secret: null,
		baseUrl: null,
		announce: (line) => announced.push(line),
		onProblem: () => undefined,
		...more,
	};
}

function signIn(auth: AuthPort, username: string, password: string, from = '10.0.0.1', headers = {}) {
	const request = new Request('http://console:3000/api/auth/sign-in/username', {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body: JSON.stringify({ username, password }),
	});
	return auth.handle(request, from);
}

async function cookieOf(response: Response): Promise<Headers> {
	expect(response.status, await response.clone().text()).toBe(200);
	return new Headers({
		cookie: response.headers
			.getSetCookie()
			.map((line) => line.split(';', 1)[0])
			.join('; '),
	});
}

const actions = () => audit.drafts.map((draft) => draft.action);

describe.each(DIALECTS)('on %s', (dialect) => {
	beforeEach(async () => {
		place = await newDatabase(dialect);
		database = await openDatabase(place.url);
		audit = createMemoryAudit();
		announced = [];
		nowMs = 0;
	});

	afterEach(async () => {
		await database.close();
		await place.remove();
	});

	describe('signing in', () => {
		it('gives a cookie that identifies the operator and that pages cannot read', async () => {
			const auth = await createAuth(options());
			const response = await signIn(auth, 'admin', PASSWORD);
			const [cookie = ''] = response.headers.getSetCookie();
			expect(cookie).toMatch(/^rollcall\.session_token=/);
			expect(cookie).toMatch(/; HttpOnly/i);
			expect(cookie).toMatch(/; SameSite=Lax/i);
			expect(cookie).not.toMatch(/; Secure/i);
			expect(await response.clone().json()).toEqual({ username: 'admin', role: 'admin' });
			const headers = await cookieOf(response);
			expect(await auth.identify(headers, '10.0.0.1')).toEqual({
				actor: { kind: 'operator', name: 'admin', role: 'admin', sourceAddress: '10.0.0.1' },
				role: 'admin',
				viaCookie: true,
			});
			expect(audit.drafts.at(-1)).toMatchObject({
				action: 'operator.sign-in',
				outcome: 'ok',
				actor: { kind: 'operator', name: 'admin', sourceAddress: '10.0.0.1' },
			});
		});

		it('makes the cookie Secure where the console is reached by https', async () => {
			const auth = await createAuth(options({ baseUrl: 'https://console.example' }));
			const [cookie = ''] = (await signIn(auth, 'admin', PASSWORD)).headers.getSetCookie();
			expect(cookie).toMatch(/^__Secure-rollcall\.session_token=/);
			expect(cookie).toMatch(/; Secure/i);
		});

		it('is refused alike for a wrong password and an unknown username, and both are recorded', async () => {
			const auth = await createAuth(options());
			const wrong = await signIn(auth, 'admin', 'wrong password');
			const nobody = await signIn(auth, 'nobody', 'wrong password');
			expect(wrong.status).toBe(401);
			expect(wrong.headers.get('content-type')).toBe('application/problem+json');
			expect(await nobody.json()).toEqual(await wrong.json());
			expect(wrong.headers.getSetCookie()).toEqual([]);
			expect(audit.drafts.slice(-2)).toMatchObject([
				{ action: 'operator.sign-in-refused', outcome: 'refused', detail: { username: 'admin' } },
				{ action: 'operator.sign-in-refused', outcome: 'refused', detail: { username: 'nobody' } },
			]);
		});

		it('that cannot be recorded is refused, and no cookie is given', async () => {
			const auth = await createAuth(options());
			audit.failWith = new Error('disk full');
			const response = await signIn(auth, 'admin', PASSWORD);
			expect(response.status).toBe(503);
			expect(await response.json()).toMatchObject({ code: 'audit-unavailable' });
			expect(response.headers.getSetCookie()).toEqual([]);
			expect(await place.sql('select id from auth_session')).toEqual([]);
		});

		it('keeps what is no username out of the log, as it may be a password', async () => {
			const auth = await createAuth(options());
			await signIn(auth, 'My Secret Passphrase!', 'x');
			expect(JSON.stringify(audit.drafts.at(-1))).not.toContain('secret passphrase');
			expect(audit.drafts.at(-1)).toMatchObject({ detail: { username: '(not a username)' } });
		});

		it('survives a restart of the console, because the secret is kept', async () => {
			const headers = await cookieOf(await signIn(await createAuth(options()), 'admin', PASSWORD));
			const again = await createAuth(options());
			expect((await again.identify(headers, null))?.actor.name).toBe('admin');
		});

		it('ends with sign-out, also for a copy of the cookie, and that is recorded', async () => {
			const auth = await createAuth(options());
			const headers = await cookieOf(await signIn(auth, 'admin', PASSWORD));
			const out = await auth.handle(
				new Request('http://console:3000/api/auth/sign-out', { method: 'POST', headers }),
				'10.0.0.1',
			);
			expect(out.status).toBe(200);
			expect(out.headers.getSetCookie().join()).toMatch(/rollcall\.session_token=;.*Max-Age=0/i);
			expect(await auth.identify(headers, null)).toBeNull();
			expect(actions().at(-1)).toBe('operator.sign-out');
		});

		it('is nobody with a cookie whose signature is not ours', async () => {
			const auth = await createAuth(options());
			const headers = await cookieOf(await signIn(auth, 'admin', PASSWORD));
			const other = await createAuth(options({ secret: 'another secret of at least thirty-two characters' }));
			expect(await other.identify(headers, null)).toBeNull();
			expect(await auth.identify(new Headers({ cookie: 'rollcall.session_token=abc.def' }), null)).toBeNull();
		});

		it.each([
			['/api/auth/sign-up/email', 404],
			['/api/auth/sign-in/email', 404],
			['/api/auth/update-user', 404],
			['/api/auth/change-password', 404],
		])('nothing else of the engine is served: %s', async (path, status) => {
			const auth = await createAuth(options());
			const body = JSON.stringify({
				email: 'a@b.example',
				password: PASSWORD,
				name: 'a',
				username: 'eve',
				role: 'admin',
			});
			const headers = { 'content-type': 'application/json' };
			const response = await auth.handle(new Request(`http://c${path}`, { method: 'POST', headers, body }), null);
			expect(response.status).toBe(status);
		});

		it.each([
			['text/plain', '{}', 415, 'body-not-json'],
			['application/json', 'no json', 415, 'body-not-json'],
			['application/json', '{"username":"admin"}', 400, 'field-invalid'],
			['application/json', '{"username":["admin"],"password":"x"}', 400, 'field-invalid'],
			['application/json', `{"username":"${'a'.repeat(5_000)}"}`, 413, 'body-too-large'],
		])('a body that is no sign-in is told so: %s %s', async (type, body, status, code) => {
			const auth = await createAuth(options());
			const request = new Request('http://c/api/auth/sign-in/username', {
				method: 'POST',
				headers: { 'content-type': type },
				body,
			});
			const response = await auth.handle(request, null);
			expect(response.status).toBe(status);
			expect(await response.json()).toMatchObject({ code });
		});
	});

	describe('guessing passwords', () => {
		it('is slowed by the address of the socket, whatever X-Forwarded-For says, and leaves others alone', async () => {
			const auth = await createAuth(options());
			const statuses: number[] = [];
			for (let i = 0; i < 12; i += 1) {
				const forwarded = { 'x-forwarded-for': `192.0.2.${i}`, 'x-rollcall-asker': `192.0.2.${i}` };
				statuses.push((await signIn(auth, 'eve', 'wrong password', '10.0.0.9', forwarded)).status);
			}
			expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
			expect((await signIn(auth, 'admin', PASSWORD, '10.0.0.8')).status).toBe(200);
			expect(audit.drafts.filter(({ reason }) => reason === 'too-many-requests')).toHaveLength(1);
			nowMs += 6_100;
			expect((await signIn(auth, 'admin', PASSWORD, '10.0.0.9')).status).toBe(200);
		});

		it('is slowed for one username however many addresses take part', async () => {
			const auth = await createAuth(options());
			const statuses: number[] = [];
			for (let i = 0; i < 22; i += 1) {
				statuses.push((await signIn(auth, 'admin', 'wrong password', `10.0.1.${i}`)).status);
			}
			expect(statuses).toEqual([...Array(20).fill(401), 429, 429]);
		});

		it('costs nothing to those who know the password', async () => {
			const auth = await createAuth(options());
			for (let i = 0; i < 12; i += 1) {
				expect((await signIn(auth, 'admin', PASSWORD)).status).toBe(200);
			}
		});
	});

	describe('the first administrator', () => {
		it('gets a generated password, announced once, when none is given', async () => {
			const auth = await createAuth(options({ adminPassword: null }));
			const password = /password (\S+) /.exec(announced[0] ?? '')?.[1] ?? '';
			expect(password.length).toBeGreaterThanOrEqual(20);
			expect((await signIn(auth, 'admin', password)).status).toBe(200);
			await createAuth(options({ adminPassword: null }));
			expect(announced).toHaveLength(1);
			expect(JSON.stringify(audit.drafts)).not.toContain(password);
		});

		it('is made also when other operators were there before it', async () => {
			const { operators } = await openAccounts(options());
			await operators.create({ username: 'vera', password: PASSWORD, role: 'viewer' }, BY);
			await createAuth(options({ adminPassword: null }));
			expect((await operators.find('admin'))?.role).toBe('admin');
		});

		it('gets the given password when it differs, which ends its sessions and is recorded', async () => {
			const before = await createAuth(options());
			const headers = await cookieOf(await signIn(before, 'admin', PASSWORD));
			const after = await createAuth(options({ adminPassword: 'quite another one' }));
			expect(await after.identify(headers, null)).toBeNull();
			expect((await signIn(after, 'admin', PASSWORD)).status).toBe(401);
			expect((await signIn(after, 'admin', 'quite another one')).status).toBe(200);
			expect(audit.drafts.find(({ action }) => action === 'operator.change')?.detail).toEqual({
				username: 'admin',
				changed: 'password',
			});
			const changes = actions().filter((action) => action === 'operator.change').length;
			await createAuth(options({ adminPassword: 'quite another one' }));
			expect(actions().filter((action) => action === 'operator.change')).toHaveLength(changes);
		});

		it('is not made when that cannot be recorded', async () => {
			audit.failWith = new Error('disk full');
			await expect(createAuth(options())).rejects.toThrow('disk full');
			expect(await place.sql('select id from auth_user')).toEqual([]);
		});

		it.each([
			[{ adminPassword: 'short' }, 'ROLLCALL_ADMIN_PASSWORD has 5 characters'],
			[{ secret: 'short' }, 'ROLLCALL_AUTH_SECRET has 5 characters'],
		])('a setting that is too weak ends the start: %o', async (more, message) => {
			await expect(createAuth(options(more))).rejects.toThrow(message);
		});
	});

	describe('operators', () => {
		it('have the role they were given, at once also in sessions that they have', async () => {
			const auth = await createAuth(options());
			const { operators } = await openAccounts(options());
			await operators.create({ username: 'Vera', password: PASSWORD, role: 'viewer' }, BY);
			const headers = await cookieOf(await signIn(auth, 'VERA', PASSWORD));
			expect((await auth.identify(headers, null))?.role).toBe('viewer');
			await operators.setRole('vera', 'operator', BY);
			expect((await auth.identify(headers, null))?.role).toBe('operator');
			await operators.remove('vera', BY);
			expect(await auth.identify(headers, null)).toBeNull();
			expect((await signIn(auth, 'vera', PASSWORD)).status).toBe(401);
			expect(actions()).toEqual([
				'operator.create',
				'operator.create',
				'operator.sign-in',
				'operator.change',
				'operator.change',
				'operator.sign-in-refused',
			]);
		});

		it('that are disabled are nobody with the right password, also in a session made in that moment', async () => {
			const auth = await createAuth(options());
			const { operators, engine } = await openAccounts(options());
			await operators.create({ username: 'vera', password: PASSWORD, role: 'viewer' }, BY);
			const headers = await cookieOf(await signIn(auth, 'vera', PASSWORD));
			// As a sign-in that was on its way would have it: the account is marked and its session is still there.
			const user = await engine.context.adapter.findOne<{ id: string }>({
				model: 'user',
				where: [{ field: 'username', value: 'vera' }],
			});
			await engine.context.internalAdapter.updateUser(user?.id ?? '', { disabled: true });
			expect(await auth.identify(headers, null)).toBeNull();
			expect((await signIn(auth, 'vera', PASSWORD)).status).toBe(401);
			await operators.setDisabled('vera', false, BY);
			expect((await auth.identify(headers, null))?.role).toBe('viewer');
		});

		it('are changed by nobody whose change cannot be recorded', async () => {
			const auth = await createAuth(options());
			const created = await auth.accounts.createUser({ username: 'vera', role: 'viewer', reason: 'r' }, BY);
			expect(created.kind).toBe('done');
			await auth.accounts.createToken({ name: 'ci', role: 'viewer', expiresInDays: null, reason: 'r' }, BY);
			const before = [await auth.accounts.users(), await auth.accounts.tokens()];
			audit.failWith = new Error('disk full');
			const tried = [
				await auth.accounts.createUser({ username: 'olga', role: 'admin', reason: 'r' }, BY),
				await auth.accounts.changeUser('vera', { role: 'admin', disabled: true, reason: 'r' }, BY),
				await auth.accounts.resetPassword('vera', 'r', BY),
				await auth.accounts.removeUser('vera', 'r', BY),
				await auth.accounts.createToken({ name: 'heir', role: 'admin', expiresInDays: null, reason: 'r' }, BY),
				await auth.accounts.revokeToken('ci', 'r', BY),
			];
			expect(tried.map((result) => (result.kind === 'refused' ? result.code : result.kind))).toEqual(
				tried.map(() => 'audit-unavailable'),
			);
			expect([await auth.accounts.users(), await auth.accounts.tokens()]).toEqual(before);
		});

		it('get their administrator back, enabled, by ROLLCALL_ADMIN_PASSWORD', async () => {
			await createAuth(options());
			const { operators } = await openAccounts(options());
			await operators.setDisabled('admin', true, BY);
			await createAuth(options({ adminPassword: null }));
			expect((await operators.find('admin'))?.disabled).toBe(true);
			await createAuth(options());
			expect((await operators.find('admin'))?.disabled).toBe(false);
			expect(audit.drafts.at(-1)?.detail).toEqual({ username: 'admin', changed: 'enabled' });
		});

		it('are refused names that are taken or no names, and weak passwords', async () => {
			await createAuth(options());
			const { operators } = await openAccounts(options());
			const role = 'viewer';
			await expect(operators.create({ username: 'ADMIN', password: PASSWORD, role }, BY)).rejects.toThrow('already');
			await expect(operators.create({ username: '../x', password: PASSWORD, role }, BY)).rejects.toThrow('no username');
			await expect(operators.create({ username: 'x', password: 'short', role }, BY)).rejects.toThrow('5 characters');
			expect(await operators.list()).toMatchObject([{ username: 'admin', role: 'admin' }]);
		});
	});

	it('several consoles that start at once make one set of tables and one secret', async () => {
		const others = await Promise.all([1, 2, 3].map(() => openDatabase(place.url)));
		try {
			await Promise.all(others.map((other) => openAccounts({ ...options(), database: other })));
			expect(await place.sql('select secret from auth_secret')).toHaveLength(1);
		} finally {
			await Promise.all(others.map((other) => other.close()));
		}
	});

	describe('an API token', () => {
		const bearer = (token: string) => new Headers({ authorization: `Bearer ${token}` });

		it('bears its role, is stored as a hash alone, and ends when revoked', async () => {
			const auth = await createAuth(options());
			const { tokens } = await openAccounts(options());
			const token = await tokens.create({ name: 'ci', role: 'reporter', expiresAtMs: null }, BY);
			expect(token).toMatch(/^rc_[A-Za-z0-9_-]{43}$/);
			expect(await auth.identify(bearer(token), '10.0.0.1')).toEqual({
				actor: { kind: 'token', name: 'ci', role: 'reporter', sourceAddress: '10.0.0.1' },
				role: 'reporter',
				viaCookie: false,
			});
			expect(JSON.stringify(await place.sql('select * from auth_token'))).not.toContain(token.slice(3));
			expect(JSON.stringify(audit.drafts)).not.toContain(token.slice(3));
			expect((await tokens.list())[0]?.lastUsedAtMs).not.toBeNull();
			await tokens.revoke('ci', BY);
			expect(await auth.identify(bearer(token), null)).toBeNull();
			expect(actions().slice(-2)).toEqual(['token.create', 'token.revoke']);
		});

		it('ends when it expires', async () => {
			const auth = await createAuth(options());
			const { tokens } = await openAccounts(options());
			const token = await tokens.create({ name: 'ci', role: 'viewer', expiresAtMs: clock.wallMs() + 60_000 }, BY);
			expect(await auth.identify(bearer(token), null)).not.toBeNull();
			nowMs += 61_000;
			expect(await auth.identify(bearer(token), null)).toBeNull();
		});

		it.each(['rc_nonsense', '', `rc_${'A'.repeat(43)}`, "rc_' or 1=1 --"])(
			'that is wrong is nobody: %s',
			async (text) => {
				const auth = await createAuth(options());
				expect(await auth.identify(bearer(text), null)).toBeNull();
			},
		);

		it('that is wrong is nobody even beside a cookie that is right', async () => {
			const auth = await createAuth(options());
			const headers = await cookieOf(await signIn(auth, 'admin', PASSWORD));
			headers.set('authorization', `Bearer rc_${'A'.repeat(43)}`);
			expect(await auth.identify(headers, null)).toBeNull();
		});

		it('has a name that no other in use has', async () => {
			const { tokens } = await openAccounts(options());
			await tokens.create({ name: 'ci', role: 'viewer', expiresAtMs: null }, BY);
			await expect(tokens.create({ name: 'ci', role: 'admin', expiresAtMs: null }, BY)).rejects.toThrow('already');
			await tokens.revoke('ci', BY);
			await expect(tokens.create({ name: 'ci', role: 'admin', expiresAtMs: null }, BY)).resolves.toMatch(/^rc_/);
		});
	});
});
