import type { Policy } from './policy';

/** The validated config (lib/adapters/config parses it; docs/config.md shows its JSON). */
export type ServerConfig = {
	/** host:port of the client port. */
	readonly client: string;
	/** Base address of the AdminServer's commands, e.g. http://10.0.0.1:8080/commands; null: `cons` is used. */
	readonly admin: string | null;
};

export type JsonFields = {
	readonly host: string;
	readonly port: string;
	readonly id?: string | undefined;
	readonly group?: string | undefined;
};

/** An HTTP health check of each member. With neither port nor pointer the main address's own port is asked. */
export type HealthConfig = {
	/** Absolute path, with its query where it has one. */
	readonly path: string;
	/** A fixed port on the main address's host. */
	readonly port: number | null;
	/** JSON pointer into the payload: to a port (on the main address's host), a 'host:port' or an http:// address. */
	readonly pointer: string | null;
	/** The HTTP status of a healthy answer. */
	readonly status: number;
};

/** How often members are probed and when their silence is remarkable. Evidence of nothing by itself. */
export type Thresholds = {
	/** phi from which on a silent member is suspect, 1..20. Source: Hayashibara 2004 and Akka, 8. */
	readonly phi: number;
	/** Between two gentle probes of one member, 1,000..60,000. */
	readonly probeIntervalMs: number;
	/** After which a probe without an answer has timed out, 100..10,000. */
	readonly probeTimeoutMs: number;
};

export const DEFAULT_THRESHOLDS: Thresholds = { phi: 8, probeIntervalMs: 5_000, probeTimeoutMs: 1_000 };

export type RegistrationConfig = {
	/** Parent of the members; `*` stands for one level. */
	readonly path: string;
	readonly format: 'turms' | 'curator' | 'kafka' | 'dubbo' | 'solr' | 'hbase' | 'json' | 'auto';
	/** Wins over the format's. */
	readonly group: string | null;
	/** JSON pointers, for format json. */
	readonly fields: JsonFields | null;
	readonly settleMs: number | null;
	readonly addressIsOwn: boolean;
	/** Null: as the format knows it (turms); false: none, not even that one. */
	readonly health: HealthConfig | null | false;
	readonly thresholds: Thresholds;
	/** False: its members are never purged without being asked, whatever the cluster's switch says. */
	readonly automaticRecovery: boolean;
};

/** Reads a znode of which only its data is known. */
export const AUTO_FORMAT: Omit<RegistrationConfig, 'path'> = {
	format: 'auto',
	group: null,
	fields: null,
	settleMs: null,
	addressIsOwn: false,
	health: null,
	thresholds: DEFAULT_THRESHOLDS,
	automaticRecovery: true,
};

export type ClusterConfig = {
	readonly id: string;
	readonly name: string;
	readonly zooKeeper: {
		/** 'host:port,host:port' without the chroot. */
		readonly connect: string;
		/** '' or '/chroot'. */
		readonly chroot: string;
		readonly sessionTimeoutMs: number;
		/** Credentials resolved from the environment ('user:password' for digest). */
		readonly auth: { readonly scheme: string; readonly credentials: string } | null;
		readonly tls: { readonly caFile: string; readonly certFile: string | null; readonly keyFile: string | null } | null;
		readonly servers: readonly ServerConfig[];
	};
	readonly registrations: readonly RegistrationConfig[];
	readonly policy: Policy;
	/** Where this console runs, as an observer's failure domain: a host, a rack, a zone; at most 64 characters. */
	readonly failureDomain: string;
};

export type RollcallConfig = {
	readonly clusters: readonly ClusterConfig[];
	/** 'sqlite:<file>' or 'postgres://…' with its password: not to be shown. */
	readonly database: string;
	/** Age from which entries of the audit log wait to be archived, days; null: none was set. Nothing is removed by itself. */
	readonly auditRetentionDays: number | null;
	/** Rollcall's own folder in every ensemble, e.g. '/rollcall'. */
	readonly rootPath: string;
};
