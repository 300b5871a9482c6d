import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '@/lib/core/audit-entry';
import { DIALECTS, endPostgres } from '@/test/support/databases';
import { startReceiver, withStatus } from '@/test/support/webhook-receiver';
import { eventually } from '@/test/support/zookeeper';
import { ADMIN, done, keepOn, keysOf, startWorld, toWish, WAIT_MS, WHY, type World } from './world';

afterAll(endPostgres);

const DAY_MS = 24 * 3_600_000;

describe.each(DIALECTS)('a receiver that fails (%s)', (dialect) => {
	let world: World;
	beforeEach(async () => {
		world = await startWorld(dialect);
	});
	afterEach(() => world.close());

	async function pauses(): Promise<AuditEntry[]> {
		const { entries } = await world.store.audit.list({ action: 'webhook.pause' }, { cursor: null, limit: 10 });
		return entries;
	}

	it('is tried again with the same id until it takes it; nothing is skipped and nothing overtakes', async () => {
		const { webhook } = await world.add();
		world.receiver.answer(withStatus(503));
		const entries = await world.append(5);
		const [key] = keysOf(entries);
		expect((await world.until(3)).slice(0, 3)).toEqual([key, key, key]);
		const failing = await world.untilView(webhook.id, 'retrying', ({ state }) => state === 'retrying');
		expect(failing).toMatchObject({
			trouble: { problem: { code: 'status-bad' } },
			behind: { entries: 5, more: false },
		});
		world.receiver.answer(withStatus(200));
		const well = await world.untilView(webhook.id, 'delivering', ({ state, behind }) => {
			return state === 'delivering' && behind.entries === 0;
		});
		expect(well.trouble).toBeNull();
		expect([...new Set(world.receiver.ids())]).toEqual(keysOf(entries));
		expect(await pauses()).toEqual([]);
	});

	it('hangs: the attempt ends, and the next one is made', async () => {
		const { webhook } = await world.add();
		world.receiver.answer(() => undefined);
		const [entry] = await world.append(1);
		const view = await world.untilView(webhook.id, 'timed out', ({ trouble }) => (trouble?.attempts ?? 0) >= 2);
		expect(view.trouble?.problem.code).toBe('timed-out');
		world.receiver.answer(withStatus(204));
		await world.untilView(webhook.id, 'delivered', ({ behind }) => behind.entries === 0);
		expect(new Set(world.receiver.ids())).toEqual(new Set([entry?.key]));
	});

	it('redirects: nobody follows it', async () => {
		const elsewhere = await startReceiver();
		const { webhook } = await world.add();
		world.receiver.answer(withStatus(308, { location: elsewhere.url }));
		await world.append(1);
		const view = await world.untilView(webhook.id, 'retrying', ({ state }) => state === 'retrying');
		expect(view.trouble?.problem.code).toBe('redirected');
		await world.until(2);
		expect(elsewhere.received).toEqual([]);
		await elsewhere.close();
	});

	it('answers 410: paused at once and recorded once; resumed, it is told what it missed, but not of its own pause', async () => {
		const { webhook } = await world.add();
		world.receiver.answer(withStatus(410));
		const entries = await world.append(3);
		const paused = await world.untilView(webhook.id, 'paused', ({ state }) => state === 'paused');
		expect(paused).toMatchObject({ paused: { cause: 'gone' }, trouble: { problem: { code: 'gone' }, attempts: 1 } });
		expect(world.receiver.ids()).toEqual([entries[0]?.key]);
		await eventually('the console says so', () => world.keeper.problem());
		expect(world.keeper.problem()).toBe(`${new URL(world.receiver.url).origin}: paused (gone)`);
		expect(await pauses()).toMatchObject([
			{
				actor: { kind: 'system', name: 'console', role: null },
				outcome: 'gone',
				detail: { webhook: webhook.id, origin: new URL(world.receiver.url).origin, attempts: 1 },
			},
		]);
		world.receiver.answer(withStatus(204));
		const later = await world.append(2);
		done(await world.keeper.handle.change(webhook.id, { paused: false, reason: WHY }, ADMIN));
		await world.until(6);
		await eventually('nothing is amiss any more', () => (world.keeper.problem() === null ? true : null));
		expect(world.receiver.ids()).toEqual(
			keysOf([entries[0], ...entries, ...later].filter((each) => each !== undefined)),
		);
		expect(await pauses()).toHaveLength(1);
	});

	it('fails for a day: paused, with what was wrong; resumed with what it missed left out, it begins anew', async () => {
		const { webhook } = await world.add();
		world.receiver.answer(withStatus(500));
		await world.append(3);
		await world.untilView(webhook.id, 'retrying', ({ trouble }) => (trouble?.attempts ?? 0) >= 1);
		world.clock.jump(DAY_MS - 3_600_000);
		await world.untilView(webhook.id, 'another attempt', ({ trouble }) => (trouble?.attempts ?? 0) >= 2);
		expect((await world.view(webhook.id)).state, 'a day is not over').toBe('retrying');
		world.clock.jump(3_600_000);
		const paused = await world.untilView(webhook.id, 'paused', ({ state }) => state === 'paused');
		expect(paused).toMatchObject({ paused: { cause: 'failing' }, trouble: { problem: { code: 'status-bad' } } });
		expect(await pauses()).toMatchObject([{ outcome: 'failing', detail: { problem: { code: 'status-bad' } } }]);
		const before = world.receiver.received.length;
		world.receiver.answer(withStatus(204));
		await world.append(3);
		done(await world.keeper.handle.change(webhook.id, { paused: false, missed: 'skip', reason: WHY }, ADMIN));
		const entries = await world.append(2);
		expect((await world.until(before + 2)).slice(before)).toEqual(keysOf(entries));
		expect(await world.view(webhook.id)).toMatchObject({ state: 'delivering', trouble: null, paused: null });
	});

	it('what failed before is known to the console that goes on', async () => {
		const { webhook } = await world.add();
		world.receiver.answer(withStatus(500));
		await world.append(1);
		await world.untilView(webhook.id, 'retrying', ({ trouble }) => (trouble?.attempts ?? 0) >= 2);
		await world.keeper.close();
		const { trouble } = await world.view(webhook.id);
		const next = keepOn(world.store.database, world.store.audit, world.clock, 'next');
		try {
			const view = await world.untilView(webhook.id, 'more attempts', (each) => {
				return (each.trouble?.attempts ?? 0) > (trouble?.attempts ?? 0);
			});
			expect(view.trouble?.sinceAtMs).toBe(trouble?.sinceAtMs);
		} finally {
			await next.close();
		}
	});

	it('a person pauses it in the midst of its trouble: nothing more is sent, and it goes on where it stood', async () => {
		const { webhook } = await world.add();
		world.receiver.answer(withStatus(500));
		const entries = await world.append(2);
		await world.untilView(webhook.id, 'retrying', ({ state }) => state === 'retrying');
		const view = done(await world.keeper.handle.change(webhook.id, { paused: true, reason: WHY }, ADMIN));
		expect(view).toMatchObject({ state: 'paused', paused: { cause: 'person' } });
		world.receiver.answer(withStatus(204));
		const other = await startReceiver();
		done(await world.keeper.handle.create(toWish(other.url, { actions: ['console.start'] }), ADMIN));
		const before = world.receiver.received.length;
		world.clock.jump(3_600_000);
		await world.append(1, { action: 'console.start' });
		// Whoever is not paused is told, so that there was time to tell the one that is.
		await eventually('the other is told', () => (other.received.length > 0 ? true : null), WAIT_MS);
		expect(world.receiver.received.length - before, 'at most the one that was on its way').toBeLessThanOrEqual(1);
		await other.close();
		done(await world.keeper.handle.change(webhook.id, { paused: false, reason: WHY }, ADMIN));
		await world.untilView(webhook.id, 'all delivered', ({ behind }) => behind.entries === 0);
		expect([...new Set(world.receiver.ids())].slice(0, 2)).toEqual(keysOf(entries));
	});
});
