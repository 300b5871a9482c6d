import { z } from 'zod';
import { unsigned64 } from '../../core/ids';
import type { EnsembleNames, ServerAnswer } from '../../core/sweep';
import { parseRemoteIp } from './remote-address';
import type { ListedConnection } from './server-source';

/**
 * What ZooKeeper 3.8's AdminServer answers, read field by field. Rows are checked by hand: a schema library takes longer
 * over 10,000 of them than everything else in a sweep.
 */
export type Rows = { readonly connections: readonly ListedConnection[]; readonly tlsSeen: boolean };

const id = z
	.union([z.number().int(), z.string().regex(/^-?\d{1,20}$/)])
	.transform((value) => BigInt(value))
	.refine(fits64, 'does not fit into 64 bits');
const serverId = z.number().int().min(0).max(0x7fff_ffff);
const count = z.number().int().min(0);

export const configurationSchema = z.object({
	server_id: serverId,
	tick_time: z.number().int().positive().nullish(),
});

export const statsSchema = z.object({
	version: z.string().max(500).nullish(),
	server_stats: z.object({
		server_state: z.string().max(50),
		uptime: count,
		avg_latency: z.number().nullish(),
		last_processed_zxid: id,
	}),
});

export const observersSchema = z.object({
	synced_observers: count,
	observers: z.array(z.object({ sid: serverId.nullish() })).max(10_000),
});

export const leaderSchema = z.object({ leader_id: serverId });

export const votingViewSchema = z.object({
	current_config: z.record(
		z.string().regex(/^\d{1,10}$/),
		z.object({ server_addresses: z.array(z.string().max(300)).max(20) }),
	),
});

export const monitorSchema = z.object({
	synced_followers: count.nullish(),
	synced_non_voting_followers: count.nullish(),
});

const ROLES: Readonly<Record<string, ServerAnswer['role']>> = {
	leader: 'leader',
	follower: 'follower',
	observer: 'observer',
	standalone: 'standalone',
};

/** null for any other state ('read-only', 'leaderelection' …). */
export function parseRole(state: string): ServerAnswer['role'] {
	return ROLES[state] ?? null;
}

export function toNames(view: z.infer<typeof votingViewSchema>): EnsembleNames {
	return new Map(
		Object.entries(view.current_config).map(([key, { server_addresses }]) => [Number(key), server_addresses[0] ?? '']),
	);
}

/** Observers by id; only their number when one of them does not give its own. */
export function toObservers(answer: z.infer<typeof observersSchema>): NonNullable<ServerAnswer['observers']> {
	const ids = answer.observers.flatMap(({ sid }) => sid ?? []);
	const all = ids.length === answer.observers.length && ids.length >= answer.synced_observers;
	return { count: Math.max(answer.synced_observers, answer.observers.length), serverIds: all ? ids : null };
}

/** `/commands/connections`; null when it is not a listing or any row of it cannot be read. */
export function parseRows(body: Record<string, unknown>): Rows | null {
	const plain = parseListing(body.connections);
	const secure = body.secure_connections === undefined ? [] : parseListing(body.secure_connections);
	if (plain === null || secure === null) return null;
	return { connections: [...plain, ...secure], tlsSeen: body.secure_connections !== undefined };
}

function parseListing(value: unknown): ListedConnection[] | null {
	if (!Array.isArray(value)) return null;
	const connections: ListedConnection[] = [];
	for (const row of value) {
		const connection = parseRow(row);
		if (connection === null) return null;
		if (connection.sessionId !== 0n) connections.push(connection);
	}
	return connections;
}

/** A connection still shaking hands, or one that asks a four-letter word, has no session: id 0. */
function parseRow(row: unknown): ListedConnection | null {
	if (!isRecord(row)) return null;
	const sessionId = row.session_id === undefined ? 0n : toId(row.session_id);
	const packetsReceived = toCount(row.packets_received);
	const address = row.remote_socket_address;
	if (sessionId === null || packetsReceived === null || typeof address !== 'string' || address.length > 300)
		return null;
	return {
		sessionId,
		remoteIp: parseRemoteIp(address),
		connectionKey: address,
		packetsReceived,
		sessionTimeoutMs: toCount(row.session_timeout),
		lastResponseMs: toCount(row.last_response_time),
		latencyMsAvg: toCount(row.avg_latency),
	};
}

/** `/commands/dump`: two maps; null when either cannot be read. */
export function parseDump(
	body: Record<string, unknown>,
): { buckets: Map<bigint, number>; ephemerals: Map<bigint, readonly string[]> } | null {
	const { expiry_time_to_session_ids: table, session_id_to_ephemeral_paths: owners } = body;
	if (!isRecord(table) || !isRecord(owners)) return null;
	const buckets = new Map<bigint, number>();
	for (const [time, ids] of Object.entries(table)) {
		const bucketMs = Number(time);
		if (!Array.isArray(ids) || !Number.isSafeInteger(bucketMs)) return null;
		for (const value of ids) {
			const session = toId(value);
			if (session === null) return null;
			buckets.set(session, bucketMs);
		}
	}
	const ephemerals = new Map<bigint, readonly string[]>();
	for (const [key, paths] of Object.entries(owners)) {
		const session = toId(key);
		if (session === null || !Array.isArray(paths) || !paths.every((path) => typeof path === 'string')) return null;
		ephemerals.set(session, paths);
	}
	return { buckets, ephemerals };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Unsigned 64-bit id from a safe integer or a string of digits. */
function toId(value: unknown): bigint | null {
	if (typeof value === 'number') return Number.isSafeInteger(value) ? unsigned64(BigInt(value)) : null;
	if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) return null;
	const whole = BigInt(value);
	return fits64(whole) ? unsigned64(whole) : null;
}

/** Signed as Java writes them, or unsigned; a larger one would pass for another once cut to 64 bits. */
function fits64(value: bigint): boolean {
	return value >= -(2n ** 63n) && value < 2n ** 64n;
}

function toCount(value: unknown): number | null {
	return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
