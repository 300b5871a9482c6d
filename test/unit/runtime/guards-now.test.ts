import { expect, it } from 'vitest';
import type { ClusterConfig } from '@/lib/core/config';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import { NO_SETTINGS, type Settings } from '@/lib/core/settings';
import type { PurgeGround } from '@/lib/runtime/gather-purge';
import { guardsNow } from '@/lib/runtime/guards-now';
import type { Membership } from '@/lib/runtime/membership';
import { died, lived } from '@/test/core/timeline';
import { createRollOfOne } from '@/test/fakes/roll-of-one';

const QUICK: Settings = { ...NO_SETTINGS, policy: { settleMs: 150 } };
const SLOW: Settings = { ...NO_SETTINGS, policy: { settleMs: 60_000 } };

/** A member that is dead by a settling time of 150 ms, as this console has last heard of the settings. */
async function world() {
	const policy = { ...DEFAULT_POLICY, settleMs: 150 };
	const { clock, roll, entry } = await createRollOfOne(policy, [...lived(), ...died(20_000, 800)]);
	const ground = {
		config: { policy: DEFAULT_POLICY } as ClusterConfig,
		clock,
		membership: { roll, registry: { complete: () => true } } as unknown as Membership,
		latch: () => ({ kind: 'held', path: '/latch', sinceMs: 0 }),
		counters: () => [],
		settings: () => QUICK,
	} as unknown as PurgeGround;
	const verdictBy = (settings: Settings | undefined) =>
		guardsNow(ground, entry, {
			gathered: { owned: [], siblings: [] },
			fence: { guard: 'fence', result: 'pass', code: 'fence-full', facts: {} },
			planned: 1,
			override: false,
			role: 'admin',
			approval: null,
			requester: 'human',
			...(settings ? { settings } : {}),
		}).find(({ guard }) => guard === 'verdict')?.result;
	return { entry, verdictBy };
}

it('a proof is judged by the settings whose version the write checks, not by those that were heard of last', async () => {
	const { entry, verdictBy } = await world();
	expect(entry.state.verdict).toBe('dead');
	expect(verdictBy(undefined)).toBe('pass');
	expect(verdictBy(QUICK)).toBe('pass');
	// An administrator has raised it a moment ago: the look of the purge has read that, the watch has not told it yet.
	expect(verdictBy(SLOW)).toBe('unknown');
});
