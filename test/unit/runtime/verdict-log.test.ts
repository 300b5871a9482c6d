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
	const { drafts, turn } = await open();
	turn('unknown', 'alive');
	expect(drafts).toEqual([]);
	turn('alive', 'suspect');
	turn('suspect', 'alive');
	expect(drafts.map(({ outcome }) => outcome)).toEqual(['suspect', 'alive']);
	expect(drafts[0]?.detail).toMatchObject({ from: 'alive', to: 'suspect', input: { state: {}, context: {} } });
});

test('a flapping network is bounded, what was left out is counted, and no proof is ever left out', async () => {
	const { clock, drafts, turn } = await open();
	for (let flap = 0; flap < 200; flap += 1) {
		turn('alive', 'suspect');
		turn('suspect', 'alive');
	}
	expect(drafts).toHaveLength(100);
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
	expect(drafts).toHaveLength(107);
});

test('who leaves is an entry as well, whatever its verdict was', async () => {
	const { clock, drafts, log, entry } = await open();
	const state = { ...entry.state, verdict: 'alive' as const };
	log.left({ entry: { ...entry, state }, leftAtMs: clock.nowMs(), how: 'left-by-itself' });
	expect(drafts[0]).toMatchObject({ outcome: 'left', detail: { from: 'alive', reasons: ['left-by-itself'] } });
});
