import { randomUUID } from 'node:crypto';
import type { AuditDraft, Json } from '@/lib/core/audit-entry';
import type { ClusterConfig, RollcallConfig } from '@/lib/core/config';
import { toJson } from '@/lib/core/json';
import type { Clock } from '@/lib/core/ports';

export type ConsoleRecordDeps = {
	readonly observer: string;
	readonly clock: Clock;
	readonly config: RollcallConfig;
	/** Where the database is, without secrets. */
	readonly database: string;
};

/** The start of a console: by what config it decides from now on, so that a change of the file shows in the log. */
export function toStartDraft(deps: ConsoleRecordDeps): AuditDraft {
	const { config, database } = deps;
	return toDraft(deps, 'console.start', {
		rootPath: config.rootPath,
		database,
		clusters: config.clusters.map(toClusterRecord),
	});
}

export function toStopDraft(deps: Pick<ConsoleRecordDeps, 'observer' | 'clock'>): AuditDraft {
	return toDraft(deps, 'console.stop', {});
}

function toDraft(
	{ observer, clock }: Pick<ConsoleRecordDeps, 'observer' | 'clock'>,
	action: 'console.start' | 'console.stop',
	detail: { readonly [key: string]: Json },
): AuditDraft {
	return {
		key: randomUUID(),
		atMs: Math.round(clock.wallMs()),
		actor: { kind: 'system', name: observer, role: null, sourceAddress: null },
		action,
		outcome: 'ok',
		cluster: null,
		member: null,
		memberId: null,
		czxid: null,
		reason: null,
		zxid: null,
		detail: { pid: process.pid, ...detail },
	};
}

/** Everything that decides, and no secret: of credentials and keys only that there are some. */
function toClusterRecord({ zooKeeper, ...cluster }: ClusterConfig): Json {
	const { auth, tls, ...ensemble } = zooKeeper;
	return toJson({
		...cluster,
		zooKeeper: { ...ensemble, auth: auth === null ? null : auth.scheme, tls: tls !== null },
	});
}
