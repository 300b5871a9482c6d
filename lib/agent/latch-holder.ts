import { sequenceOf } from '@/lib/core/fence';
import type { Clock, ZooKeeperPort } from '@/lib/core/ports';

export type LatchHolder = {
	/** For how long, ms, this path has been seen to hold the latch without a break; 0: it was not, when last told. */
	heldForMs(path: string | null): number;
	close(): void;
};

/** Follows who holds the latch under `parent`, before this one stands in the election itself. Never rejects. */
export function followLatchHolder(zk: ZooKeeperPort, parent: string, clock: Clock): LatchHolder {
	let held: { readonly path: string; readonly sinceMs: number } | null = null;
	const watch = zk.watchChildren(parent, (listing) => {
		const standing = (listing?.names ?? []).filter((name) => sequenceOf(name) !== null);
		const [first] = standing.sort((a, b) => (sequenceOf(a) ?? 0) - (sequenceOf(b) ?? 0));
		const path = first === undefined ? null : `${parent}/${first}`;
		if (path !== held?.path) {
			held = path === null ? null : { path, sinceMs: clock.nowMs() };
		}
	});
	return {
		heldForMs: (path) => (held !== null && held.path === path ? clock.nowMs() - held.sinceMs : 0),
		close: () => watch.close(),
	};
}
