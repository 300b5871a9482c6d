import type { Clock, CreateMode, ZooKeeperPort } from '@/lib/core/ports';
import { lostSettings, toSettingsText } from '@/lib/core/settings';

/** Where Rollcall keeps its own znodes in an ensemble (docs/config.md, `rootPath`; docs/observers.md). */
export type RootPaths = {
	readonly latch: string;
	readonly settings: string;
	readonly counters: string;
	readonly outbox: string;
	readonly requests: string;
	/** Overrides that wait for a second administrator (docs/policy.md). */
	readonly overrides: string;
	readonly suspicions: string;
	readonly observers: string;
	/** Heads of audit logs (docs/audit.md). */
	readonly chains: string;
};

export function rootPathsOf(rootPath: string, cluster: string): RootPaths {
	return {
		latch: `${rootPath}/leader/${cluster}`,
		settings: `${rootPath}/settings/${cluster}`,
		counters: `${rootPath}/counters/${cluster}`,
		outbox: `${rootPath}/outbox`,
		requests: `${rootPath}/requests/${cluster}`,
		overrides: `${rootPath}/overrides/${cluster}`,
		suspicions: `${rootPath}/suspicions/${cluster}`,
		observers: `${rootPath}/observers/${cluster}`,
		chains: `${rootPath}/chains`,
	};
}

/**
 * Creates what is missing of Rollcall's own znodes, with empty settings and counters. Where there are counters and no
 * settings, these were deleted, and come back with the kill switch on. Idempotent; several consoles
 * may do it at once. Rejects with a ZooKeeperError when a znode can be neither found nor created.
 */
export async function prepareRoot(zk: ZooKeeperPort, paths: RootPaths, clock: Pick<Clock, 'wallMs'>): Promise<void> {
	const empty = Buffer.alloc(0);
	const { latch, outbox, requests, overrides, suspicions, observers, chains } = paths;
	for (const path of [latch, outbox, requests, overrides, suspicions, observers, chains]) {
		await ensure(zk, path, empty);
	}
	// Made after the settings, so that they tell whether there were any.
	const wasThere = (await zk.stat(paths.counters)) !== null;
	const settings = wasThere ? toSettingsText(lostSettings(null, clock.wallMs())) : '{}';
	await ensure(zk, paths.settings, Buffer.from(settings));
	await ensure(zk, paths.counters, Buffer.from('{"entries":[]}'));
}

/**
 * Creates a znode that is missing, and the parents that are. Somebody may be quicker anywhere: what is there then stays as
 * it is. Rejects with a ZooKeeperError when the znode can be neither found nor created.
 */
export async function ensure(
	zk: ZooKeeperPort,
	path: string,
	data: Uint8Array,
	mode: CreateMode = 'persistent',
): Promise<void> {
	if (await zk.stat(path)) {
		return;
	}
	const parent = path.slice(0, path.lastIndexOf('/'));
	if (parent) {
		await ensure(zk, parent, new Uint8Array());
	}
	try {
		await zk.create(path, data, mode);
	} catch (error) {
		// Another may have been first.
		if (!(await zk.stat(path))) {
			throw error;
		}
	}
}
