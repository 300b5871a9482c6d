import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS, endPostgres } from '@/test/support/databases';
import { startReceiver, withStatus } from '@/test/support/webhook-receiver';
import { eventually } from '@/test/support/zookeeper';
import { ADMIN, append, done, keepOn, keysOf, startWorld, toWish, WAIT_MS, WHY, type World } from './world';

afterAll(endPostgres);

describe.each(DIALECTS)('deliveries from a real log to a real receiver (%s)', (dialect) => {
	let world: World;
	beforeEach(async () => {
		world = await startWorld(dialect);
	});
	afterEach(() => world.close());

	it('what is recorded from the webhook on is told in order, once, under the keys of the entries, with a right signature', async () => {
		await world.append(20);
		const { webhook, secret } = await world.add();
		expect(webhook).toMatchObject({ state: 'delivering', trouble: null, lastDeliveredAtMs: null });
		const entries = await world.append(30);
		expect(await world.until(30)).toEqual(keysOf(entries));
		for (const { headers, body } of world.receiver.received) {
			const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
			const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
			const expected = createHmac('sha256', key).update(signed).digest('base64');
			expect(headers['webhook-signature']).toBe(`v1,${expected}`);
		}
		const [first] = world.receiver.received;
		expect(JSON.parse(first?.body ?? '')).toMatchObject({
			type: 'audit.member.purge',
			data: { id: String(entries[0]?.sequence), key: entries[0]?.key, hash: entries[0]?.hash },
			links: { entry: `https://console.example/audit?q=${entries[0]?.key}&entry=${entries[0]?.sequence}` },
		});
		const view = await world.untilView(webhook.id, 'all of it saved', ({ behind }) => behind.entries === 0);
		expect(view.lastDeliveredAtMs).not.toBeNull();
		await world.append(1);
		await world.until(31);
		expect(new Set(world.receiver.ids()).size).toBe(31);
		expect(world.keeper.problems).toEqual([]);
	});

	it('the filter holds, and what it leaves out holds up nothing, however much there is', async () => {
		await world.add({ actions: ['member.purge', 'member.verdict'], outcomes: ['dead', 'purged'], clusters: ['prod'] });
		const [purge] = await world.append(1);
		await world.append(3, { outcome: 'refused' });
		await world.append(3, { cluster: 'stage' });
		await world.append(3, { cluster: null });
		await world.append(40, { action: 'member.takeover' });
		const [verdict] = await world.append(1, { action: 'member.verdict', outcome: 'dead' });
		expect(await world.until(2)).toEqual([purge?.key, verdict?.key]);
	});

	it('a webhook that is changed is told by its new filter what is recorded from then on, and nothing of before', async () => {
		const { webhook } = await world.add({ actions: ['member.purge'] });
		await world.append(5, { action: 'member.takeover' });
		const [purge] = await world.append(1);
		await world.until(1);
		const change = { actions: ['member.takeover', 'member.ghost'] as const, reason: WHY };
		expect(done(await world.keeper.handle.change(webhook.id, change, ADMIN)).actions).toEqual(change.actions);
		await world.append(5);
		const [takeover] = await world.append(1, { action: 'member.takeover' });
		expect(await world.until(2)).toEqual([purge?.key, takeover?.key]);
	});

	it('it is never told about itself, but others are; neither secret nor URL is in the log', async () => {
		const quiet = await world.add({ actions: ['webhook.test', 'webhook.secret', 'webhook.change'] });
		const other = await startReceiver();
		done(await world.keeper.handle.create(toWish(other.url), ADMIN));
		const { id } = quiet.webhook;
		const rolled = done(await world.keeper.handle.rollSecret(id, WHY, ADMIN));
		expect(rolled.secret).not.toBe(quiet.secret);
		expect(done(await world.keeper.handle.test(id, WHY, ADMIN))).toMatchObject({ delivered: true, status: 204 });
		const told = await eventually(
			'the other is told',
			() => (other.received.length >= 2 ? other.received : null),
			WAIT_MS,
		);
		expect(told.map(({ body }) => JSON.parse(body).type)).toEqual(['audit.webhook.secret', 'audit.webhook.test']);
		const [mark] = await world.append(1, { action: 'webhook.change', detail: { webhook: 'another' } });
		// The test itself, and then what is not about it.
		const ids = await world.until(2);
		expect(ids[0]).toMatch(/^test-/);
		expect(ids[1]).toBe(mark?.key);
		const log = JSON.stringify(await world.store.sql('select detail, reason from audit_entries'));
		expect(log).not.toContain('/hook');
		expect(log).not.toContain('whsec_');
		await other.close();
	});

	it('removed, it is told nothing more; the others go on', async () => {
		const gone = await world.add({ actions: ['member.purge'] });
		const other = await startReceiver();
		done(await world.keeper.handle.create(toWish(other.url, { actions: ['member.purge'] }), ADMIN));
		expect(done(await world.keeper.handle.remove(gone.webhook.id, WHY, ADMIN))).toBe(gone.webhook.id);
		const before = world.receiver.received.length;
		const entries = await world.append(3);
		await eventually('the other is told', () => (other.received.length >= 3 ? true : null), WAIT_MS);
		expect(other.ids()).toEqual(keysOf(entries));
		expect(world.receiver.received).toHaveLength(before);
		await other.close();
	});

	it('two consoles of one database deliver each entry once, in order; when one ends the other goes on', async () => {
		// At its real speed: nobody's lease ends because the machine is busy.
		await world.close();
		world = await startWorld(dialect, 1);
		const second = keepOn(world.store.database, world.store.audit, world.clock, 'second');
		try {
			await world.add({ actions: ['member.purge'] });
			const keys: string[] = [];
			for (let round = 0; round < 4; round += 1) {
				keys.push(...keysOf(await world.append(10)));
				await world.until(keys.length);
			}
			await world.keeper.close();
			keys.push(...keysOf(await append(world.store, 10)));
			expect(await world.until(keys.length)).toEqual(keys);
			const last = world.receiver.received.at(-1)?.body ?? '';
			expect(JSON.parse(last).links.entry).toContain('https://second.example/');
		} finally {
			await second.close();
		}
	});

	it('one webhook that always fails delays no other', async () => {
		const failing = await startReceiver();
		failing.answer(withStatus(500));
		done(await world.keeper.handle.create(toWish(failing.url), ADMIN));
		await world.add();
		const entries = await world.append(25);
		expect(await world.until(25)).toEqual(keysOf(entries));
		// Still at the first that it was told: that the other one was added.
		expect(new Set(failing.ids()).size).toBe(1);
		await failing.close();
	});
});
