import { systemClock } from '@/lib/adapters/clock';
import type { DatabaseDialect } from '@/lib/adapters/database/database';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { AuditDraft, AuditEntry } from '@/lib/core/audit-entry';
import type { AuditPort, Clock, ZooKeeperPort } from '@/lib/core/ports';
import { createOutboxDrain, encodeOutboxEntry, type OutboxDrain } from '@/lib/runtime/drain-outbox';
import { auditDraft, streamed, type TemporaryStore, temporaryStore } from '@/test/adapters/audit-store/temporary-store';
import { connected, openClient } from '@/test/support/zookeeper';

/** A standalone ZooKeeper, a client, and a database; one outbox a test. */
export type OutboxWorld = {
	readonly ensemble: Ensemble;
	readonly zk: ZooKeeperPort;
	readonly store: TemporaryStore;
	readonly outboxPath: string;
	/** Commits the draft's record in a multi, as a purge does; answers its znode's path. */
	commit(draft: AuditDraft): Promise<string>;
	/** Puts raw data into the outbox, under a name of its own or a sequence. */
	put(data: string | Uint8Array, name?: string): Promise<string>;
	drain(options?: {
		holdsLatch?: () => boolean;
		audit?: AuditPort;
		onEntry?: (entry: AuditEntry) => void;
		clock?: Clock;
	}): OutboxDrain;
	names(): Promise<string[]>;
	recorded(): Promise<AuditEntry[]>;
	end(): Promise<void>;
};

/** The ensemble is the caller's. */
export async function outboxWorld(
	ensemble: Ensemble,
	outboxPath: string,
	dialect: DatabaseDialect = 'sqlite',
): Promise<OutboxWorld> {
	const zk = openClient(ensemble.connect, { sessionTimeoutMs: 20_000 });
	await connected(zk);
	const store = await temporaryStore(dialect);
	await zk.create(outboxPath, new Uint8Array(0), 'persistent');
	const drains: OutboxDrain[] = [];
	return {
		ensemble,
		zk,
		store,
		outboxPath,
		commit: async (draft) => {
			const result = await zk.multi([
				{ kind: 'check', path: outboxPath, version: 0 },
				{ kind: 'create', path: `${outboxPath}/e-`, data: encodeOutboxEntry(draft), mode: 'persistent-sequential' },
			]);
			if (result.kind !== 'committed') {
				throw new Error(`the record was not committed: ${JSON.stringify(result)}`);
			}
			return result.paths[1] ?? '';
		},
		put: (data, name) =>
			zk.create(
				`${outboxPath}/${name ?? 'e-'}`,
				Buffer.from(data),
				name === undefined ? 'persistent-sequential' : 'persistent',
			),
		drain: (options = {}) => {
			const drain = createOutboxDrain({
				zk,
				outboxPath,
				audit: options.audit ?? store.audit,
				clock: options.clock ?? systemClock,
				holdsLatch: options.holdsLatch ?? (() => true),
				onEntry: options.onEntry,
			});
			drains.push(drain);
			return drain;
		},
		names: async () => (await zk.children(outboxPath))?.names.toSorted() ?? [],
		recorded: () => streamed(store.audit),
		end: async () => {
			await Promise.all(drains.map((drain) => drain.close()));
			await zk.close();
			await store.remove();
		},
	};
}

/** One server is a whole ensemble. */
export function standalone(): Promise<Ensemble> {
	return startEnsemble({ servers: 1 });
}

export function purgeDraft(key: string, overrides: Partial<AuditDraft> = {}): AuditDraft {
	return auditDraft({ key, zxid: null, ...overrides });
}
