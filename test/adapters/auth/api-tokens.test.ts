import { describe, expect, it } from 'vitest';
import { createAuth, openAccounts } from '@/lib/adapters/auth/create-auth';
import { actions, audit, BY, clock, cookieOf, onEachDatabase, options, PASSWORD, pass, place, signIn } from './an-auth';

onEachDatabase(() => {
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
			pass(61_000);
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
