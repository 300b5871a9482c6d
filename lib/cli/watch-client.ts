import { systemClock } from '../adapters/clock';
import { connectZooKeeper } from '../adapters/zookeeper/client';
import type { ZooKeeperPort } from '../core/ports';

/** A session that looks on, past consoles and members, as any client of the cluster may. */
export function openWatchClient(connect: string): ZooKeeperPort {
	return connectZooKeeper({
		connect,
		chroot: '',
		sessionTimeoutMs: 30_000,
		auth: null,
		tls: null,
		clock: systemClock,
	});
}
