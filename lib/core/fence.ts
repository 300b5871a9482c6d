import type { CreateMode, ZnodeStat, ZooKeeperOp } from './ports';
import type { OwnedZnode } from './purge-plan';

/**
 * The fence: a compare-and-delete on 'nothing was created here since I looked'.
 *
 * ZooKeeper's delete compares the data version alone, and every new znode starts at version 0: a member that registers
 * again between the look and the delete would be removed in its predecessor's place. The number in the name of a
 * sequential child is the count of creates under its parent; the parent's stat gives that count away. So a multi that
 * creates a sequential child and deletes it again *by its predicted name* fails as a whole as soon as anything was
 * created there. docs/decisions/0001-the-fence.md tells the rest.
 */

/** Nearest the int that ZooKeeper counts creates in (2^31 - 1); behind it names turn negative and counts repeat. */
const CREATES_MAX = 2_147_483_647 - 1_000;
/** Above about 1 MB (jute.maxbuffer) a server drops the connection; half of that is safe. */
export const MULTI_BYTES_MAX = 512 * 1024;
/** Multis of 500 removals and more stall other clients for 75 to 150 ms. */
export const MULTI_REMOVALS_MAX = 200;
/** What removals and their guards may take of a multi; the rest is for the counters and the record. */
const REMOVAL_BYTES_MAX = 128 * 1024;
/** ACL, version, header and lengths of one operation, generously. */
const OP_OVERHEAD_BYTES = 128;

/**
 * How many children were ever created under the znode, as the next sequential name will say it. ZooKeeper reports
 * cversion = 2 x creates - children, in 32-bit arithmetic that overflows from 2^30 creates on: hence the unsigned sum.
 * null (fail closed) when that is no whole number or too near the int's end.
 */
export function creates(stat: Pick<ZnodeStat, 'cversion' | 'numChildren'>): number | null {
	const count = ((stat.cversion + stat.numChildren) >>> 0) / 2;
	return Number.isInteger(count) && count <= CREATES_MAX ? count : null;
}

/** '/a/b/c' -> ['/a/b', '/a', '/'], nearest first. */
export function ancestorsOf(path: string): string[] {
	const found: string[] = [];
	for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
		found.push(path.slice(0, end));
	}
	return path === '/' ? found : [...found, '/'];
}

/**
 * The guard under one ancestor: create a sequential child, delete it under the name it has if and only if nothing was
 * created there since `count` was read. `random` is 16 fresh hex digits of this attempt, so that nobody can have placed
 * a real child under the predicted name. A znode created a moment ago has version 0.
 */
export function guardPair(ancestor: string, count: number, random: string): readonly [ZooKeeperOp, ZooKeeperOp] {
	if (!/^[0-9a-f]{16}$/.test(random)) {
		throw new TypeError('a guard needs 16 fresh hex digits: a name that can be guessed can be occupied');
	}
	const prefix = `${ancestor === '/' ? '' : ancestor}/rc-${random}-`;
	const mode: CreateMode = 'persistent-sequential';
	return [
		{ kind: 'create', path: prefix, data: new Uint8Array(0), mode },
		{ kind: 'delete', path: `${prefix}${String(count).padStart(10, '0')}`, version: 0 },
	];
}

/** A znode to be removed, with the stat of the same look that read its ancestors (theirs first, then this one). */
export type FenceTarget = { readonly path: string; readonly kind: OwnedZnode['kind']; readonly stat: ZnodeStat };

/** `weak`: the parent is guarded, its own parent is not (NO_AUTH): a re-created parent could repeat its count. */
export type FenceStrength = 'full' | 'weak';

export type FenceGuard = {
	readonly path: string;
	readonly count: number;
	/** The victim itself needs it. */
	readonly forVictim: boolean;
	/** Other znodes that need it. */
	readonly forOwned: readonly string[];
};

export type FenceSurvey =
	| {
			readonly kind: 'ready';
			readonly strength: FenceStrength;
			readonly guards: readonly FenceGuard[];
			readonly victim: FenceTarget | null;
			readonly owned: readonly FenceTarget[];
			/** Owned znodes for a multi of their own, because of size. */
			readonly overflow: readonly string[];
			/** Owned znodes that cannot be fenced here; they stay. */
			readonly unfenced: readonly string[];
			/** Ancestors of the victim that are left out. */
			readonly unguarded: readonly string[];
	  }
	/** No guard under the victim's parent: without it a delete is version-only, and that is never done. */
	| { readonly kind: 'unavailable'; readonly path: string };

