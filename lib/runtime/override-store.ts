import type { AuditDraft } from '../core/audit-entry';
import type { Clock, MultiResult, ZnodeStat, ZooKeeperOp, ZooKeeperPort } from '../core/ports';
import { isExpired, OVERRIDE_BOUNDS, type PendingOverride } from '../core/second-person';
import { encodeOutboxEntry } from './drain-outbox';
import { isZooKeeperError } from './fenced-multi';
import { encodeOverride, isOverrideName, parseOverride, toOverrideName } from './override-znodes';

const ATTEMPTS_MAX = 5;
/** Read of what anybody may have put there; more than may ever be pending. */
const NAMES_MAX = 2 * OVERRIDE_BOUNDS.pendingMax;

export type OverrideStoreDeps = {
	readonly zk: ZooKeeperPort;
	readonly clock: Clock;
	/** overrides/<cluster> and the folder of the records. */
	readonly paths: { readonly overrides: string; readonly outbox: string };
};

/** One znode of the folder. `override` null: nothing that a console wrote. */
export type FoundOverride = {
	readonly name: string;
	readonly stat: ZnodeStat;
	readonly override: PendingOverride | null;
};

export type AddResult =
	/** `id` of the one that waits: the one given, or an earlier one for the same incarnation. */
	| { readonly kind: 'pending'; readonly id: string }
	| { readonly kind: 'full' }
	| { readonly kind: 'failed'; readonly detail: string };

/** `gone`: somebody else was first, or it never was there. `failed`: not known to have been removed. */
export type RemoveResult = { readonly kind: 'removed' | 'gone' } | { readonly kind: 'failed'; readonly detail: string };

/**
 * Pending overrides in ZooKeeper. Nothing changes there without its record, in the same transaction. What reads (`all`,
 * `find`, `nowMs`) rejects with a ZooKeeperError; what changes them tells instead.
 */
export type OverrideStore = ReturnType<typeof openOverrideStore>;

export function openOverrideStore({ zk, clock, paths }: OverrideStoreDeps) {
	async function read(name: string): Promise<FoundOverride | null> {
		const path = `${paths.overrides}/${name}`;
		const stat = await zk.stat(path);
		if (stat === null) {
			return null;
		}
		if (stat.dataLength > OVERRIDE_BOUNDS.bytesMax) {
			return { name, stat, override: null };
		}
		const value = await zk.read(path);
		return value && { name, stat: value.stat, override: parseOverride(name, value.data) };
	}

	/** Those that may be overrides first: what else somebody put there keeps none of them from being read. */
	async function names(): Promise<{ readonly own: string[]; readonly other: string[] }> {
		const all = (await zk.children(paths.overrides))?.names ?? [];
		return { own: all.filter(isOverrideName), other: all.filter((name) => !isOverrideName(name)) };
	}

	async function readAll(all: readonly string[]): Promise<FoundOverride[]> {
		const found = await Promise.all(all.slice(0, NAMES_MAX).map(read));
		return found.flatMap((each) => each ?? []);
	}

	/** One at a time for the whole cluster: the folder's own version tells whether another was added meanwhile. */
	async function addOnce(override: PendingOverride, data: Buffer, draft: AuditDraft): Promise<AddResult | 'again'> {
		const folder = await zk.stat(paths.overrides);
		if (folder === null) {
			return { kind: 'failed', detail: 'there is no place for pending overrides yet: a console makes it in a moment' };
		}
		const { own } = await names();
		const same = (await readAll(own)).find(
			(each) =>
				each.override?.path === override.path &&
				each.override.czxid === override.czxid &&
				!isExpired(each.stat.ctimeMs, clock.wallMs()),
		);
		if (same?.override) {
			return { kind: 'pending', id: same.override.id };
		}
		if (own.length >= OVERRIDE_BOUNDS.pendingMax) {
			return { kind: 'full' };
		}
		const path = `${paths.overrides}/${toOverrideName(override.id)}`;
		const done = await zk.multi([
			{ kind: 'set', path: paths.overrides, data: Buffer.alloc(0), version: folder.version },
			{ kind: 'create', path, data, mode: 'persistent' },
			toRecord(draft),
		]);
		if (done.kind === 'committed') {
			return { kind: 'pending', id: override.id };
		}
		return done.kind === 'failed' && done.code === 'bad-version' ? 'again' : { kind: 'failed', detail: detailOf(done) };
	}

	function toRecord(draft: AuditDraft): ZooKeeperOp {
		const data = encodeOutboxEntry(draft);
		return { kind: 'create', path: `${paths.outbox}/e-`, data, mode: 'persistent-sequential' };
	}

	return {
		/** All that can be read, garbage included, at most NAMES_MAX. */
		async all(): Promise<FoundOverride[]> {
			const { own, other } = await names();
			return readAll([...own, ...other]);
		},
		find: (id: string) => read(toOverrideName(id)),
		/** ZooKeeper's own time, ms since its epoch, by which its stamps were made: that of a write just now. */
		async nowMs(): Promise<number> {
			return (await zk.set(paths.overrides, Buffer.alloc(0), -1)).mtimeMs;
		},
		async add(override: PendingOverride, draft: AuditDraft): Promise<AddResult> {
			const data = encodeOverride(override);
			if (data === null) {
				return { kind: 'failed', detail: 'it is too large to be kept in ZooKeeper' };
			}
			for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
				const added = await failing(() => addOnce(override, data, draft));
				if (added !== 'again') {
					return added;
				}
			}
			return { kind: 'failed', detail: 'others asked for overrides at the same time: try again' };
		},
		/** At the version that was read: of several who want to, one removes it. */
		remove(found: FoundOverride, draft: AuditDraft): Promise<RemoveResult> {
			return failing(async () => {
				const path = `${paths.overrides}/${found.name}`;
				const done = await zk.multi([{ kind: 'delete', path, version: found.stat.version }, toRecord(draft)]);
				if (done.kind === 'committed') {
					return { kind: 'removed' };
				}
				const isGone = done.kind === 'failed' && done.index === 0 && /^(no-node|bad-version)$/.test(done.code);
				return isGone ? { kind: 'gone' } : { kind: 'failed', detail: detailOf(done) };
			});
		},
	};
}

function detailOf(done: Exclude<MultiResult, { kind: 'committed' }>): string {
	return done.kind === 'failed' ? `ZooKeeper answered ${done.code}` : done.detail;
}

async function failing<T>(work: () => Promise<T>): Promise<T | { readonly kind: 'failed'; readonly detail: string }> {
	try {
		return await work();
	} catch (error) {
		if (isZooKeeperError(error)) {
			return { kind: 'failed', detail: error.message };
		}
		throw error;
	}
}
