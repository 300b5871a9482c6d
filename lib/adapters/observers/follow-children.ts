import type { WatchHandle, ZnodeStat, ZooKeeperPort } from '@/lib/core/ports';

export type FollowedChildren = { close(): void /** More children than are followed. */; excess(): number };

/**
 * Opens something for each child of a znode and closes it when the child goes, for at most `max()` of them: those first
 * listed stay. `onListing` also tells of an empty or missing parent.
 */
export function followChildren(
	zk: ZooKeeperPort,
	path: string,
	deps: {
		max(): number;
		open(name: string): WatchHandle;
		onListing?(listing: { names: readonly string[]; stat: ZnodeStat } | null): void;
	},
): FollowedChildren {
	const followed = new Map<string, WatchHandle>();
	let excess = 0;
	let closed = false;
	const handle = zk.watchChildren(path, (listing) => {
		if (closed) {
			return;
		}
		const names = listing?.names ?? [];
		const now = new Set(names);
		for (const [name, child] of followed) {
			if (!now.has(name)) {
				followed.delete(name);
				child.close();
			}
		}
		excess = 0;
		for (const name of names) {
			if (!followed.has(name)) {
				if (followed.size < deps.max()) {
					followed.set(name, deps.open(name));
				} else {
					excess += 1;
				}
			}
		}
		deps.onListing?.(listing);
	});
	return {
		excess: () => excess,
		close() {
			closed = true;
			handle.close();
			for (const child of followed.values()) {
				child.close();
			}
			followed.clear();
		},
	};
}
