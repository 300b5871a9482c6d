import type { AuditDraft, Json } from '@/lib/core/audit-entry';
import { AUTO_FORMAT, type ClusterConfig } from '@/lib/core/config';
import type { StampedEntry } from '@/lib/core/counters';
import type { Evidence } from '@/lib/core/evidence';
import { guardsPass } from '@/lib/core/guards';
import { withEndpoint } from '@/lib/core/observe';
import { DEFAULT_POLICY, type Policy } from '@/lib/core/policy';
import type { Identity, LatchState } from '@/lib/core/ports';
import type { KnownObserver } from '@/lib/core/proof';
import type { CarriedRequest } from '@/lib/core/second-person';
import { NO_SETTINGS, type Settings } from '@/lib/core/settings';
import { toFenceCheck } from '@/lib/runtime/gather-purge';
import { type GuardQuestion, guardsNow } from '@/lib/runtime/guards-now';
import { failing, refusalReason } from '@/lib/runtime/judge-purge';
import type { Membership } from '@/lib/runtime/membership';
import { type RecordDeps, toDraft } from '@/lib/runtime/purge-record';
import { createRoll } from '@/lib/runtime/roll';
import { toVerdictDraft } from '@/lib/runtime/verdict-record';
import { createManualClock } from '@/test/fakes/manual-clock';
import { REGISTRATION } from '@/test/fakes/roll-of-one';

export const ADMINISTRATOR: Identity = {
	actor: { kind: 'operator', name: 'vera', role: 'admin', sourceAddress: '192.0.2.7' },
	role: 'admin',
	viaCookie: true,
};

export type World = {
	readonly policy?: Partial<Policy>;
	readonly settings?: Settings | null;
	readonly counters?: readonly StampedEntry[] | null;
	readonly latch?: LatchState;
	readonly observers?: readonly KnownObserver[];
};

export type Purge = Partial<GuardQuestion> & {
	readonly request?: Partial<CarriedRequest>;
	readonly identity?: Identity;
	/** From the story's end to the decision. */
	readonly afterMs?: number;
};

/**
 * Tells a story to a real roll and gives the audit drafts that a console writes of it: one for each change to or from a
 * proven verdict, and one for the purge at its end. Only ZooKeeper's answers (latch, counters, settings) are told.
 */
export async function recorded(story: readonly Evidence[], world: World = {}, purge: Purge | null = null) {
	const clock = createManualClock();
	const policy = { ...DEFAULT_POLICY, ...world.policy };
	const drafts: AuditDraft[] = [];
	const deps = { clock, observer: 'console-1', config: { id: 'prod', policy } as ClusterConfig };
	const roll = createRoll({
		policy: () => policy,
		clock,
		events: {
			onChanged() {},
			onTransition: (entry, transition, context) =>
				drafts.push(toVerdictDraft(deps, { context, entry, transition, leftOutBefore: 0 })),
			onLeft() {},
		},
		surroundings: () => ({ failureDomain: 'rack-1', observers: world.observers ?? [], impaired: false }),
	});
	const entry = roll.join(REGISTRATION, { ...AUTO_FORMAT, path: '/turms/members' });
	for (const atom of story) {
		await clock.advance(Math.max(0, atom.observedAtMs - clock.nowMs()));
		roll.observe(atom);
	}
	const ground = {
		...deps,
		membership: { roll, registry: { complete: () => true } } as unknown as Membership,
		latch: () => world.latch ?? { kind: 'held', path: '/rollcall/leader/prod/n-0000000012', sinceMs: 0 },
		counters: () => (world.counters === undefined ? [] : world.counters),
		settings: () => (world.settings === undefined ? NO_SETTINGS : world.settings),
	} as unknown as RecordDeps;
	if (purge) {
		const { identity = ADMINISTRATOR, request, afterMs = 0, ...question } = purge;
		await clock.advance(afterMs);
		const guards = guardsNow(ground, entry, {
			gathered: { owned: [], siblings: [] },
			fence: toFenceCheck('full', 0),
			planned: 1,
			override: request?.override ?? false,
			approval: request?.approval ?? null,
			approved: request?.approved ?? null,
			role: identity.role,
			asker: identity.actor,
			requester: 'human',
			...question,
		});
		const passes = guardsPass(guards);
		const strength = guards.some(({ code }) => code === 'fence-weak') ? 'weak' : 'full';
		const turn = { attempt: 1, part: 'registration', removes: [], roundTripMs: 3, strength, unguarded: [] };
		// What is known by the time of the record is not what was decided on.
		await clock.advance(5_000);
		entry.state = withEndpoint(entry.state, { ip: '10.0.0.99', port: 1 }, 'later');
		drafts.push(
			toDraft(
				ground,
				{ request: { members: [], ...request }, identity, entry },
				'attempt-1',
				passes
					? { kind: 'purged', reason: 'committed', guards, turn: turn as never }
					: { kind: 'refused', reason: refusalReason(guards), detail: failing(guards), guards },
			),
		);
	}
	return drafts;
}

/** The value with what stands at this place replaced. */
export function altered(value: Json, path: readonly (string | number)[], other: Json): Json {
	const [key, ...rest] = path;
	if (key === undefined) {
		return other;
	}
	if (Array.isArray(value)) {
		return value.map((item, at) => (at === key ? altered(item, rest, other) : item));
	}
	const members = value as { readonly [key: string]: Json };
	return { ...members, [key]: altered(members[key] ?? null, rest, other) };
}
