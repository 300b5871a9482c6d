import { describe, expect, it } from 'vitest';
import { createAuth } from '@/lib/adapters/auth/create-auth';
import { actions, audit, cookieOf, onEachDatabase, options, PASSWORD, pass, place, signIn } from './an-auth';

onEachDatabase(() => {
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
			pass(6_100);
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
});
