import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { signMessage } from '@/lib/adapters/webhooks/sign';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { AuditView } from '@/lib/core/view';
import type { NewWebhookView, WebhooksView, WebhookView } from '@/lib/core/webhook-view';
import { type Console, startConsole } from '../support/console';
import { needed } from '../support/needed';
import { type Receiver, startReceiver, withStatus } from '../support/webhook-receiver';
import { eventually } from '../support/zookeeper';
import { type Asker, asker, createAdmins, createTokens, signInCookie } from './ask';

/** Webhooks of a running console, over HTTP, told of what really happens there. */
const WAIT_MS = 60_000;
const WHY = 'the pager listens there';
const BASE_URL = 'https://rollcall.example';

let ensemble: Ensemble | undefined;
let running: Console | undefined;
let receiver: Receiver;
const askers = new Map<string, Asker>();
const who = (name: string): Asker => needed(askers, name);

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	running = await startConsole({
		ensemble,
		registrations: [{ path: '/services', format: 'auto' }],
		env: { ...process.env, ROLLCALL_BASE_URL: BASE_URL },
	});
	const url = `sqlite:${join(running.folder, 'rollcall.db')}`;
	const roles = ['admin', 'operator', 'viewer'] as const;
	const made = await createTokens(url, roles);
	for (const [index, role] of roles.entries()) {
		askers.set(role, asker(running.url, { authorization: `Bearer ${made[index]}` }));
	}
	await createAdmins(url, ['grace']);
	const cookie = await signInCookie(running.url, 'grace', 'gracegrace');
	askers.set('grace', asker(running.url, { cookie, origin: BASE_URL }));
	receiver = await startReceiver();
}, 180_000);

afterAll(async () => {
	await running?.stop();
	await receiver?.close();
	await ensemble?.stop();
});

beforeEach(() => receiver.answer(withStatus(204)));

async function add(json: object = {}): Promise<NewWebhookView> {
	const made = await who('grace')('/api/webhooks', { json: { url: receiver.url, reason: WHY, ...json } });
	expect(made.status, JSON.stringify(made.body)).toBe(200);
	return made.body as NewWebhookView;
}

const list = async () => ((await who('admin')('/api/webhooks')).body as WebhooksView).webhooks;
const put = (id: string, json: object) => who('grace')(`/api/webhooks/${id}`, { method: 'PUT', json });
const remove = (id: string) => who('grace')(`/api/webhooks/${id}`, { method: 'DELETE', json: { reason: WHY } });

it('what happens in the console reaches the receiver, signed, with a link to its entry; the secret is never seen again', async () => {
	const before = receiver.received.length;
	const { webhook, secret } = await add({ actions: ['token.create'] });
	expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
	expect(await list()).toEqual([{ ...webhook }]);
	await who('grace')('/api/tokens', { json: { name: 'ci', role: 'viewer', reason: 'nightly report' } });
	const one = await eventually('a delivery', () => receiver.received[before] ?? null, WAIT_MS);
	const { entries } = (await who('viewer')('/api/audit?action=token.create&limit=1')).body as AuditView;
	const [entry] = entries;
	expect(JSON.parse(one.body)).toMatchObject({
		type: 'audit.token.create',
		data: { id: entry?.id, key: entry?.key, reason: 'nightly report', actor: { name: 'grace' } },
		links: { entry: `${BASE_URL}/audit?q=${entry?.key}&entry=${entry?.id}`, cluster: null, member: null },
	});
	const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = one.headers;
	expect(id).toBe(entry?.key);
	expect(signature).toBe(signMessage(secret, String(id), Number(timestamp), one.body));
	await eventually('noted', async () => ((await list())[0]?.lastDeliveredAtMs ?? null) !== null || null, WAIT_MS);

	for (const path of ['/api/webhooks', '/api/audit?limit=1000', '/api/audit/export?format=ndjson']) {
		const { body } = await who('admin')(path);
		expect(JSON.stringify(body), path).not.toContain(secret);
	}
	expect(running?.output()).not.toContain(secret);
	const audit = JSON.stringify((await who('viewer')('/api/audit?limit=1000')).body);
	expect(audit, 'of the URL the log has the origin alone').not.toContain('/hook');
	expect((await remove(webhook.id)).body).toEqual({ id: webhook.id });
});

