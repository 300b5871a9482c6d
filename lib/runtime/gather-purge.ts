import { AUTO_FORMAT, type ClusterConfig } from '@/lib/core/config';
import type { StampedEntry } from '@/lib/core/counters';
import { ancestorsOf, surveyFence } from '@/lib/core/fence';
import type { GuardCheck } from '@/lib/core/guard';
import type { SiblingRegistration } from '@/lib/core/guards';
import { isRegistrationApart, toOwnedZnodes } from '@/lib/core/owned';
import type { Clock, LatchState, RegistrationParser, ZnodeStat, ZooKeeperPort } from '@/lib/core/ports';
import type { OwnedZnode } from '@/lib/core/purge-plan';
import type { Settings } from '@/lib/core/settings';
import { policyNow, standingNow } from './guards-now';
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
		return { path, standing: followed ? standingNow(ground, followed, policyNow(ground), null) : 'lives' };
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
