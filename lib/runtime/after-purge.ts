import type { AuditAction, AuditDraft, Json } from '@/lib/core/audit-entry';
import { entryKey, type StampedEntry } from '@/lib/core/counters';
import { toHex, unsigned64 } from '@/lib/core/ids';
import { endpointKey } from '@/lib/core/member';
import type { MemberState } from '@/lib/core/member-state';
import type { Clock, Sweep } from '@/lib/core/ports';
import { sha256Hex } from './outbox-entry';
import type { RollEntry } from './roll';

/** A purge is watched for two session time-outs, at least this long. */
const WATCH_MS_MIN = 60_000;
const WATCHED_MAX = 5_000;
/** Of a purge that another console carried out this one may learn after its replacement has registered. */
const JOINED_BEFORE_MS = 2_000;
const JOINED_KEPT = 1_000;

type Watched = {
	readonly entry: Pick<StampedEntry, 'attempt' | 'path' | 'czxid' | 'id' | 'ephemeralOwner' | 'sessionTimeoutMs'>;
	/** As registered and as resolved: who comes next registers a name again, or the IP. */
	readonly places: ReadonlySet<string>;
	/** Null: it stood in the counters when this console started. */
	readonly committedAtMs: number | null;
	readonly untilMs: number;
	/** Its first sign of death: a tripwire closed, or its session gone; null: not seen here. */
	readonly diedAtMs: number | null;
	ghost: boolean;
	replaced: boolean;
	/** What stands in the log only when this console holds the latch. */
	owed: AuditDraft[];
};

export type AfterPurge = {
	/** This console has carried out a purge. */
	committed(entry: RollEntry, attempt: string, committedAtMs: number): void;
	/** What stands in the counters: the purges of every console, all of them done by `mzxid`. */
	counted(entries: readonly StampedEntry[], mzxid: bigint): void;
	joined(entry: RollEntry): void;
	swept(sweep: Sweep): void;
};

/**
 * Watches what comes after each purge, by whichever console: its session connected again, or registering again, is a ghost
 * (the member lives, a mistake to be noticed); the same id or address registered anew ends the failover clock. Every
 * console watches; the one that holds the latch records, under keys that are the same for all of them, so that one
 * database holds each once and whoever gets the latch goes on.
 */
