import { ancestorsOf, type FenceTarget } from '../core/fence';
import type { Incarnation } from '../core/member';
import { RULES } from '../core/policy';
import type { ZnodeStat, ZooKeeperConnection } from '../core/ports';
import type { OutcomeReason, OwnedZnode } from '../core/purge-plan';

/** Rollcall's own znodes that take part in every purge of one cluster. */
export type FencePaths = {
	readonly settings: string;
	readonly counters: string;
	/** Folder and prefix of the records, e.g. '/rollcall/outbox/e-'. */
	readonly outbox: string;
};

/** Rollcall's own znodes as a purge needs them: the latch that it holds, and the rest. */
export type OwnPaths = { readonly paths: FencePaths; readonly latchPath: string };

export type LookInput = OwnPaths & {
	/** The dead session. */
	readonly ephemeralOwner: bigint;
	readonly victim: { readonly incarnation: Incarnation; readonly dataVersion: number } | null;
	readonly owned: readonly OwnedZnode[];
	/** czxid of each owned znode as first seen; grows with what is seen. */
	readonly czxids: Map<string, bigint>;
};

/** What a multi rests on besides the znodes that it removes. */
export type Ground = {
	readonly roundTripMs: number;
	readonly latchVersion: number;
	readonly settings: { readonly data: Buffer; readonly version: number };
	readonly counters: { readonly data: Buffer; readonly version: number };
	readonly ancestors: ReadonlyMap<string, ZnodeStat>;
};

type Slow = { readonly kind: 'slow'; readonly roundTripMs: number };
type Stale = {
	readonly kind: 'stale';
	readonly reason: 'incarnation-changed' | 'data-changed';
	readonly detail: string;
};
type Refused = {
	readonly kind: 'refused';
	readonly reason: OutcomeReason;
	readonly path: string;
	readonly detail: string;
};

export type Look =
	| (Ground & {
			readonly kind: 'seen';
			readonly victim: FenceTarget | null;
			readonly owned: readonly FenceTarget[];
	  })
	| Slow
	| Stale
	| Refused;

/**
 * Everything that the multi rests on, read over one connection. The order is what makes the fence sound: first a round
 * trip to the leader, so that this server has all that is committed; then the ancestors, whose counts the guards will
 * compare; the victim last. A re-registration before the victim's stat shows in its czxid, one after it in a count that
 * was read before. Read the other way round, one between the two would show in neither.
 */
export async function lookAt(connection: ZooKeeperConnection, input: LookInput): Promise<Look> {
	const targets = [...(input.victim === null ? [] : [input.victim.incarnation]), ...input.owned];
	const ground = await readGround(
		connection,
		input,
		targets.map(({ path }) => path),
	);
	if ('kind' in ground) {
		return ground;
	}
	const [victim, owned] = await Promise.all([
		input.victim === null ? null : readVictim(connection, input.victim),
		readOwned(connection, input),
	]);
	if (victim !== null && victim.kind !== 'target') {
		return victim;
	}
	if (owned.kind !== 'targets') {
		return owned;
	}
	return { kind: 'seen', ...ground, victim: victim === null ? null : victim.target, owned: owned.targets };
}

export type BatchLookMember = {
	readonly incarnation: Incarnation;
	readonly dataVersion: number;
	readonly owned: readonly OwnedZnode[];
};

export type BatchLook = (Ground & { readonly kind: 'seen'; readonly members: readonly MemberLook[] }) | Slow | Refused;

export type MemberLook =
	| { readonly kind: 'target'; readonly victim: FenceTarget; readonly owned: readonly FenceTarget[] }
	| Stale;

/** The same for many registrations at once: what they share is read once, and before any of them. One answer a member, in order. */
export async function lookAtMany(
	connection: ZooKeeperConnection,
	own: OwnPaths,
	members: readonly BatchLookMember[],
	czxids: Map<string, bigint>,
): Promise<BatchLook> {
	const targets = members.flatMap(({ incarnation, owned }) => [incarnation.path, ...owned.map(({ path }) => path)]);
	const ground = await readGround(connection, own, targets);
	if ('kind' in ground) {
		return ground;
	}
	const looks = await Promise.all(
		members.map(async (member): Promise<MemberLook> => {
			const { ephemeralOwner } = member.incarnation;
			const [victim, owned] = await Promise.all([
				readVictim(connection, member),
				readOwned(connection, { ephemeralOwner, owned: member.owned, czxids }),
			]);
			if (victim.kind !== 'target') {
				return victim;
			}
			return owned.kind === 'targets' ? { kind: 'target', victim: victim.target, owned: owned.targets } : owned;
		}),
	);
	return { kind: 'seen', ...ground, members: looks };
}

