import { AUTO_FORMAT, type ClusterConfig } from '@/lib/core/config';
import { type CounterEntry, decideBlastRadius, type RegisteredMember, type StampedEntry } from '@/lib/core/counters';
import { ancestorsOf, surveyFence } from '@/lib/core/fence';
import type { GuardCheck, Requester } from '@/lib/core/guard';
import { decideGuards, evidenceAgeMs, isProvenAnew, type SiblingRegistration } from '@/lib/core/guards';
import { endpointKey } from '@/lib/core/member';
import { isRegistrationApart, toOwnedZnodes } from '@/lib/core/owned';
import type { Clock, LatchState, RegistrationParser, Role, ZnodeStat, ZooKeeperPort } from '@/lib/core/ports';
import { judgeTakeover, type TakeoverClaim } from '@/lib/core/prove-takeover';
import type { OwnedZnode } from '@/lib/core/purge-plan';
import { decideRecoveryGuards, type GroupStanding } from '@/lib/core/recovery-guards';
import { effectivePolicy, type Settings } from '@/lib/core/settings';
import type { Membership } from './membership';
import type { RollEntry } from './roll';

/** Owned znodes whose name and data are read to tell a registration that nobody follows from a lock. */
const OWNED_READ_MAX = 500;

export type PurgeGround = {
	readonly config: ClusterConfig;
	readonly zk: ZooKeeperPort;
	readonly clock: Clock;
	readonly parse: RegistrationParser;
	readonly membership: Membership;
	readonly latch: () => LatchState;
	/** The counters as last seen, stamped with the own clock; null when they cannot be read or parsed. */
	readonly counters: () => readonly StampedEntry[] | null;
	/** As last seen; null when they cannot be read or parsed. */
	readonly settings: () => Settings | null;
	/** Rollcall's own (prepare-root.ts). */
	readonly paths: { readonly settings: string };
};

/** What a purge of one member rests on besides its evidence; read afresh for each plan. */
export type Gathered = {
	readonly owned: OwnedZnode[] | null;
	readonly siblings: readonly SiblingRegistration[] | null;
};

/** What the member's session owns, and which of it are registrations of their own. */
export async function gatherOwned(ground: PurgeGround, entry: RollEntry): Promise<Gathered> {
	const { roll, sweeps } = ground.membership;
	const { incarnation } = entry.registration;
	const paths = sweeps.last()?.ephemerals?.get(incarnation.ephemeralOwner);
	if (!paths) {
		return { owned: null, siblings: null };
	}
	const registered = paths
		.map((path) => path.slice(ground.config.zooKeeper.chroot.length))
		.filter((path) => path !== incarnation.path && roll.entries.has(path));
	if (registered.length > 0) {
		// Each registration of the session must be proven by itself, on evidence of its own.
		await ground.membership.freshEvidence([incarnation.path, ...registered]);
	}
	const owned = toOwnedZnodes(paths, ground.config.zooKeeper.chroot, (path) => roll.entries.has(path));
	const others = owned.filter((znode) => znode.path !== incarnation.path);
	if (others.length > OWNED_READ_MAX) {
		return { owned, siblings: null };
	}
	const standings = await answered(ground, () => Promise.all(others.map((znode) => standingOf(ground, entry, znode))));
	return { owned, siblings: standings?.flatMap((standing) => standing ?? []) ?? null };
}

/**
 * What ZooKeeper answers; null when it does not, at once when there is no connection. What cannot be read is unknown,
 * and unknown lets nothing through: an outage is a guard's answer, never an exception.
 */
async function answered<T>(ground: PurgeGround, look: () => Promise<T>): Promise<T | null> {
	if (ground.zk.state().kind !== 'connected') {
		return null;
	}
	try {
		return await look();
	} catch (error) {
		// The port's errors carry a code; anything else is a fault of this program.
		if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
			return null;
		}
		throw error;
	}
}

async function standingOf(
	ground: PurgeGround,
	victim: RollEntry,
	znode: OwnedZnode,
): Promise<SiblingRegistration | null> {
	const { path, kind } = znode;
	const followed = ground.membership.roll.entries.get(path);
	if (kind === 'registration') {
		return { path, standing: followed ? standingNow(ground, followed) : 'lives' };
	}
	if (kind === 'out-of-reach' || isOwn(ground, path)) {
		return null;
	}
	const value = await ground.zk.read(path);
	if (!value) {
		return null;
	}
	// Without data it is a lock only where its name, too, is nobody's registration (Dubbo, Solr, HBase).
	const parsed = ground.parse({ path, data: value.data, config: { ...AUTO_FORMAT, path } });
	return isRegistrationApart(znode, parsed, victim.registration.addresses) ? { path, standing: 'unprovable' } : null;
}

