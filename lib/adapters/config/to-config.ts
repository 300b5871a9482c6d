import { accessSync, constants, statSync } from 'node:fs';
import {
	type ClusterConfig,
	DEFAULT_THRESHOLDS,
	type RegistrationConfig,
	type RollcallConfig,
	type ServerConfig,
} from '@/lib/core/config';
import { parsePostgresUrl, withPassword } from '../database/postgres-url';
import type { ConfigProblem } from './config-error';
import type { ClusterFile, ConfigFile } from './config-schema';
import { liesWithin, patternsOverlap } from './paths';

const DATABASE_PASSWORD = 'ROLLCALL_DATABASE_PASSWORD';

type Env = Readonly<Record<string, string | undefined>>;
type Report = (field: string, found: string, allowed: string) => void;

/** The config in the core's terms, and everything wrong that no single field shows. The config holds only without problems. */
export function toConfig(file: ConfigFile, env: Env): { config: RollcallConfig; problems: ConfigProblem[] } {
	const problems: ConfigProblem[] = [];
	const report: Report = (field, found, allowed) => problems.push({ field, found, allowed });
	const clusters = file.clusters.map((cluster, index) => {
		const field = `clusters[${index}]`;
		if (file.clusters.findIndex((other) => other.id === cluster.id) !== index) {
			report(`${field}.id`, `'${cluster.id}', used by another cluster`, 'an id of its own for each cluster');
		}
		return toCluster(cluster, { field, env, report, rootPath: file.rootPath });
	});
	const database = toDatabase(file.database, env[DATABASE_PASSWORD], report);
	const config = {
		clusters,
		database,
		auditRetentionDays: file.audit.retentionDays ?? null,
		rootPath: file.rootPath,
	};
	return { config, problems };
}

/** The URL with the password from the environment, for a PostgreSQL one without. */
function toDatabase(url: string, password: string | undefined, report: Report): string {
	const postgres = parsePostgresUrl(url);
	if (postgres === null || password === undefined || password === '') {
		return url;
	}
	if (postgres.hasPassword) {
		report(DATABASE_PASSWORD, 'a password beside the one in the field database', 'one of them');
		return url;
	}
	return withPassword(url, password);
}

type Context = { readonly field: string; readonly env: Env; readonly report: Report; readonly rootPath: string };

function toCluster(cluster: ClusterFile, context: Context): ClusterConfig {
	const { zookeeper, policy } = cluster;
	if (policy.observerDomainsMin > policy.observersMin) {
		const found = `${policy.observerDomainsMin}, with observersMin ${policy.observersMin}`;
		const allowed = 'at most observersMin: an observer is in one failure domain';
		context.report(`${context.field}.policy.observerDomainsMin`, found, allowed);
	}
	return {
		id: cluster.id,
		name: cluster.name ?? cluster.id,
		zooKeeper: {
			connect: zookeeper.connect.servers.join(','),
			chroot: zookeeper.connect.chroot,
			sessionTimeoutMs: zookeeper.sessionTimeoutMs,
			auth: toAuth(zookeeper.auth, context),
			tls: toTls(zookeeper.tls, context),
			servers: toServers(zookeeper, context),
		},
		registrations: toRegistrations(cluster, context),
		policy: { ...policy, phiThreshold: DEFAULT_THRESHOLDS.phi },
		failureDomain: cluster.failureDomain,
	};
}

function toAuth(
	auth: ClusterFile['zookeeper']['auth'],
	{ field, env, report }: Context,
): ClusterConfig['zooKeeper']['auth'] {
	if (auth === null || auth === undefined) {
		return null;
	}
	const credentials = env[auth.credentialsEnv] ?? '';
	if (!/^[^:]+:./.test(credentials)) {
		const found = `${auth.credentialsEnv}, which ${credentials === '' ? 'is not set' : "does not hold 'user:password'"}`;
		report(`${field}.zookeeper.auth.credentialsEnv`, found, "an environment variable that holds 'user:password'");
	}
	return { scheme: auth.scheme, credentials };
}

