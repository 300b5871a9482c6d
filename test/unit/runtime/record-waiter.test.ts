import { expect, test } from 'vitest';
import { createRecordWaiter } from '@/lib/runtime/record-waiter';
import { createManualClock } from '@/test/fakes/manual-clock';
import { createMemoryAudit } from '@/test/fakes/memory-audit';

function waiter() {
	const clock = createManualClock();
	const audit = createMemoryAudit();
	let looks = 0;
	const counting = {
		...audit,
		byKey: (key: string) => {
			looks += 1;
			return audit.byKey(key);
		},
	};
	return { clock, audit, records: createRecordWaiter(counting, clock), looks: () => looks };
}

const draft = (key: string) => ({
	key,
	atMs: 0,
	actor: { kind: 'system', name: 'console', role: null, sourceAddress: null } as const,
	action: 'member.purge' as const,
	outcome: 'purged',
	cluster: null,
	member: null,
	memberId: null,
	czxid: null,
	reason: null,
	zxid: null,
	detail: null,
});

test('hundreds of records are waited for at once, at the cost of one look each, and told as they come', async () => {
	const { clock, records, looks } = waiter();
	const keys = Array.from({ length: 300 }, (_, n) => `attempt-${n}`);
	const waiting = Promise.all(keys.map((key) => records.recorded(key, 2_000)));
	await clock.advance(10);
	for (const [index, key] of keys.entries()) {
		records.onEntry({ key, sequence: index + 1 });
	}
	expect(await waiting).toEqual(keys.map((_, index) => String(index + 1)));
	expect(looks()).toBe(keys.length);
	expect(clock.sleeping()).toBe(0);
});

test('one that another console records is found by looking, one that was told before is known at once', async () => {
	const { clock, audit, records } = waiter();
	const elsewhere = records.recorded('elsewhere', 2_000);
	await clock.advance(100);
	await audit.append(draft('elsewhere'));
	await clock.advance(300);
	expect(await elsewhere).toBe('1');
	records.onEntry({ key: 'before', sequence: 7 });
	expect(await records.recorded('before', 2_000)).toBe('7');
});

test('one that does not come has no number when the time is over', async () => {
	const { clock, records } = waiter();
	const never = records.recorded('never', 1_000);
	await clock.advance(1_500);
	expect(await never).toBeNull();
});