it('a test is sent at once, and says in words what came of it', async () => {
	const { webhook } = await add({ actions: ['console.stop'] });
	const test = () => who('grace')(`/api/webhooks/${webhook.id}/test`, { json: { reason: WHY } });
	expect((await test()).body).toMatchObject({ delivered: true, status: 204, problem: null });
	expect(JSON.parse(receiver.received.at(-1)?.body ?? '')).toMatchObject({
		type: 'webhook.test',
		links: { settings: `${BASE_URL}/settings` },
	});
	receiver.answer(withStatus(500));
	const refused = await test();
	expect(refused).toMatchObject({
		status: 200,
		body: { delivered: false, status: 500, problem: { code: 'status-bad' } },
	});
	expect(refused.body).toMatchObject({ problem: { detail: 'the receiver answered 500 Internal Server Error' } });
	expect((await list())[0], 'a test is no delivery').toMatchObject({ state: 'delivering', lastDeliveredAtMs: null });
	await remove(webhook.id);
});

it('it is paused and goes on, changed, and given a new secret', async () => {
	const { webhook, secret } = await add({ actions: ['token.revoke'] });
	expect((await put(webhook.id, { paused: true, reason: WHY })).body).toMatchObject({ state: 'paused' });
	expect((await put(webhook.id, { paused: false, missed: 'skip', reason: WHY })).body).toMatchObject({
		state: 'delivering',
	});
	const changed = (await put(webhook.id, { clusters: ['turms'], outcomes: ['dead'], reason: WHY })).body as WebhookView;
	expect(changed).toMatchObject({ actions: ['token.revoke'], outcomes: ['dead'], clusters: ['turms'] });
	const rolled = await who('grace')(`/api/webhooks/${webhook.id}/secret`, { json: { reason: WHY } });
	expect(rolled.body).toMatchObject({ id: webhook.id, secret: expect.stringMatching(/^whsec_/) });
	expect(JSON.stringify(rolled.body)).not.toContain(secret);
	await remove(webhook.id);
});

it.each([
	['url', { url: 'ftp://hooks.example/' }],
	['url', { url: 'https://vera:secret@hooks.example/' }],
	['url', { url: 'http://169.254.169.254/latest/meta-data' }],
	['url', { url: 'http://[fe80::1]/' }],
	['url', { url: 'http://2852039166/' }],
	['url', { url: `https://hooks.example/${'a'.repeat(3_000)}` }],
	['actions.0', { actions: ['member.reboot'] }],
	['outcomes', { outcomes: Array.from({ length: 33 }, (_, index) => `o${index}`) }],
	['reason', { reason: ' ' }],
	['secret', { secret: 'whsec_mine' }],
])('a wrong %s is refused, and named', async (field, json) => {
	const wish = { url: receiver.url, reason: WHY, ...json };
	const answer = await who('grace')('/api/webhooks', { json: wish });
	expect(answer).toMatchObject({ status: 400, code: 'field-invalid', body: { field } });
	expect(await list()).toEqual([]);
});

it('a change that changes nothing, or asks for what was missed without going on, is refused', async () => {
	const { webhook } = await add({ actions: ['console.stop'] });
	expect((await put(webhook.id, { reason: WHY })).code).toBe('field-invalid');
	expect((await put(webhook.id, { missed: 'skip', reason: WHY })).code).toBe('field-invalid');
	expect((await put(webhook.id, { url: 'http://169.254.0.1/', reason: WHY })).code).toBe('field-invalid');
	await remove(webhook.id);
});

it('nobody but an administrator sees them, and nobody but one who signed in changes them', async () => {
	const wish = { url: receiver.url, reason: WHY };
	for (const name of ['operator', 'viewer']) {
		expect((await who(name)('/api/webhooks')).status).toBe(403);
		expect((await who(name)('/api/webhooks', { json: wish })).status).toBe(403);
	}
	const byToken = await who('admin')('/api/webhooks', { json: wish });
	expect(byToken).toMatchObject({ status: 403, code: 'forbidden' });
	expect((await asker(running?.url ?? '', {})('/api/webhooks')).status).toBe(401);
	expect(await list()).toEqual([]);
});

it('one that is not there is told as such, and the attempt is recorded', async () => {
	for (const [path, method] of [
		['', 'DELETE'],
		['/test', 'POST'],
		['/secret', 'POST'],
	] as const) {
		const answer = await who('grace')(`/api/webhooks/nobody${path}`, { method, json: { reason: WHY } });
		expect(answer).toMatchObject({ status: 404, code: 'webhook-unknown' });
	}
	expect((await put('nobody', { paused: true, reason: WHY })).status).toBe(404);
	const { entries } = (await who('viewer')('/api/audit?action=request.refused&actor=grace&limit=1')).body as AuditView;
	expect(entries[0]).toMatchObject({ reason: 'webhook-unknown', detail: { path: '/api/webhooks/nobody' } });
});