function toTls(tls: ClusterFile['zookeeper']['tls'], { field, report }: Context): ClusterConfig['zooKeeper']['tls'] {
	if (tls === null || tls === undefined) {
		return null;
	}
	const files = { caFile: tls.caFile, certFile: tls.certFile ?? null, keyFile: tls.keyFile ?? null };
	for (const [name, file] of Object.entries(files)) {
		const wrong = file === null ? null : unreadableBecause(file);
		if (wrong !== null) {
			report(`${field}.zookeeper.tls.${name}`, `${JSON.stringify(file)}, ${wrong}`, 'a readable PEM file');
		}
	}
	if ((files.certFile === null) !== (files.keyFile === null)) {
		const missing = files.certFile === null ? 'certFile' : 'keyFile';
		report(`${field}.zookeeper.tls.${missing}`, 'nothing', 'certFile and keyFile, both or neither');
	}
	return files;
}

function unreadableBecause(file: string): string | null {
	try {
		accessSync(file, constants.R_OK);
		return statSync(file).isFile() ? null : 'which is no file';
	} catch (error) {
		const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
		return code === 'ENOENT' ? 'which does not exist' : `which cannot be read (${code ?? 'unknown reason'})`;
	}
}

/** The servers as given, and each server of `connect` that is not among them, without an admin address. */
function toServers(zookeeper: ClusterFile['zookeeper'], { field, report }: Context): ServerConfig[] {
	const given = (zookeeper.servers ?? []).map((server) => ({ client: server.client, admin: server.admin ?? null }));
	given.forEach((server, index) => {
		const isFirst = (key: 'client' | 'admin') => given.findIndex((other) => other[key] === server[key]) === index;
		if (!isFirst('client')) {
			report(`${field}.zookeeper.servers[${index}].client`, `'${server.client}', named twice`, 'each server once');
		}
		if (server.admin !== null && !isFirst('admin')) {
			// Two servers behind one admin address would be counted as two answers.
			report(`${field}.zookeeper.servers[${index}].admin`, `'${server.admin}', named twice`, 'its own for each server');
		}
	});
	const others = zookeeper.connect.servers.filter((client) => !given.some((server) => server.client === client));
	return [...given, ...others.map((client) => ({ client, admin: null }))];
}

function toRegistrations(cluster: ClusterFile, { field, report, rootPath }: Context): RegistrationConfig[] {
	return cluster.registrations.map((registration, index) => {
		const at = `${field}.registrations[${index}]`;
		const { path, format } = registration;
		const fields = registration.fields ?? null;
		const overlapping = cluster.registrations.slice(0, index).find((other) => patternsOverlap(other.path, path));
		if (overlapping !== undefined) {
			report(
				`${at}.path`,
				`'${path}', which overlaps '${overlapping.path}'`,
				'each parent of members in one registration',
			);
		}
		for (const reserved of [rootPath, '/zookeeper']) {
			if (liesWithin(path, reserved)) {
				report(`${at}.path`, `'${path}', which lies in '${reserved}'`, 'a path of the members');
			}
		}
		if (format === 'json' && fields === null) {
			report(`${at}.fields`, 'nothing', "JSON pointers {host, port, id, group}, which format 'json' needs");
		}
		if (format !== 'json' && fields !== null) {
			report(`${at}.fields`, `fields beside format '${format}'`, "fields with format 'json' alone");
		}
		return {
			path,
			format,
			group: registration.group ?? null,
			fields,
			settleMs: registration.settleMs ?? null,
			addressIsOwn: registration.addressIsOwn ?? cluster.policy.addressIsOwn,
			health: toHealth(registration, `${at}.health`, report),
			thresholds: registration.thresholds,
			automaticRecovery: registration.automaticRecovery,
		};
	});
}

const NAME_FORMATS: ReadonlySet<RegistrationConfig['format']> = new Set(['dubbo', 'solr', 'hbase']);

function toHealth(
	{ health, format }: ClusterFile['registrations'][number],
	field: string,
	report: Report,
): RegistrationConfig['health'] {
	if (health === undefined || health === null || health === false) {
		return health ?? null;
	}
	const { path, status } = health;
	const port = health.port ?? null;
	const pointer = health.pointer ?? null;
	if (port !== null && pointer !== null) {
		report(`${field}.pointer`, `'${pointer}' beside port ${port}`, 'port or pointer, not both');
	}
	if (pointer !== null && NAME_FORMATS.has(format)) {
		report(`${field}.pointer`, `a pointer beside format '${format}'`, 'port: this format reads no data');
	}
	return { path, port, pointer, status };
}
