import type { OptInStanding } from '@/lib/core/drill-refusals';
import type { Incarnation } from '@/lib/core/member';
import type { WatchHandle, ZooKeeperPort } from '@/lib/core/ports';
import { type OptIn, parseOptIn, toOptInName } from './drill-znodes';

/** Opt-ins beyond these are not looked at: each costs a watch, and nobody drills that many. */
const OPT_INS_MAX = 5_000;

export type KnownOptIn = { readonly optIn: OptIn; readonly ephemeralOwner: bigint };

export type OptIns = {
	/** As last seen, by the registration's path. */
	all(): ReadonlyMap<string, KnownOptIn>;
	close(): void;
};

/** Follows who allows drills. What is malformed, or stands under a name that is not its path's, is nobody's. */
export function followOptIns(zk: ZooKeeperPort, parent: string): OptIns {
	const known = new Map<string, KnownOptIn>();
	const watches = new Map<string, WatchHandle>();

	function forget(name: string): void {
		watches.get(name)?.close();
		watches.delete(name);
		const path = decodeName(name);
		if (path !== null) {
			known.delete(path);
		}
	}

	const handle = zk.watchChildren(parent, (listing) => {
		const names = new Set(listing?.names.toSorted().slice(0, OPT_INS_MAX) ?? []);
		for (const name of [...watches.keys()].filter((each) => !names.has(each))) {
			forget(name);
		}
		for (const name of names) {
			const path = decodeName(name);
			if (path !== null && !watches.has(name)) {
				watches.set(
					name,
					zk.watchData(`${parent}/${name}`, (value) => {
						const optIn = value && value.forbidden !== true ? parseOptIn(value.data) : null;
						if (value && optIn?.path === path) {
							known.set(path, { optIn, ephemeralOwner: value.stat.ephemeralOwner });
						} else {
							known.delete(path);
						}
					}),
				);
			}
		}
	});
	return {
		all: () => known,
		close() {
			handle.close();
			for (const watch of watches.values()) {
				watch.close();
			}
			watches.clear();
		},
	};
}

/** Only the session that registered the member speaks for it. */
export function standingOf(found: KnownOptIn | undefined, { ephemeralOwner }: Incarnation): OptInStanding {
	if (found === undefined) {
		return 'none';
	}
	return ephemeralOwner !== 0n && found.ephemeralOwner === ephemeralOwner ? 'valid' : 'foreign';
}

/** null for what no path's name is. */
function decodeName(name: string): string | null {
	try {
		const path = decodeURIComponent(name);
		return path.startsWith('/') && toOptInName(path) === name ? path : null;
	} catch (error) {
		if (error instanceof URIError) {
			return null;
		}
		throw error;
	}
}
