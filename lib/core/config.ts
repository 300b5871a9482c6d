import type { Policy } from './policy';

/** The validated config (lib/adapters/config parses it; contract.md shows its JSON). */
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

export type RegistrationConfig = {
	/** Parent of the members; `*` stands for one level. */
	readonly path: string;
	readonly format: 'turms' | 'curator' | 'json' | 'auto';
	/** Wins over the format's. */
	readonly group: string | null;
	/** JSON pointers, for format json. */
	readonly fields: JsonFields | null;
	readonly settleMs: number | null;
	readonly addressIsOwn: boolean;
};

/** Reads a znode of which only its data is known. */
export const AUTO_FORMAT: Omit<RegistrationConfig, 'path'> = {
	format: 'auto',
	group: null,
	fields: null,
	settleMs: null,
	addressIsOwn: false,
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
};

export type RollcallConfig = {
	readonly clusters: readonly ClusterConfig[];
	/** 'sqlite:<file>'. */
	readonly database: string;
	/** Rollcall's own folder in every ensemble, e.g. '/rollcall'. */
	readonly rootPath: string;
};
