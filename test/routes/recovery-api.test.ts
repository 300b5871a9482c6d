import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { ZooKeeperPort } from '@/lib/core/ports';
import type { RecoveryView } from '@/lib/core/recovery-view';
import type { AuditView } from '@/lib/core/view';
import { recoveryViewSchema } from '@/lib/http/recovery-schemas';
import { readSettings } from '@/lib/runtime/read-settings';
import { type Console, startConsole } from '../support/console';
import { connected, eventually, openClient } from '../support/zookeeper';
import { type Asker, asker, createTokens, signInCookie } from './ask';

const SETTINGS = '/rollcall/settings/turms';
let ensemble: Ensemble | undefined;
let running: Console | undefined;
let zk: ZooKeeperPort | undefined;
let admin: Asker;
let operator: Asker;
let viewer: Asker;
const RECOVERY = '/api/clusters/turms/recovery';
const MAINTENANCE = '/api/clusters/turms/maintenance';

beforeAll(async () => {
	ensemble = await startEnsemble({ servers: 1 });
	const started = await startConsole({ ensemble, policy: { rateBurst: 7 } });
	running = started;
	zk = openClient(ensemble.connect);
	await connected(zk);
	const tokens = await createTokens(`sqlite:${join(started.folder, 'rollcall.db')}`, ['operator', 'viewer']);
	const [operatorToken, viewerToken] = tokens.map((token) => asker(started.url, { authorization: `Bearer ${token}` }));
	admin = asker(started.url, {
		cookie: await signInCookie(started.url, 'admin', started.password),
		origin: started.url,
	});
	operator = operatorToken ?? admin;
	viewer = viewerToken ?? admin;
	const known = async () => ((await read()).settingsKnown ? true : null);
	await eventually('the console made and read its settings', known, 60_000);
});

afterAll(async () => {
	await running?.stop();
	await zk?.close();
	await ensemble?.stop();
});

const put = (ask: Asker, path: string, json: unknown) => ask(path, { method: 'PUT', json });

async function read(): Promise<RecoveryView> {
	const { status, body } = await admin(RECOVERY);
	expect(status).toBe(200);
	expect(recoveryViewSchema.safeParse(body).error?.issues).toBeUndefined();
	return body as RecoveryView;
}

const stored = async () => readSettings((await zk?.read(SETTINGS))?.data ?? Buffer.from('?'));

async function latest(action: string) {
	const recorded = async () => {
		const { entries } = (await admin(`/api/audit?action=${action}&limit=1`)).body as AuditView;
		return entries[0] ?? null;
	};
	return eventually(`${action} is recorded`, recorded, 30_000);
}

