import { expect, it } from 'vitest';
import { AUTO_FORMAT, type ClusterConfig } from '@/lib/core/config';
import type { Registration } from '@/lib/core/member';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import { NO_SETTINGS, type Settings } from '@/lib/core/settings';
import type { PurgeGround } from '@/lib/runtime/gather-purge';
import { guardsNow } from '@/lib/runtime/guards-now';
import type { Membership } from '@/lib/runtime/membership';
import { createRoll } from '@/lib/runtime/roll';
import { died, ENDPOINT, lived, MEMBER } from '@/test/core/timeline';
import { createManualClock } from '@/test/fakes/manual-clock';

const QUICK: Settings = { ...NO_SETTINGS, policy: { settleMs: 150 } };
const SLOW: Settings = { ...NO_SETTINGS, policy: { settleMs: 60_000 } };

/** A member that is dead by a settling time of 150 ms, as this console has last heard of the settings. */
async function world() {
	const clock = createManualClock();
	const policy = { ...DEFAULT_POLICY, settleMs: 150 };
	const roll = createRoll({
		policy: () => policy,
		clock,
		events: { onChanged() {}, onTransition() {}, onLeft() {} },
		surroundings: () => ({ failureDomain: 'here', observers: [], impaired: false }),
	});
	const registration: Registration = {
		incarnation: MEMBER,
		id: 'gateway07',
		group: 'gateway',
		addresses: [{ name: 'member', host: ENDPOINT.ip, port: ENDPOINT.port }],
		unreadable: null,
		health: null,
		selfReported: {},
		format: 'turms',
		parentPath: '/turms/members',
		dataVersion: 0,
		createdAtMs: 0,
		rawText: '',
	};
	const entry = roll.join(registration, { ...AUTO_FORMAT, path: '/turms/members' });
	for (const atom of [...lived(), ...died(20_000, 800)]) {
		await clock.advance(Math.max(0, atom.observedAtMs - clock.nowMs()));
		roll.observe(atom);
	}
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
