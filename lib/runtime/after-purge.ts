import { randomUUID } from 'node:crypto';
import type { AuditAction, AuditDraft, Json } from '@/lib/core/audit-entry';
import { toHex } from '@/lib/core/ids';
import { endpointKey, type Incarnation } from '@/lib/core/member';
import type { Clock, Sweep } from '@/lib/core/ports';
import type { RollEntry } from './roll';

/** A purge is watched for two session time-outs, at least this long. */
const WATCH_MS_MIN = 60_000;
const WATCHED_MAX = 5_000;

type Watched = {
	readonly incarnation: Incarnation;
	readonly id: string;
	/** As registered and as resolved: who comes next registers a name again, or the IP. */
	readonly places: ReadonlySet<string>;
	readonly attempt: string;
	readonly committedAtMs: number;
	readonly untilMs: number;
	ghost: boolean;
	replaced: boolean;
};

export type AfterPurge = {
	committed(entry: RollEntry, attempt: string, committedAtMs: number): void;
	joined(entry: RollEntry): void;
	swept(sweep: Sweep): void;
};

/**
 * Watches what comes after each purge: its session connected again is a ghost (the member lives, unregistered: a
 * mistake to be noticed); the same id or address registered anew ends the failover clock.
 */
export function watchAfterPurge(deps: {
	clock: Clock;
	cluster: string;
	observer: string;
	record: (draft: AuditDraft) => void;
}): AfterPurge {
	const { clock } = deps;
	let watched: Watched[] = [];

	function record(action: AuditAction, one: Watched, detail: Json): void {
		deps.record({
			key: randomUUID(),
			atMs: Math.round(clock.wallMs()),
			actor: { kind: 'system', name: deps.observer, role: null, sourceAddress: null },
			action,
			outcome: 'ok',
			cluster: deps.cluster,
			member: one.incarnation.path,
			memberId: one.id,
			czxid: toHex(one.incarnation.czxid),
			reason: null,
			zxid: null,
			detail,
		});
	}

	return {
		committed(entry, attempt, committedAtMs) {
			const { incarnation, id } = entry.registration;
			watched.push({
				incarnation,
				id,
				places: new Set([
					...placesOf(entry),
					...Object.values(entry.state.endpoints).map((known) => endpointKey(known.endpoint)),
				]),
				attempt,
				committedAtMs,
				untilMs: committedAtMs + Math.max(WATCH_MS_MIN, 2 * (entry.state.session.timeoutMs ?? 0)),
				ghost: false,
				replaced: false,
			});
			watched = watched.slice(-WATCHED_MAX);
		},
		joined(entry) {
			const { incarnation, id } = entry.registration;
			const places = placesOf(entry);
			for (const one of watched) {
				const same = one.id === id || places.some((place) => one.places.has(place));
				if (same && !one.replaced && incarnation.czxid > one.incarnation.czxid) {
					one.replaced = true;
					const afterMs = Math.round(clock.nowMs() - one.committedAtMs);
					record('member.replaced', one, {
						attempt: one.attempt,
						afterMs,
						by: incarnation.path,
						czxid: toHex(incarnation.czxid),
					});
				}
			}
		},
		swept(sweep) {
			const nowMs = clock.nowMs();
			watched = watched.filter((one) => one.untilMs > nowMs);
			for (const one of watched) {
				const session = sweep.sessions.get(one.incarnation.ephemeralOwner);
				if (!one.ghost && (session?.connections.length ?? 0) > 0) {
					one.ghost = true;
					record('member.ghost', one, {
						attempt: one.attempt,
						servers: session?.connections.map((c) => c.server) ?? [],
					});
				}
			}
		},
	};
}

function placesOf(entry: RollEntry): string[] {
	return entry.registration.addresses.map(({ host, port }) => endpointKey({ ip: host, port }));
}