describe('automatic recovery', () => {
	it('is off at first, and every knob shows its value, the config’s and the default', async () => {
		const view = await read();
		expect(view).toMatchObject({ automaticRecovery: false, configured: false, killSwitch: null, maintenance: [] });
		const burst = view.knobs.find(({ name }) => name === 'rateBurst');
		expect(burst).toMatchObject({ value: 7, configured: 7, standard: 10, min: 1, max: 1_000 });
		expect(view.registrations).toEqual([
			{ path: '/turms/members', format: 'turms', automaticRecovery: true, configured: true },
		]);
	});

	it('is switched on, and knobs are changed, by an administrator with a reason, and it is recorded', async () => {
		const change = { enabled: true, policy: { settleMs: 600, rateBurst: 3 }, reason: 'drills went well' };
		const answer = await put(admin, RECOVERY, change);
		expect(answer.status).toBe(200);
		expect(answer.body).toMatchObject({ automaticRecovery: true, configured: false });
		const knobs = (await read()).knobs;
		expect(knobs.find(({ name }) => name === 'settleMs')).toMatchObject({ value: 600, configured: 1_200 });
		expect(await stored()).toMatchObject({ automaticRecovery: true, policy: { settleMs: 600, rateBurst: 3 } });
		expect(await latest('recovery.change')).toMatchObject({
			actor: { name: 'admin' },
			reason: 'drills went well',
			detail: { before: { policy: {} }, after: { policy: { settleMs: 600 } } },
		});
		const clusters = (await admin('/api/clusters')).body;
		expect(clusters).toMatchObject({ clusters: [{ automaticRecovery: true }] });
		await put(admin, RECOVERY, { policy: { settleMs: null }, reason: 'back to the config' });
		expect((await read()).knobs.find(({ name }) => name === 'settleMs')?.value).toBe(1_200);
		expect((await read()).knobs.find(({ name }) => name === 'rateBurst')?.value).toBe(3);
	});

	it('is stopped by whoever may purge, and begun again by an administrator alone', async () => {
		expect((await put(viewer, RECOVERY, { killSwitch: true, reason: 'storm' })).status).toBe(403);
		expect((await put(operator, RECOVERY, { killSwitch: true, reason: 'storm' })).status).toBe(200);
		expect((await read()).killSwitch).toMatchObject({ by: 'operator', reason: 'storm' });
		for (const change of [{ killSwitch: false }, { enabled: true }, { killSwitch: true, enabled: true }]) {
			expect((await put(operator, RECOVERY, { ...change, reason: 'over' })).status).toBe(403);
		}
		expect((await put(admin, RECOVERY, { killSwitch: false, reason: 'over' })).status).toBe(200);
		expect((await read()).killSwitch).toBeNull();
	});

	it('refuses what is out of bounds, naming the field', async () => {
		const wrong = [
			[{ enabled: true }, 'reason'],
			[{ policy: { settleMs: 149 }, reason: 'r' }, 'policy.settleMs'],
			[{ policy: { rateBurst: 1.5 }, reason: 'r' }, 'policy.rateBurst'],
			[{ policy: { phiThreshold: 3 }, reason: 'r' }, 'policy.phiThreshold'],
			[{ policy: { observerDomainsMin: 2 }, reason: 'r' }, 'policy.observerDomainsMin'],
			[{ registrations: { '/nobody': false }, reason: 'r' }, 'registrations'],
		] as const;
		const before = await stored();
		for (const [change, field] of wrong) {
			expect([field, await put(admin, RECOVERY, change)]).toMatchObject([field, { status: 400, body: { field } }]);
		}
		expect(await stored()).toEqual(before);
	});

	it('changes made at the same time are all kept', async () => {
		const paths = Array.from({ length: 6 }, (_, n) => `/turms/members/m${n}`);
		const until = Date.now() + 3_600_000;
		const answers = await Promise.all(
			paths.map((path) => put(operator, MAINTENANCE, { target: { path }, until, reason: 'upgrade' })),
		);
		// Whoever lost the race too often is told so, and nobody's change is lost that was answered with 200.
		const kept = paths.filter((_, index) => answers[index]?.status === 200);
		expect(kept.length).toBeGreaterThan(0);
		const targets = (await stored())?.maintenance.map(({ target }) => (target.kind === 'member' ? target.path : ''));
		expect(targets).toEqual(expect.arrayContaining(kept));
	});
});

describe('maintenance', () => {
	it('is begun for a member, a group or the cluster, and ended before its time', async () => {
		const until = new Date(Date.now() + 3_600_000).toISOString();
		for (const target of [{ group: 'GATEWAY' }, { cluster: true }]) {
			expect((await put(operator, MAINTENANCE, { target, until, reason: 'upgrade' })).status).toBe(200);
		}
		const { maintenance } = await read();
		const group = maintenance.find(({ target }) => target.kind === 'group');
		expect(group).toMatchObject({ target: { group: 'GATEWAY' }, by: 'operator', reason: 'upgrade' });
		expect(await latest('maintenance.begin')).toMatchObject({ actor: { name: 'operator' } });
		expect((await put(operator, MAINTENANCE, { end: group?.id, reason: 'done' })).status).toBe(200);
		expect((await read()).maintenance.some(({ id }) => id === group?.id)).toBe(false);
		expect((await put(operator, MAINTENANCE, { end: group?.id, reason: 'done' })).status).toBe(400);
		expect((await put(viewer, MAINTENANCE, { target: { cluster: true }, until, reason: 'r' })).status).toBe(403);
	});

	it('does not last for ever, nor begin in the past, nor for what is no target', async () => {
		const far = new Date(Date.now() + 40 * 86_400_000).toISOString();
		for (const change of [
			{ target: { cluster: true }, until: far },
			{ target: { cluster: true }, until: 1_000 },
			{ target: { cluster: false }, until: far },
			{ target: {}, until: far },
			{ target: { cluster: true }, until: 'tomorrow' },
		]) {
			expect((await put(operator, MAINTENANCE, { ...change, reason: 'r' })).status).toBe(400);
		}
	});
});

describe('settings that nobody can read', () => {
	it('say so, let nobody begin a maintenance, and are written anew by an administrator with the kill switch on', async () => {
		await zk?.set(SETTINGS, Buffer.from('not what Rollcall wrote'), -1);
		const unknown = async () => ((await read()).settingsKnown ? null : true);
		await eventually('the console sees it', unknown, 30_000);
		const begun = { target: { cluster: true }, until: Date.now() + 3_600_000, reason: 'r' };
		expect((await put(operator, MAINTENANCE, begun)).status).toBe(400);
		expect((await put(admin, RECOVERY, { enabled: true, reason: 'anew' })).status).toBe(200);
		expect(await read()).toMatchObject({ settingsKnown: true, killSwitch: { by: 'admin', reason: 'anew' } });
	});
});