/** The round trip first; then what the multi checks, and the ancestors of all its targets. */
async function readGround(
	connection: ZooKeeperConnection,
	{ paths, latchPath }: OwnPaths,
	targets: readonly string[],
): Promise<Ground | Slow | Refused> {
	const { roundTripMs } = await connection.sync();
	if (!(roundTripMs < RULES.leaderRoundTripMsMax)) {
		return { kind: 'slow', roundTripMs };
	}
	const [latch, settings, counters, ancestors] = await Promise.all([
		connection.stat(latchPath),
		connection.read(paths.settings),
		connection.read(paths.counters),
		readAncestors(connection, targets),
	]);
	if (latch === null || latch.ephemeralOwner !== connection.sessionId) {
		return refusal('latch-lost', latchPath, 'the latch is not held by this session');
	}
	if (settings === null) {
		return refusal('settings-changed', paths.settings, 'there are no settings to check');
	}
	if (counters === null) {
		return refusal('settings-changed', paths.counters, 'there are no counters to change');
	}
	return {
		roundTripMs,
		latchVersion: latch.version,
		settings: { data: settings.data, version: settings.stat.version },
		counters: { data: counters.data, version: counters.stat.version },
		ancestors,
	};
}

async function readAncestors(
	connection: ZooKeeperConnection,
	targets: readonly string[],
): Promise<Map<string, ZnodeStat>> {
	const paths = [...new Set(targets.flatMap(ancestorsOf))];
	const stats = await Promise.all(paths.map((path) => connection.stat(path)));
	const found = new Map<string, ZnodeStat>();
	for (const [index, path] of paths.entries()) {
		const stat = stats[index];
		if (stat) {
			found.set(path, stat);
		}
	}
	return found;
}

async function readVictim(connection: ZooKeeperConnection, victim: NonNullable<LookInput['victim']>) {
	const { path, czxid, ephemeralOwner } = victim.incarnation;
	const stat = await connection.stat(path);
	if (stat === null) {
		return stale('incarnation-changed', `${path} is gone`);
	}
	if (stat.czxid !== czxid || stat.ephemeralOwner !== ephemeralOwner) {
		return stale('incarnation-changed', `${path} was registered again`);
	}
	if (stat.version !== victim.dataVersion) {
		return stale('data-changed', `${path} has data version ${stat.version}, not ${victim.dataVersion}`);
	}
	const target: FenceTarget = { path, kind: 'registration', stat };
	return { kind: 'target', target } as const;
}

/**
 * The other ephemerals of the session as they are now. What is gone, or belongs to another session, is none of ours.
 * One that the same session made anew since the first look shows a living session.
 */
async function readOwned(
	connection: ZooKeeperConnection,
	input: Pick<LookInput, 'ephemeralOwner' | 'owned' | 'czxids'>,
) {
	const stats = await Promise.all(input.owned.map((znode) => connection.stat(znode.path)));
	const targets: FenceTarget[] = [];
	for (const [index, znode] of input.owned.entries()) {
		const stat = stats[index] ?? null;
		if (stat === null || stat.ephemeralOwner !== input.ephemeralOwner) {
			continue;
		}
		const known = input.czxids.get(znode.path) ?? stat.czxid;
		if (known !== stat.czxid) {
			return stale('incarnation-changed', `the session created ${znode.path} meanwhile: it is alive`);
		}
		input.czxids.set(znode.path, known);
		targets.push({ path: znode.path, kind: znode.kind, stat });
	}
	return { kind: 'targets', targets } as const;
}

function stale(reason: 'incarnation-changed' | 'data-changed', detail: string) {
	return { kind: 'stale', reason, detail } as const;
}

function refusal(reason: OutcomeReason, path: string, detail: string) {
	return { kind: 'refused', reason, path, detail } as const;
}
