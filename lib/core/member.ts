/**
 * A member is one registration znode; an incarnation is one life of it.
 * 64-bit ZooKeeper ids are bigint here and 0x-hex strings outside of the process (see ids.ts).
 */

/** Evidence belongs to exactly one incarnation: when any of the three changes, all of it is void. */
export type Incarnation = {
	readonly path: string;
	readonly czxid: bigint;
	/** Session that owns the znode, unsigned; 0n for a znode that is not ephemeral. */
	readonly ephemeralOwner: bigint;
};

/** A TCP address as the registration states it; `host` may be a name, an IPv4 or an IPv6 literal (no brackets). */
export type Address = {
	/** What the format calls it: 'member', 'admin', 'ws', 'tcp', 'service', 'ssl' … */
	readonly name: string;
	readonly host: string;
	/** 1..65535 */
	readonly port: number;
};

/** A literal IP and port: what is probed. */
export type Endpoint = { readonly ip: string; readonly port: number };

/** Where a member answers HTTP for itself. */
export type HealthTarget = {
	/** A name, an IPv4 or an IPv6 literal (no brackets). */
	readonly host: string;
	/** 1..65535 */
	readonly port: number;
	/** Absolute path, with its query where it has one; at most 1,024 printable ASCII characters. */
	readonly path: string;
	/** The HTTP status of a healthy answer, 100..599. */
	readonly status: number;
};

/** Why a registration could not be read in full; `detail` is for people and bounded to 300 characters. */
export type Unreadable = { readonly code: UnreadableCode; readonly detail: string };

export const UNREADABLE_CODES = [
	'data-forbidden',
	'payload-empty',
	'payload-too-large',
	'payload-not-json',
	'payload-not-text',
	'payload-shape',
	'address-missing',
	'address-invalid',
	'addresses-too-many',
	'health-invalid',
	'name-invalid',
	'format-unknown',
] as const;
export type UnreadableCode = (typeof UNREADABLE_CODES)[number];

/** What a format reads from one znode's name and data. Never throws: what cannot be read says so. */
export type ParsedRegistration = {
	/** At most 512 characters. Falls back to the znode's name. */
	readonly id: string;
	/** At most 256 characters. */
	readonly group: string;
	/** At most 32. The first is the main one (host and port of the row). Empty when unreadable. */
	readonly addresses: readonly Address[];
	readonly unreadable: Unreadable | null;
	/** Null: no health check, because none is configured or its port could not be read. */
	readonly health: HealthTarget | null;
	/** Self-reported state that is not liveness (Turms' isActive, isHealthy …); shown, never evidence. */
	readonly selfReported: Readonly<Record<string, string | number | boolean>>;
	/** Format that read it ('turms', 'curator', 'kafka', 'dubbo', 'solr', 'hbase', 'json', 'text'; 'auto' where none did). */
	readonly format: string;
};

/** One registration as read from ZooKeeper. */
export type Registration = ParsedRegistration & {
	readonly incarnation: Incarnation;
	readonly parentPath: string;
	/** The znode's data version, for the fence. */
	readonly dataVersion: number;
	/** ZooKeeper leader's wall clock at create, ms since the epoch; for display only. */
	readonly createdAtMs: number;
	/** Data as text, at most 16 kB, for display only (hostile). */
	readonly rawText: string;
};

export function incarnationKey(incarnation: Incarnation): string {
	return `${incarnation.czxid.toString(16)}:${incarnation.ephemeralOwner.toString(16)}:${incarnation.path}`;
}

export function sameIncarnation(a: Incarnation, b: Incarnation): boolean {
	return a.path === b.path && a.czxid === b.czxid && a.ephemeralOwner === b.ephemeralOwner;
}

/** '127.0.0.1:80' or '[::1]:80'. */
export function endpointKey(endpoint: Endpoint): string {
	return endpoint.ip.includes(':') ? `[${endpoint.ip}]:${endpoint.port}` : `${endpoint.ip}:${endpoint.port}`;
}