export function watchAfterPurge(deps: {
	clock: Clock;
	cluster: string;
	observer: string;
	record: (draft: AuditDraft) => void;
	holdsLatch: () => boolean;
	/** This incarnation, registered or left a while ago. */
	find: (path: string, czxid: bigint) => RollEntry | null;
}): AfterPurge {
	const { clock } = deps;
	const watched = new Map<string, Watched>();
	let joinedLately: { readonly entry: RollEntry; readonly atMs: number }[] = [];
	let countedBefore = false;

	/** `sinceZxid`: the purge was done by then; null: it was done just now, before anybody joined that this console knows. */
	function watch(
		one: StampedEntry,
		known: RollEntry | null,
		committedAtMs: number | null,
		sinceZxid: bigint | null,
	): void {
		const key = entryKey(one);
		if (watched.has(key)) {
			return;
		}
		const added: Watched = {
			entry: one,
			places: new Set([...one.addresses, ...(known ? [...placesOf(known), ...endpointsOf(known.state)] : [])]),
			committedAtMs,
			untilMs: one.firstSeenAtMs + Math.max(WATCH_MS_MIN, 2 * (one.sessionTimeoutMs ?? 0)),
			diedAtMs: known ? diedAtMs(known.state) : null,
			ghost: false,
			replaced: false,
			owed: [],
		};
		watched.set(key, added);
		for (const old of [...watched.keys()].slice(0, Math.max(0, watched.size - WATCHED_MAX))) {
			watched.delete(old);
		}
		if (committedAtMs !== null) {
			// Who registered before the purge is no replacement: its predecessor was superseded by it, and is cleared away.
			const isAfter = ({ entry, atMs }: (typeof joinedLately)[number]) =>
				sinceZxid === null ? atMs >= committedAtMs : unsigned64(entry.registration.incarnation.czxid) > sinceZxid;
			for (const { entry, atMs } of joinedLately.filter(isAfter)) {
				meet(added, entry, atMs);
			}
		}
	}

	/** Somebody has registered: in its place, or its own session once more. */
	function meet(one: Watched, { registration }: RollEntry, atMs: number): void {
		const { incarnation, id } = registration;
		// The cheap question first: a start meets every member with every purge that stands in the counters.
		if (one.committedAtMs === null || unsigned64(incarnation.czxid) <= unsigned64(one.entry.czxid)) {
			return;
		}
		if (incarnation.ephemeralOwner !== 0n && incarnation.ephemeralOwner === one.entry.ephemeralOwner) {
			haunt(one, { how: 'registered-again', by: incarnation.path });
			return;
		}
		const same =
			isSameId(one.entry, incarnation.path, id) ||
			registration.addresses.some(({ host, port }) => one.places.has(endpointKey({ ip: host, port })));
		if (!same || one.replaced) {
			return;
		}
		one.replaced = true;
		const afterMs = Math.max(0, Math.round(atMs - one.committedAtMs));
		owe(one, 'member.replaced', {
			attempt: one.entry.attempt,
			afterMs,
			by: incarnation.path,
			czxid: toHex(incarnation.czxid),
			sessionTimeoutMs: one.entry.sessionTimeoutMs,
			deathToReplacedMs: one.diedAtMs === null ? null : Math.round(atMs - one.diedAtMs),
		});
	}

	function haunt(one: Watched, detail: { readonly [key: string]: Json }): void {
		if (!one.ghost) {
			one.ghost = true;
			owe(one, 'member.ghost', { attempt: one.entry.attempt, ...detail });
		}
	}

	function owe(one: Watched, action: AuditAction, detail: Json): void {
		const { attempt, path, czxid, id } = one.entry;
		one.owed.push({
			key: `${action}-${attempt}-${sha256Hex(path).slice(0, 16)}`,
			atMs: Math.round(clock.wallMs()),
			actor: { kind: 'system', name: deps.observer, role: null, sourceAddress: null },
			action,
			outcome: 'ok',
			cluster: deps.cluster,
			member: path,
			memberId: id,
			czxid: toHex(czxid),
			reason: null,
			zxid: null,
			detail,
		});
	}

	function settle(): void {
		const nowMs = clock.nowMs();
		joinedLately = joinedLately.filter(({ atMs }) => nowMs - atMs < JOINED_BEFORE_MS);
		const mayRecord = deps.holdsLatch();
		for (const [key, one] of watched) {
			if (mayRecord) {
				for (const draft of one.owed.splice(0)) {
					deps.record(draft);
				}
			}
			if (one.untilMs <= nowMs) {
				watched.delete(key);
			}
		}
	}

	return {
		committed(entry, attempt, committedAtMs) {
			const { incarnation, id, group } = entry.registration;
			const addresses = endpointsOf(entry.state);
			const { timeoutMs } = entry.state.session;
			const one = { ...incarnation, attempt, id, group, addresses, sessionTimeoutMs: timeoutMs, by: 'human' } as const;
			watch({ ...one, firstSeenAtMs: committedAtMs }, entry, committedAtMs, null);
			settle();
		},
		counted(entries, mzxid) {
			const nowMs = clock.nowMs();
			for (const one of entries) {
				if (watched.has(entryKey(one)) || nowMs - one.firstSeenAtMs >= WATCH_MS_MIN) {
					continue;
				}
				watch(one, deps.find(one.path, one.czxid), countedBefore ? one.firstSeenAtMs : null, unsigned64(mzxid));
			}
			countedBefore = true;
			settle();
		},
		joined(entry) {
			const atMs = clock.nowMs();
			joinedLately.push({ entry, atMs });
			if (joinedLately.length > 2 * JOINED_KEPT) {
				joinedLately = joinedLately.slice(-JOINED_KEPT);
			}
			for (const one of watched.values()) {
				meet(one, entry, atMs);
			}
			if (watched.size > 0) {
				settle();
			}
		},
		swept(sweep) {
			for (const one of watched.values()) {
				const connections = sweep.sessions.get(one.entry.ephemeralOwner)?.connections ?? [];
				if (one.entry.ephemeralOwner !== 0n && connections.length > 0) {
					haunt(one, { how: 'connected', servers: connections.map(({ server }) => server) });
				}
			}
			settle();
		},
	};
}

/** An id is one among the members of its parent. */
function isSameId(one: Watched['entry'], path: string, id: string): boolean {
	return one.path === path || (one.id === id && parentOf(one.path) === parentOf(path));
}

function parentOf(path: string): string {
	return path.slice(0, path.lastIndexOf('/'));
}

function placesOf(entry: RollEntry): string[] {
	return entry.registration.addresses.map(({ host, port }) => endpointKey({ ip: host, port }));
}

function endpointsOf(state: MemberState): string[] {
	return Object.values(state.endpoints).map((known) => endpointKey(known.endpoint));
}

function diedAtMs(state: MemberState): number | null {
	const signs = [
		state.session.goneSinceMs,
		...Object.values(state.endpoints).map(({ closedByPeer }) => closedByPeer?.atMs ?? null),
	].filter((atMs) => atMs !== null);
	return signs.length === 0 ? null : Math.min(...signs);
}