export type SurveyInput = {
	/** null in a multi that removes only what was split off. */
	readonly victim: FenceTarget | null;
	readonly owned: readonly FenceTarget[];
	/** Stats of every ancestor, read before the targets' own, on the same connection. */
	readonly ancestors: ReadonlyMap<string, ZnodeStat>;
	/** Ancestors under which a guard was refused (NO_AUTH). */
	readonly unguardable: ReadonlySet<string>;
};

/** Which guards this multi needs, and what fits into it. Pure. */
export function surveyFence(input: SurveyInput): FenceSurvey {
	const counts = countsOf(input);
	const parent = input.victim === null ? null : parentOf(input.victim.path);
	if (parent !== null && !counts.has(parent)) {
		return { kind: 'unavailable', path: parent };
	}
	const guards: Guards = new Map();
	const victimAncestors = input.victim === null ? [] : ancestorsOf(input.victim.path);
	for (const path of victimAncestors.filter((ancestor) => counts.has(ancestor))) {
		guards.set(path, { forVictim: true, forOwned: [] });
	}
	const unguarded = victimAncestors.filter((path) => !counts.has(path));
	const fitted = fitOwned(input, counts, guards);
	return {
		kind: 'ready',
		strength: unguarded.some((path) => path === victimAncestors[1]) ? 'weak' : 'full',
		guards: [...guards].map(([path, use]) => ({ path, count: counts.get(path) ?? 0, ...use })),
		victim: input.victim,
		...fitted,
		unguarded,
	};
}

type Guards = Map<string, { readonly forVictim: boolean; readonly forOwned: string[] }>;

/** Takes along what fits, and adds the guards that it needs to `guards`. */
function fitOwned(input: SurveyInput, counts: ReadonlyMap<string, number>, guards: Guards) {
	const owned: FenceTarget[] = [];
	const overflow: string[] = [];
	const unfenced: string[] = [];
	let bytes = [...guards.keys()].reduce((sum, path) => sum + guardBytes(path), 0);
	for (const target of input.owned) {
		const needed = guardsFor(target, counts);
		if (needed === null) {
			unfenced.push(target.path);
			continue;
		}
		const fresh = needed.filter((path) => !guards.has(path));
		const more = opBytes(target.path) + fresh.reduce((sum, path) => sum + guardBytes(path), 0);
		const full = owned.length + (input.victim === null ? 0 : 1) >= MULTI_REMOVALS_MAX;
		if (full || bytes + more > REMOVAL_BYTES_MAX) {
			overflow.push(target.path);
			continue;
		}
		bytes += more;
		owned.push(target);
		for (const path of needed) {
			const known = guards.get(path) ?? { forVictim: false, forOwned: [] };
			known.forOwned.push(target.path);
			guards.set(path, known);
		}
	}
	return { owned, overflow, unfenced };
}

/**
 * The ancestors to guard for a znode of the session; null when its parent needs a guard and cannot have one.
 * A name that ends in ZooKeeper's own sequence cannot come back while its parent lives, so a lock or latch needs no
 * guard under its (often busy) folder, only above it, where the folder itself could be made anew. A name whose number
 * the folder has not reached yet was not given by ZooKeeper and gets no such trust.
 */
function guardsFor(target: FenceTarget, counts: ReadonlyMap<string, number>): string[] | null {
	const parent = parentOf(target.path);
	const guardable = ancestorsOf(target.path).filter((path) => counts.has(path));
	const number = target.kind === 'sequence' ? sequenceOf(target.path) : null;
	if (number !== null && number < (counts.get(parent) ?? 0)) {
		return guardable.filter((path) => path !== parent);
	}
	return counts.has(parent) ? guardable : null;
}

/** The number ZooKeeper gave a sequential child: the last 10 digits; null when the name has none. */
export function sequenceOf(path: string): number | null {
	const digits = /(?:^|[^0-9])([0-9]{10})$/.exec(path)?.[1];
	return digits === undefined ? null : Number(digits);
}

function countsOf(input: SurveyInput): Map<string, number> {
	const counts = new Map<string, number>();
	for (const [path, stat] of input.ancestors) {
		const count = creates(stat);
		if (count !== null && !input.unguardable.has(path)) {
			counts.set(path, count);
		}
	}
	return counts;
}

function parentOf(path: string): string {
	return ancestorsOf(path)[0] ?? '/';
}

function opBytes(path: string): number {
	return path.length * 3 + OP_OVERHEAD_BYTES;
}

function guardBytes(path: string): number {
	return 2 * (opBytes(path) + 32);
}
