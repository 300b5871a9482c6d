import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWebhookStore } from '@/lib/adapters/webhooks/webhook-store';
import { holdWebhookLease } from '@/lib/runtime/webhook-lease';
import { type TemporaryStore, temporaryStore } from '@/test/adapters/audit-store/temporary-store';
import { DIALECTS, endPostgres } from '@/test/support/databases';

afterAll(endPostgres);

describe.each(DIALECTS)('of several consoles of one database (%s)', (dialect) => {
	let store: TemporaryStore;
	let nowMs = 0;
	beforeEach(async () => {
		store = await temporaryStore(dialect);
		nowMs = 0;
	});
	afterEach(() => store.remove());

	const clock = { nowMs: () => nowMs, wallMs: () => 0, sleep: async () => undefined };
	const console = (owner: string) => holdWebhookLease({ store: openWebhookStore(store.database), clock, owner });

	it('one delivers: whoever asks first; once it gives the lease back, whoever asks next', async () => {
		const [one, two] = [console('one'), console('two')];
		expect(await one.take()).toBe('taken');
		expect(await two.take()).toBe('elsewhere');
		expect(await one.take()).toBe('held');
		expect([one.isHeld(), two.isHeld()]).toEqual([true, false]);
		expect(await one.save([], 'release')).toBe(true);
		expect(await two.take()).toBe('taken');
		expect([one.isHeld(), two.isHeld()]).toEqual([false, true]);
	});

	it('of ten that ask at once one gets it', async () => {
		const all = Array.from({ length: 10 }, (_, index) => console(`console ${index}`));
		const turns = await Promise.all(all.map((each) => each.take()));
		expect(turns.toSorted()).toEqual([...Array.from({ length: 9 }, () => 'elsewhere'), 'taken']);
	});

	it('another one takes over from one that gave no sign of life for 24 s on its own clock', async () => {
		const [one, two] = [console('one'), console('two')];
		await one.take();
		await two.take();
		nowMs = 23_999;
		expect(await two.take()).toBe('elsewhere');
		nowMs = 24_000;
		expect(await two.take()).toBe('taken');
		expect(await one.save([], 'renew'), 'what the first did meanwhile is not saved').toBe(false);
		expect(await one.take()).toBe('elsewhere');
	});

	it('a sign of life begins the wait anew', async () => {
		const [one, two] = [console('one'), console('two')];
		await one.take();
		for (nowMs = 6_000; nowMs < 120_000; nowMs += 6_000) {
			expect(await one.take()).toBe('held');
			expect(await two.take()).toBe('elsewhere');
		}
	});

	it('the holder begins nothing 12 s after its last sign of life, so that its last attempt ends before anybody takes over', async () => {
		const one = console('one');
		await one.take();
		nowMs = 11_999;
		expect(one.isHeld()).toBe(true);
		nowMs = 12_000;
		expect(one.isHeld()).toBe(false);
		expect(await one.take()).toBe('held');
		expect(one.isHeld()).toBe(true);
	});
});
