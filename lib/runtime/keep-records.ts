import type { AuditPort, ChainPort, Clock, ZooKeeperPort } from '../core/ports';
import { type ChainHeads, type ChainHeadsDeps, keepChainHeads } from './chain-heads';
import { createOutboxDrain, type OutboxDrain } from './drain-outbox';
import { createRecordWaiter, type RecordWaiter } from './record-waiter';

/** What moves between the audit log and one cluster's ensemble. */
export type Records = {
	/** From the outbox into the database. */
	readonly drain: OutboxDrain;
	/** Waits for what is on that way. */
	readonly waiter: RecordWaiter;
	/** The log's heads, from the database into ZooKeeper. */
	readonly heads: ChainHeads;
};

export type RecordsDeps = {
	readonly cluster: string;
	readonly zk: ZooKeeperPort;
	readonly rootPath: string;
	readonly outboxPath: string;
	readonly observer: string;
	readonly audit: AuditPort;
	readonly chain: ChainPort;
	readonly clock: Clock;
	readonly holdsLatch: () => boolean;
	readonly log: ChainHeadsDeps['log'];
	/** What is found of the heads has changed. Must not throw. */
	readonly onFinding: () => void;
};

/** Whatever the drain has recorded is covered by a head in ZooKeeper within seconds. */
export function keepRecords(deps: RecordsDeps): Records {
	const waiter = createRecordWaiter(deps.audit, deps.clock);
	const heads = keepChainHeads(deps);
	const drain = createOutboxDrain({
		...deps,
		onEntry: (entry) => {
			waiter.onEntry(entry);
			heads.hasten(entry.sequence);
		},
	});
	return { drain, waiter, heads };
}
