import type { ZooKeeperPort } from '../../core/ports';

/** When each name under a parent was first seen to have gone, by performance.now(). */
export type RegistryWatch = {
	has(name: string): boolean;
	/** Rejects when it is still there after `withinMs`. */
	gone(name: string, withinMs: number): Promise<number>;
	close(): void;
};

/** Watches a parent's children as any member of the cluster does. */
export function watchRegistry(zk: ZooKeeperPort, parent: string): RegistryWatch {
	let present = new Set<string>();
	const goneAtMs = new Map<string, number>();
	const waiting = new Map<string, (atMs: number) => void>();
	const watch = zk.watchChildren(parent, (listing) => {
		const atMs = performance.now();
		const now = new Set(listing?.names ?? []);
		for (const name of present) {
			if (!now.has(name)) {
				goneAtMs.set(name, atMs);
				waiting.get(name)?.(atMs);
			}
		}
		present = now;
	});
	return {
		has: (name) => present.has(name),
		async gone(name, withinMs) {
			const atMs = goneAtMs.get(name);
			if (atMs !== undefined) {
				return atMs;
			}
			let timer: NodeJS.Timeout | undefined;
			try {
				return await new Promise<number>((resolve, reject) => {
					waiting.set(name, resolve);
					timer = setTimeout(() => reject(new Error(`${parent}/${name} is still there`)), withinMs);
				});
			} finally {
				clearTimeout(timer);
				waiting.delete(name);
			}
		},
		close: () => watch.close(),
	};
}
