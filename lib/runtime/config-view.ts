import type { ClusterConfig, RollcallConfig } from '@/lib/core/config';
import type { ClusterConfigView, ConfigView } from '@/lib/core/config-view';

/** The config as administrators see it, field by field: what is not named here is not shown. */
export function toConfigView(config: RollcallConfig, file: ConfigView['file']): ConfigView {
	return {
		rootPath: config.rootPath,
		database: /^postgres(ql)?:/.test(config.database) ? 'postgres' : 'sqlite',
		clusters: config.clusters.map(toClusterView),
		file,
	};
}

function toClusterView({ zooKeeper, ...cluster }: ClusterConfig): ClusterConfigView {
	return {
		id: cluster.id,
		name: cluster.name,
		connect: zooKeeper.connect.split(','),
		chroot: zooKeeper.chroot,
		sessionTimeoutMs: zooKeeper.sessionTimeoutMs,
		auth: zooKeeper.auth?.scheme ?? null,
		tls: zooKeeper.tls !== null,
		servers: zooKeeper.servers.map(({ client, admin }) => ({ client, admin })),
		registrations: cluster.registrations.map(({ path, format, group, automaticRecovery }) => ({
			path,
			format,
			group,
			automaticRecovery,
		})),
		failureDomain: cluster.failureDomain,
	};
}
