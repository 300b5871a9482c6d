import type { GuardCheck, Requester } from './guard';
import { toHex, unsigned64 } from './ids';
import type { Policy } from './policy';

/**
 * What the blast radius counts: every purge of the recent past, by whoever carried it out, kept in the znode
 * counters/<cluster> and changed in the purge's own multi. No time is written there: clocks of two machines are never
 * compared. Each console stamps an entry with its own monotonic clock when it first sees it, so a console that
 * restarts sees all of them as fresh and errs on the side of purging less.
 */
export type CounterEntry = {
	/** Id of the purge's attempt. */
	readonly attempt: string;
	readonly path: string;
	/** Unsigned. */
	readonly czxid: bigint;
	readonly id: string;
	/** Of the registration, '' when it is not known. */
	readonly group: string;
	/** 'host:port' as registered. */
	readonly addresses: readonly string[];
	/** The purged session, unsigned: whoever holds the latch next watches whether it comes back. */
	readonly ephemeralOwner: bigint;
	/** Of the session, ms; null when it is not known. */
	readonly sessionTimeoutMs: number | null;
	readonly by: Requester;
};

export type CountersDocument = { readonly entries: readonly CounterEntry[] };

export type StampedEntry = CounterEntry & { readonly firstSeenAtMs: number };

/** A member that is registered now. */
export type RegisteredMember = Pick<CounterEntry, 'path' | 'czxid' | 'id' | 'group' | 'addresses'>;

/** Bounds of the document; the znode's data must leave room for the multi that writes it. */
export const COUNTERS_BOUNDS = {
	bytesMax: 256 * 1024,
	entriesMax: 2_000,
	textMax: 1_024,
	/** Dubbo writes whole URLs into names; as long as the audit log takes. */
	pathMax: 4_096,
	addressesMax: 16,
} as const;

export function entryKey(entry: CounterEntry): string {
	return `${entry.attempt} ${entry.czxid.toString(16)} ${entry.path}`;
}

/** Stamps what is new with `nowMs`, keeps the stamp of what was seen before, forgets what is gone from the document. */
export function stampEntries(
	known: readonly StampedEntry[],
	document: CountersDocument,
	nowMs: number,
): readonly StampedEntry[] {
	const seen = new Map(known.map((entry) => [entryKey(entry), entry.firstSeenAtMs]));
	return document.entries.map((entry) => ({ ...entry, firstSeenAtMs: seen.get(entryKey(entry)) ?? nowMs }));
}

/**
 * Entries that still count: first seen within the window, and not replaced, i.e. no newer incarnation with the same
 * path, id (under the same parent) or address is registered. The others may be dropped at the next write.
 */
export function countingEntries(
	entries: readonly StampedEntry[],
	registered: readonly RegisteredMember[],
	windowMs: number,
	nowMs: number,
): readonly StampedEntry[] {
	const recent = entries.filter((entry) => nowMs - entry.firstSeenAtMs < windowMs);
	if (recent.length === 0) {
		return recent;
	}
	const newest = newestByPlace(registered);
	return recent.filter((entry) =>
		placesOfEntry(entry).every((key) => (newest.get(key) ?? -1n) <= unsigned64(entry.czxid)),
	);
}

/** By the very list, which nobody changes: many members are judged on one in the same turn. */
const newestOf = new WeakMap<readonly RegisteredMember[], ReadonlyMap<string, bigint>>();

/** The newest czxid by path, id and address, so that thousands of entries and members are compared in linear time. */
function newestByPlace(registered: readonly RegisteredMember[]): ReadonlyMap<string, bigint> {
	const known = newestOf.get(registered);
	if (known) {
		return known;
	}
	const newest = new Map<string, bigint>();
	for (const member of registered) {
		for (const key of placesOf(member)) {
			const czxid = unsigned64(member.czxid);
			if (czxid > (newest.get(key) ?? -1n)) {
				newest.set(key, czxid);
			}
		}
	}
	newestOf.set(registered, newest);
	return newest;
}

export type BlastRadiusInput = {
	/** null: the counters could not be read or parsed. */
	readonly entries: readonly StampedEntry[] | null;
	/** Every member registered now, of all configured parents; null: not known. */
	readonly registered: readonly RegisteredMember[] | null;
	/** Registrations that this purge would remove, all of the session's own included. */
	readonly planned: number;
	readonly policy: Pick<Policy, 'blastRadiusMin' | 'blastRadiusShare' | 'blastRadiusWindowMs'>;
	readonly nowMs: number;
	/** An administrator's statement of how many may go beyond what is allowed; null: none. */
	readonly approval: { readonly members: number } | null;
};

/** What the blast radius is judged on: purges that count, and members registered. Kept in a purge's record. */
export type RadiusMeasure = { readonly counted: number; readonly registered: number };

/** null: it cannot be counted. */
export function measureRadius({
	entries,
	registered,
	policy,
	nowMs,
}: Pick<BlastRadiusInput, 'entries' | 'registered' | 'policy' | 'nowMs'>): RadiusMeasure | null {
	return entries === null || registered === null
		? null
		: {
				counted: countingEntries(entries, registered, policy.blastRadiusWindowMs, nowMs).length,
				registered: registered.length,
			};
}

