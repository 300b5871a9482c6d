import { expect, test } from 'vitest';
import type { AuditDraft } from '@/lib/core/audit-entry';
import type { Transition } from '@/lib/core/detector';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import type { DecisionContext } from '@/lib/core/proof';
import type { Verdict } from '@/lib/core/reason';
import { keepVerdictLog } from '@/lib/runtime/verdict-log';
import { createRollOfOne } from '@/test/fakes/roll-of-one';

async function open() {
	const drafts: AuditDraft[] = [];
	const { clock, roll, entry } = await createRollOfOne(DEFAULT_POLICY, []);
	const context: DecisionContext = roll.contextOf(entry);
	const log = keepVerdictLog({
		config: { id: 'prod' },
		observer: 'console-1',
		clock,
		record: (draft) => drafts.push(draft),
		contextOf: () => context,
	});
	function turn(from: Verdict, to: Verdict): void {
		const transition: Transition = {
			incarnation: entry.registration.incarnation,
			atMs: clock.nowMs(),
			from,
			to,
			reasons: [],
		};
		log.turned(entry, transition, context);
	}
	return { clock, drafts, log, turn, entry };
}

test('a first verdict is no change; every other is an entry with its input', async () => {
	const { clock, drafts, turn } = await open();
	turn('unknown', 'alive');
	expect(drafts).toEqual([]);
	turn('alive', 'suspect');
	turn('suspect', 'alive');
	await clock.advance(2_500);
	expect(drafts.map(({ outcome }) => outcome)).toEqual(['suspect', 'alive']);
	expect(drafts[0]?.detail).toMatchObject({ from: 'alive', to: 'suspect', input: { state: {}, context: {} } });
});

test('a change short of a proof is written when nothing has changed for longer than a suspicion settles', async () => {
	const { clock, drafts, turn } = await open();
	turn('alive', 'suspect');
	await clock.advance(2_499);
	expect(drafts).toEqual([]);
	turn('alive', 'suspect');
	await clock.advance(2_499);
	expect(drafts).toEqual([]);
	await clock.advance(1);
	expect(drafts).toHaveLength(2);
	expect(drafts.map(({ atMs }) => atMs - (drafts[0]?.atMs ?? 0))).toEqual([0, 2_499]);
});

test('changes without end are written after ten seconds', async () => {
	const { clock, drafts, turn } = await open();
	for (let turned = 0; turned < 11; turned += 1) {
		turn('alive', 'suspect');
		await clock.advance(1_000);
	}
	expect(drafts).toHaveLength(10);
});

test('a proof is written at once, after what was held, which then is not written again', async () => {
	const { clock, drafts, turn } = await open();
	turn('alive', 'suspect');
	await clock.advance(1_200);
	turn('suspect', 'dead');
	expect(drafts.map(({ outcome }) => outcome)).toEqual(['suspect', 'dead']);
	turn('alive', 'suspect');
	await clock.advance(2_499);
	expect(drafts).toHaveLength(2);
	await clock.advance(1);
	expect(drafts).toHaveLength(3);
});

test('closing writes what is held, and nothing is held afterwards', async () => {
	const { drafts, log, turn } = await open();
	turn('alive', 'suspect');
	log.close();
	expect(drafts).toHaveLength(1);
	turn('suspect', 'alive');
	expect(drafts).toHaveLength(2);
});

test('a flapping network is bounded, what was left out is counted, and no proof is ever left out', async () => {
	const { clock, drafts, turn } = await open();
	for (let flap = 0; flap < 200; flap += 1) {
		turn('alive', 'suspect');
		turn('suspect', 'alive');
	}
	expect(drafts).toEqual([]);
	turn('suspect', 'dead');
	turn('dead', 'alive');
	expect(
		drafts.slice(100).map(({ outcome, detail }) => [outcome, (detail as { leftOutBefore: number }).leftOutBefore]),
	).toEqual([
		['dead', 300],
		['alive', 0],
	]);
	await clock.advance(1_000);
	for (let flap = 0; flap < 20; flap += 1) {
		turn('alive', 'suspect');
	}
	await clock.advance(2_500);
	expect(drafts).toHaveLength(107);
});

test('who leaves is an entry as well, whatever its verdict was', async () => {
	const { clock, drafts, log, entry } = await open();
	const state = { ...entry.state, verdict: 'alive' as const };
	log.left({ entry: { ...entry, state }, leftAtMs: clock.nowMs(), how: 'left-by-itself' });
	await clock.advance(2_500);
	expect(drafts[0]).toMatchObject({ outcome: 'left', detail: { from: 'alive', reasons: ['left-by-itself'] } });
});
