import type { Actor } from '@/lib/core/audit-entry';
import {
	type CounterEntry,
	judgeRadius,
	measureRadius,
	type RegisteredMember,
	type StampedEntry,
} from '@/lib/core/counters';
import type { GuardCheck, Requester } from '@/lib/core/guard';
import { type GuardRecord, summariseSiblings } from '@/lib/core/guard-record';
import { decideGuards, evidenceAgeMs, isProvenAnew, type SiblingRegistration } from '@/lib/core/guards';
import { endpointKey } from '@/lib/core/member';
import type { MemberState } from '@/lib/core/member-state';
import type { Policy } from '@/lib/core/policy';
import type { Role } from '@/lib/core/ports';
import type { DecisionContext } from '@/lib/core/proof';
import { judgeTakeover, type TakeoverClaim } from '@/lib/core/prove-takeover';
import { judgeRecovery } from '@/lib/core/recovery-guards';
import { type GroupStanding, measureRecovery } from '@/lib/core/recovery-measure';
import type { PendingOverride } from '@/lib/core/second-person';
import { effectivePolicy, type Settings } from '@/lib/core/settings';
import type { Gathered, PurgeGround } from './gather-purge';
import type { Membership } from './membership';
import { policyOfRegistration, type RollEntry } from './roll';

export type GuardQuestion = {
	readonly gathered: Gathered;
	readonly fence: GuardCheck;
	/** Registrations that the whole request would remove from here on. */
	readonly planned: number;
	readonly override: boolean;
	readonly role: Role;
	/** Whoever asks, whose override it approves, and whether it has to approve one (guards.ts). */
	readonly asker?: Actor | null;
	readonly approved?: PendingOverride | null;
	readonly secondPersonNeeded?: boolean;
	readonly approval: { readonly members: number } | null;
	readonly requester: Requester;
	/** Only asked about: another console that holds the latch would carry it out. */
	readonly mayRelay?: boolean;
	/** What a member shows that starts in this one's place; counts for the requester `takeover` alone. */
	readonly claim?: TakeoverClaim | null;
	/** Counters and settings read in the same look as the write; else the last seen. */
	readonly counters?: readonly StampedEntry[] | null;
	readonly settings?: Settings | null;
	/** As counted once for several members in the same turn; else now. */
	readonly crowd?: Crowd;
};

/** Every member registered now, and how their groups stand; null: not known. */
export type Crowd = {
	readonly registered: readonly RegisteredMember[] | null;
	readonly groups: ReadonlyMap<string, GroupStanding> | null;
};

/** Counts every member: once a turn, however many members it is about. */
export function crowdNow(membership: Membership): Crowd {
	const registered = registeredMembers(membership);
	if (registered === null) {
		return { registered, groups: null };
	}
	const groups = new Map<string, { members: number; notAlive: number }>();
	for (const { registration, state } of membership.roll.entries.values()) {
		// What has no address can be observed by nobody, dead or alive.
		if (registration.addresses.length > 0) {
			const standing = groups.get(registration.group) ?? { members: 0, notAlive: 0 };
			standing.members += 1;
			standing.notAlive += state.verdict === 'alive' ? 0 : 1;
			groups.set(registration.group, standing);
		}
	}
	return { registered, groups };
}

/** The cluster's, by the settings as last seen. */
export function policyNow({ config, settings }: PurgeGround): Policy {
	return effectivePolicy(config.policy, settings());
}

/** Judged by the very settings whose version the write checks, not by those that were heard of last. */
function contextNow(ground: PurgeGround, entry: RollEntry, policy: Policy): DecisionContext {
	return { ...ground.membership.roll.contextOf(entry), policy: policyOfRegistration(policy, entry.config) };
}

/** Proven by itself, on evidence as fresh as the victim's own must be. */
export function standingNow(
	ground: PurgeGround,
	entry: RollEntry,
	policy: Policy,
	claim: TakeoverClaim | null,
): SiblingRegistration['standing'] {
	const ageMs = evidenceAgeMs(entry.state, ground.clock.nowMs());
	const context = contextNow(ground, entry, policy);
	const fresh = ageMs !== null && ageMs <= context.policy.evidenceAgeMsMax;
	const proven =
		isProvenAnew(entry.state, context, ground.clock.nowMs()) ||
		(claim !== null && judgeTakeover(entry.state, context, claim).proven !== null);
	return fresh && proven ? 'proven' : 'lives';
}

/** Judges the other registrations of the session anew, this instant. */
function siblingsNow(
	ground: PurgeGround,
	gathered: Gathered,
	policy: Policy,
	claim: TakeoverClaim | null,
): readonly SiblingRegistration[] | null {
	return (
		gathered.siblings?.map((sibling) => {
			const entry = ground.membership.roll.entries.get(sibling.path);
			return sibling.standing === 'unprovable' || !entry
				? sibling
				: { path: sibling.path, standing: standingNow(ground, entry, policy, claim) };
		}) ?? null
	);
}

