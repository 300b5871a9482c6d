import type { RegistrationConfig } from './config';

/** What an administrator may see of the config: no credentials, and no name of a file that holds any. */
export type ConfigView = {
	readonly rootPath: string;
	/** The kind of database alone: its address may hold credentials. */
	readonly database: 'sqlite' | 'postgres';
	readonly clusters: readonly ClusterConfigView[];
	/** The config file as it is now: `changed` holds from the next start on, `wrong` would end it. */
	readonly file: {
		readonly state: 'in-use' | 'changed' | 'wrong';
		readonly problems: readonly ConfigProblemView[];
		/** Problems beyond those listed. */
		readonly more: number;
	};
};

export type ConfigProblemView = {
	/** 'clusters[0].policy.settleMs' */
	readonly field: string;
	readonly found: string;
	readonly allowed: string;
};

export type ClusterConfigView = {
	readonly id: string;
	readonly name: string;
	/** host:port of each server that `connect` names. */
	readonly connect: readonly string[];
	/** '' or '/chroot'. */
	readonly chroot: string;
	readonly sessionTimeoutMs: number;
	/** Scheme of the credentials; null: none are sent. */
	readonly auth: string | null;
	readonly tls: boolean;
	readonly servers: readonly { readonly client: string; readonly admin: string | null }[];
	readonly registrations: readonly {
		readonly path: string;
		readonly format: RegistrationConfig['format'];
		readonly group: string | null;
		readonly automaticRecovery: boolean;
	}[];
	readonly failureDomain: string;
};