export function decideBlastRadius(input: BlastRadiusInput): GuardCheck {
	return judgeRadius(measureRadius(input), input);
}

/**
 * At most max(blastRadiusMin, floor(blastRadiusShare x registered)) members purged and not yet replaced within the
 * window (Eureka's self-preservation). What cannot be counted is `unknown`, and unknown lets nothing through.
 */
export function judgeRadius(
	measured: RadiusMeasure | null,
	{ planned, policy, approval }: Pick<BlastRadiusInput, 'planned' | 'policy' | 'approval'>,
): GuardCheck {
	if (measured === null || !Number.isInteger(planned) || planned < 0) {
		return { guard: 'blast-radius', result: 'unknown', code: 'counters-unknown', facts: {} };
	}
	const { counted, registered } = measured;
	const allowed = Math.max(policy.blastRadiusMin, Math.floor(policy.blastRadiusShare * registered));
	const used = counted + planned;
	const facts = { used, allowed, planned, registered };
	if (used <= allowed) {
		return { guard: 'blast-radius', result: 'pass', code: 'within-radius', facts };
	}
	const approved = approval === null ? 0 : Math.max(0, Math.floor(approval.members));
	if (used <= allowed + approved) {
		return { guard: 'blast-radius', result: 'pass', code: 'radius-approved', facts: { ...facts, approved } };
	}
	return { guard: 'blast-radius', result: 'fail', code: 'radius-exceeded', facts: { ...facts, approved } };
}

/**
 * The document after a purge: what still counts for any guard, and the purge's own entries. Where there is no room, the
 * oldest that count for flapping alone are forgotten first. null when it would leave its bounds all the same: then nothing
 * may be purged, for it could not be counted.
 */
export function withPurged(
	known: readonly StampedEntry[],
	purged: readonly CounterEntry[],
	policy: Pick<Policy, 'blastRadiusWindowMs' | 'flappingWindowMs'>,
	nowMs: number,
): CountersDocument | null {
	const longestMs = Math.max(policy.blastRadiusWindowMs, policy.flappingWindowMs);
	const counting = known.filter((entry) => nowMs - entry.firstSeenAtMs < longestMs);
	let spare = counting.filter((entry) => nowMs - entry.firstSeenAtMs >= policy.blastRadiusWindowMs).length;
	for (let first = 0; ; ) {
		const document = toDocument(counting.slice(first), purged);
		if (document !== null || spare === 0) {
			return document;
		}
		// Half of what may be forgotten at a time: each try writes the whole text.
		const forgotten = Math.ceil(spare / 2);
		first += forgotten;
		spare -= forgotten;
	}
}

function toDocument(kept: readonly StampedEntry[], purged: readonly CounterEntry[]): CountersDocument | null {
	const entries = [...kept.map(({ firstSeenAtMs: _ours, ...entry }) => entry), ...purged];
	if (entries.length > COUNTERS_BOUNDS.entriesMax || !entries.every(isBounded)) {
		return null;
	}
	return new TextEncoder().encode(toCountersText({ entries })).length <= COUNTERS_BOUNDS.bytesMax ? { entries } : null;
}

/** The znode's text: JSON, with ids as 0x-hex. lib/runtime/read-counters.ts is its reader. */
export function toCountersText(document: CountersDocument): string {
	const entries = document.entries.map((entry) => ({
		...entry,
		czxid: toHex(entry.czxid),
		ephemeralOwner: toHex(entry.ephemeralOwner),
	}));
	return JSON.stringify({ entries });
}

function isBounded(entry: CounterEntry): boolean {
	const texts = [entry.attempt, entry.id, ...entry.addresses];
	return (
		entry.path.length > 0 &&
		entry.path.length <= COUNTERS_BOUNDS.pathMax &&
		entry.addresses.length <= COUNTERS_BOUNDS.addressesMax &&
		entry.group.length <= COUNTERS_BOUNDS.textMax &&
		texts.every((text) => text.length > 0 && text.length <= COUNTERS_BOUNDS.textMax)
	);
}

/** By the very entry: each is asked about for each of hundreds of members in the same turn. */
const placesOfEntries = new WeakMap<StampedEntry, readonly string[]>();

function placesOfEntry(entry: StampedEntry): readonly string[] {
	const known = placesOfEntries.get(entry);
	if (known) {
		return known;
	}
	const places = placesOf(entry);
	placesOfEntries.set(entry, places);
	return places;
}

/** An id is one among the members of its parent: '1' of another service is somebody else. */
function placesOf(member: Pick<RegisteredMember, 'path' | 'id' | 'addresses'>): string[] {
	const parent = member.path.slice(0, member.path.lastIndexOf('/'));
	return [
		`path ${member.path}`,
		`id ${parent} ${member.id}`,
		...member.addresses.map((address) => `address ${address}`),
	];
}