/** The member itself, and each registration of its session that goes with it. */
function goingWith(ground: PurgeGround, entry: RollEntry, gathered: Gathered): RollEntry[] {
	const siblings = (gathered.siblings ?? []).flatMap(({ path }) => ground.membership.roll.entries.get(path) ?? []);
	return [entry, ...siblings];
}

/** Everything that a list of guards was decided on, as it was in that turn: what the record of a purge keeps. */
export type Judged = {
	readonly state: MemberState;
	readonly context: DecisionContext;
	readonly nowMs: number;
	readonly asked: GuardRecord;
};

/** By the very list: whoever records it later finds what it was decided on, not what is known by then. */
const judged = new WeakMap<readonly GuardCheck[], Judged>();

export function judgedOn(guards: readonly GuardCheck[]): Judged | null {
	return judged.get(guards) ?? null;
}

/** The same judgement, of which a check has been replaced by a better one. */
export function withCheck(guards: readonly GuardCheck[], better: GuardCheck): GuardCheck[] {
	const told = guards.map((check) => (check.guard === better.guard ? better : check));
	const on = judged.get(guards);
	if (on) {
		judged.set(told, on);
	}
	return told;
}

/** Every guard on what is known this instant. Synchronous: nothing may come between the answer and the write. */
export function guardsNow(ground: PurgeGround, entry: RollEntry, question: GuardQuestion): GuardCheck[] {
	const nowMs = ground.clock.nowMs();
	const settings = question.settings === undefined ? ground.settings() : question.settings;
	const claim = question.requester === 'takeover' ? (question.claim ?? null) : null;
	const policy = effectivePolicy(ground.config.policy, settings);
	const context = contextNow(ground, entry, policy);
	const siblings = siblingsNow(ground, question.gathered, policy, claim);
	const latch = ground.latch();
	const { planned, role, requester } = question;
	const { radius, recovery } = measure(ground, entry, question, { policy, settings, nowMs });
	const secondPersonNeeded = question.secondPersonNeeded ?? false;
	const guards = decideGuards({
		state: entry.state,
		context,
		nowMs,
		override: question.override,
		role,
		asker: question.asker ?? null,
		approved: question.approved ?? null,
		secondPersonNeeded,
		siblings,
		claim,
		latch,
		mayRelay: question.mayRelay ?? false,
		fence: question.fence,
		blastRadius: judgeRadius(radius, { planned, policy, approval: role === 'admin' ? question.approval : null }),
		recovery: judgeRecovery(requester, policy, recovery),
	});
	const asked: GuardRecord = {
		by: requester,
		role,
		planned,
		latch: latch.kind,
		siblings: summariseSiblings(siblings),
		radius,
		recovery,
		claim,
		secondPersonNeeded,
	};
	judged.set(guards, { state: entry.state, context, nowMs, asked });
	return guards;
}

/** What the guards count and read, once for the answer and for the record. */
function measure(
	ground: PurgeGround,
	entry: RollEntry,
	question: GuardQuestion,
	now: { readonly policy: Policy; readonly settings: Settings | null; readonly nowMs: number },
) {
	const { settings, policy, nowMs } = now;
	const counters = question.counters === undefined ? ground.counters() : question.counters;
	const { registered, groups } = question.crowd ?? crowdNow(ground.membership);
	return {
		// Without the settings what the operators allow is not known either.
		radius: measureRadius({ entries: settings === null ? null : counters, registered, policy, nowMs }),
		recovery: measureRecovery({
			requester: question.requester,
			settings,
			policy,
			registrationSwitchedOn:
				settings?.registrations[entry.config.path]?.automaticRecovery ?? entry.config.automaticRecovery,
			going: goingWith(ground, entry, question.gathered).map(toRegistered),
			planned: question.planned,
			entries: counters,
			registered,
			groups,
			nowMs,
			wallMs: ground.clock.wallMs(),
		}),
	};
}

/** Every member registered now, as the blast radius counts them. */
export function registeredMembers(membership: Membership): RegisteredMember[] | null {
	if (!membership.registry.complete()) {
		return null;
	}
	return [...membership.roll.entries.values()].map((entry) => toRegistered(entry));
}

function toRegistered(entry: RollEntry): RegisteredMember {
	const endpoints = Object.values(entry.state.endpoints).map((known) => endpointKey(known.endpoint));
	const { incarnation, id, group } = entry.registration;
	return { path: incarnation.path, czxid: incarnation.czxid, id, group, addresses: endpoints.slice(0, 16) };
}

/** What a purge of this member adds to the counters: its own registration and each that goes with it. */
export function toCounterEntries(
	ground: PurgeGround,
	entry: RollEntry,
	gathered: Gathered,
	attempt: string,
	by: Requester,
): CounterEntry[] {
	return goingWith(ground, entry, gathered).map((each) => ({
		attempt,
		...toRegistered(each),
		ephemeralOwner: each.registration.incarnation.ephemeralOwner,
		sessionTimeoutMs: each.state.session.timeoutMs,
		by,
	}));
}
