import { AUTO_FORMAT } from '@/lib/core/config';
import type { Evidence } from '@/lib/core/evidence';
import type { Registration } from '@/lib/core/member';
import type { Policy } from '@/lib/core/policy';
import { createRoll } from '@/lib/runtime/roll';
import { ENDPOINT, MEMBER } from '../core/timeline';
import { createManualClock } from './manual-clock';

/** The timeline's member as it is registered. */
export const REGISTRATION: Registration = {
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

/** The roll with the timeline's member alone on it, told a story, each atom at its own time. */
export async function createRollOfOne(policy: Policy, story: readonly Evidence[]) {
	const clock = createManualClock();
	const roll = createRoll({
		policy: () => policy,
		clock,
		events: { onChanged() {}, onTransition() {}, onLeft() {} },
		surroundings: () => ({ failureDomain: 'here', observers: [], impaired: false }),
	});
	const entry = roll.join(REGISTRATION, { ...AUTO_FORMAT, path: '/turms/members' });
	for (const atom of story) {
		await clock.advance(Math.max(0, atom.observedAtMs - clock.nowMs()));
		roll.observe(atom);
	}
	return { clock, roll, entry };
}