/** An observer's presence, its suspicions, an opt-in to drills: nobody's registration, whatever they say. */
function isOwn({ paths, config }: PurgeGround, path: string): boolean {
	const root = paths.settings.slice(0, -`/settings/${config.id}`.length);
	return path.startsWith(`${root}/`);
}

/** Proven by itself, on evidence as fresh as the victim's own must be. */
function standingNow(
	ground: PurgeGround,
	entry: RollEntry,
	claim: TakeoverClaim | null = null,
): SiblingRegistration['standing'] {
	const ageMs = evidenceAgeMs(entry.state, ground.clock.nowMs());
	const context = ground.membership.roll.contextOf(entry);
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
	claim: TakeoverClaim | null,
): readonly SiblingRegistration[] | null {
	return (
		gathered.siblings?.map((sibling) => {
			const entry = ground.membership.roll.entries.get(sibling.path);
			return sibling.standing === 'unprovable' || !entry
				? sibling
				: { path: sibling.path, standing: standingNow(ground, entry, claim) };
		}) ?? null
	);
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

/** The fence as far as stats can tell; permissions show only when it is built. */
export async function checkFence(ground: PurgeGround, entry: RollEntry): Promise<GuardCheck> {
	const { path } = entry.registration.incarnation;
	const stats = await answered(ground, () => statFence(ground, path));
	if (stats === null) {
		return { guard: 'fence', result: 'unknown', code: 'fence-unavailable', facts: { path } };
	}
	const { stat, ancestors } = stats;
	const survey = stat
		? surveyFence({ victim: { path, kind: 'registration', stat }, owned: [], ancestors, unguardable: new Set() })
		: null;
	if (survey?.kind !== 'ready') {
		return { guard: 'fence', result: 'fail', code: 'fence-unavailable', facts: { path } };
	}
	return toFenceCheck(survey.strength, survey.guards.length);
}

async function statFence(ground: PurgeGround, path: string) {
	const paths = ancestorsOf(path);
	const [stat, ...stats] = await Promise.all([path, ...paths].map((each) => ground.zk.stat(each)));
	const ancestors = new Map<string, ZnodeStat>();
	for (const [index, ancestor] of paths.entries()) {
		const found = stats[index];
		if (found) {
			ancestors.set(ancestor, found);
		}
	}
	return { stat: stat ?? null, ancestors };
}

export function toFenceCheck(strength: 'full' | 'weak', guards: number): GuardCheck {
	return { guard: 'fence', result: 'pass', code: strength === 'full' ? 'fence-full' : 'fence-weak', facts: { guards } };
}

export type GuardQuestion = {
	readonly gathered: Gathered;
	readonly fence: GuardCheck;
	/** Registrations that the whole request would remove from here on. */
	readonly planned: number;
	readonly override: boolean;
	readonly role: Role;
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

/** The member itself, and each registration of its session that goes with it. */
function goingWith(ground: PurgeGround, entry: RollEntry, gathered: Gathered): RollEntry[] {
	const siblings = (gathered.siblings ?? []).flatMap(({ path }) => ground.membership.roll.entries.get(path) ?? []);
	return [entry, ...siblings];
}

/** Every guard on what is known this instant. Synchronous: nothing may come between the answer and the write. */
export function guardsNow(ground: PurgeGround, entry: RollEntry, question: GuardQuestion): GuardCheck[] {
	const context = ground.membership.roll.contextOf(entry);
	const nowMs = ground.clock.nowMs();
	const counters = question.counters === undefined ? ground.counters() : question.counters;
	const settings = question.settings === undefined ? ground.settings() : question.settings;
	const { registered, groups } = question.crowd ?? crowdNow(ground.membership);
	const claim = question.requester === 'takeover' ? (question.claim ?? null) : null;
	const policy = effectivePolicy(ground.config.policy, settings);
	return decideGuards({
		state: entry.state,
		context,
		nowMs,
		override: question.override,
		role: question.role,
		siblings: siblingsNow(ground, question.gathered, claim),
		claim,
		latch: ground.latch(),
		mayRelay: question.mayRelay ?? false,
		fence: question.fence,
		blastRadius: decideBlastRadius({
			// What the operators allow is not known either.
			entries: settings === null ? null : counters,
			registered,
			planned: question.planned,
			policy,
			nowMs,
			approval: question.role === 'admin' ? question.approval : null,
		}),
		recovery: decideRecoveryGuards({
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
	});
}
