import { describe, expect, it } from 'vitest';
import { createAuth, openAccounts } from '@/lib/adapters/auth/create-auth';
import { openDatabase } from '@/lib/adapters/database/open';
import { actions, announced, audit, BY, cookieOf, onEachDatabase, options, PASSWORD, place, signIn } from './an-auth';

onEachDatabase(() => {
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
});
