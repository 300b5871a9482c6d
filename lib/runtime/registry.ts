import type { RegistrationConfig } from '@/lib/core/config';
import { type Registration, sameIncarnation, type Unreadable } from '@/lib/core/member';
import type { RegistrationParser, WatchedData, WatchHandle, ZooKeeperPort } from '@/lib/core/ports';

export type RegistryEvents = {
	/** A new incarnation, also one that replaces another at the same path (whose `onLeft` comes first). */
	onJoined(registration: Registration, config: RegistrationConfig): void;
	/** The same incarnation wrote its data. */
	onUpdated(registration: Registration): void;
	onLeft(registration: Registration): void;
};

export type Registry = {
	/**
	 * Every parent was listed and each listed child read, once since the start. Who joined a moment ago may be missing after
	 * that: the blast radius then counts fewer members and fewer replacements, and allows less.
	 */
	complete(): boolean;
	/** Parents that are followed, with how many members each has. */
	parents(): { path: string; format: string; members: number }[];
	close(): void;
};

const RAW_TEXT_CHARACTERS_MAX = 16_384;

const FORBIDDEN: Unreadable = {
	code: 'data-forbidden',
	detail: "the znode's ACL forbids reading it: grant READ to the credentials of zookeeper.auth",
};

/** `names`: of the children that it follows, and not those that are parents in their own right. */
type Followed = { config: RegistrationConfig; handle: WatchHandle; listed: boolean; names: Set<string> };
type Child = { parent: string; handle: WatchHandle; read: boolean; registration: Registration | null };

/**
 * Follows the parents of the config (`*` stands for one level) and every member's data. A child is watched by its
 * own data, so that a delete and re-create between two listings is seen as what it is: a new incarnation.
 */
export function followRegistrations(deps: {
	zk: ZooKeeperPort;
	registrations: readonly RegistrationConfig[];
	parse: RegistrationParser;
	events: RegistryEvents;
}): Registry {
	const { zk, parse, events } = deps;
	const parents = new Map<string, Followed>();
	const children = new Map<string, Child>();
	const patterns = new Set<{ handle: WatchHandle; listed: () => boolean }>();
	let closed = false;
	let everComplete = false;

	function leave(path: string): void {
		const child = children.get(path);
		if (child) {
			child.handle.close();
			children.delete(path);
			if (child.registration) {
				events.onLeft(child.registration);
			}
		}
	}

	function onData(path: string, config: RegistrationConfig, value: WatchedData | null): void {
		const child = children.get(path);
		if (!child || closed) {
			return;
		}
		child.read = true;
		const before = child.registration;
		if (!value) {
			child.registration = null;
			if (before) {
				events.onLeft(before);
			}
			return;
		}
		const registration = toRegistration(path, child.parent, value, config, parse);
		child.registration = registration;
		if (before && sameIncarnation(before.incarnation, registration.incarnation)) {
			if (before.dataVersion !== registration.dataVersion) {
				events.onUpdated(registration);
			}
			return;
		}
		if (before) {
			events.onLeft(before);
		}
		events.onJoined(registration, config);
	}

	function onListing(parent: string, names: readonly string[]): void {
		const followed = parents.get(parent);
		if (!followed || closed) {
			return;
		}
		followed.listed = true;
		const now = new Set(names);
		for (const name of followed.names) {
			if (!now.has(name)) {
				followed.names.delete(name);
				leave(childPath(parent, name));
			}
		}
		for (const name of now) {
			const path = followed.names.has(name) ? null : childPath(parent, name);
			// A pattern may overlap another; the first that names a child keeps it.
			if (path !== null && !children.has(path) && !parents.has(path)) {
				followed.names.add(name);
				const child: Child = { parent, handle: { close: () => undefined }, read: false, registration: null };
				children.set(path, child);
				child.handle = zk.watchData(path, (value) => onData(path, followed.config, value));
			}
		}
	}

	function followParent(path: string, config: RegistrationConfig): void {
		if (parents.has(path)) {
			return;
		}
		const followed: Followed = { config, handle: { close: () => undefined }, listed: false, names: new Set() };
		parents.set(path, followed);
		followed.handle = zk.watchChildren(path, (listing) => onListing(path, listing?.names ?? []));
	}

	function unfollowParent(path: string): void {
		const followed = parents.get(path);
		if (followed) {
			onListing(path, []);
			followed.handle.close();
			parents.delete(path);
		}
	}

	/** Follows every parent that a pattern names, level by level. */
	function followPattern(fixed: string, rest: readonly string[], config: RegistrationConfig): () => void {
		const star = rest.indexOf('*');
		if (star < 0) {
			const path = [fixed, ...rest].join('/') || '/';
			followParent(path, config);
			return () => unfollowParent(path);
		}
		const base = [fixed, ...rest.slice(0, star)].join('/');
		const below = rest.slice(star + 1);
		const known = new Map<string, () => void>();
		let listed = false;
		const handle = zk.watchChildren(base || '/', (listing) => {
			listed = true;
			const names = new Set(listing?.names ?? []);
			for (const [name, unfollow] of known) {
				if (!names.has(name)) {
					known.delete(name);
					unfollow();
				}
			}
			for (const name of names) {
				// ZooKeeper's own tree is never anybody's registration.
				if (!known.has(name) && !(base === '' && name === 'zookeeper') && !closed) {
					known.set(name, followPattern(`${base}/${name}`, below, config));
				}
			}
		});
		const pattern = { handle, listed: () => listed };
		patterns.add(pattern);
		return () => {
			// One that left before it was listed would keep `complete` false for ever.
			patterns.delete(pattern);
			handle.close();
			for (const unfollow of known.values()) {
				unfollow();
			}
		};
	}

	for (const config of deps.registrations) {
		followPattern('', config.path.split('/').filter(Boolean), config);
	}

	return {
		complete() {
			everComplete ||=
				[...patterns].every((pattern) => pattern.listed()) &&
				[...parents.values()].every((parent) => parent.listed) &&
				[...children.values()].every((child) => child.read);
			return everComplete;
		},
		parents: () =>
			[...parents].map(([path, parent]) => ({ path, format: parent.config.format, members: parent.names.size })),
		close() {
			closed = true;
			for (const { handle } of [...patterns, ...parents.values(), ...children.values()]) {
				handle.close();
			}
		},
	};
}

/** The path of a child; the parent may be '/'. */
export function childPath(parent: string, name: string): string {
	return parent === '/' ? `/${name}` : `${parent}/${name}`;
}

/** A member as its znode tells of it, whose data may be forbidden, broken or hostile. */
export function toRegistration(
	path: string,
	parentPath: string,
	value: WatchedData,
	config: RegistrationConfig,
	parse: RegistrationParser,
): Registration {
	const parsed = parse({ path, data: value.data, config });
	return {
		...parsed,
		unreadable: value.forbidden ? FORBIDDEN : parsed.unreadable,
		incarnation: { path, czxid: value.stat.czxid, ephemeralOwner: value.stat.ephemeralOwner },
		parentPath,
		dataVersion: value.stat.version,
		createdAtMs: value.stat.ctimeMs,
		rawText: value.data.subarray(0, RAW_TEXT_CHARACTERS_MAX).toString('utf8'),
	};
}
