import type { AuditDraft } from '@/lib/core/audit-entry';
import type { ZooKeeperConnection, ZooKeeperPort } from '@/lib/core/ports';
import { encodeOutboxEntry } from '@/lib/runtime/drain-outbox';
import { parseOutboxEntry } from '@/lib/runtime/outbox-entry';
import { readCounters } from '@/lib/runtime/read-counters';
import type { FoundAttempt } from '@/lib/runtime/resolve-attempt';

const READ_AT_ONCE = 32;

/** The audit log of somebody who has no database: a console moves into its own what lies in the outbox, whenever one runs. */
export function createOutboxAudit(deps: {
	readonly zk: ZooKeeperPort;
	readonly outbox: string;
	readonly counters: string;
}) {
	const { zk } = deps;
	return {
		/** Rejects with a ZooKeeperError when it cannot be written. */
		async append(draft: AuditDraft): Promise<null> {
			await zk.create(`${deps.outbox}/e-`, encodeOutboxEntry(draft), 'persistent-sequential');
			return null;
		},

		/**
		 * Which of these attempts have committed: a registration's is in the counters, which change with it in one
		 * transaction; the further ones of its session are in the outbox, unless a console was quicker. Such a one is taken
		 * for undone, and finds nothing to do when it is done again.
		 */
		async findAttempts(
			ids: readonly string[],
			connection: ZooKeeperConnection,
		): Promise<ReadonlyMap<string, FoundAttempt>> {
			const found = new Map<string, FoundAttempt>();
			const counters = await connection.read(deps.counters);
			const counted = new Set((counters && readCounters(counters.data))?.entries.map(({ attempt }) => attempt));
			for (const id of ids.filter((each) => counted.has(each))) {
				found.set(id, { outboxPath: null, zxid: null });
			}
			const names = (await connection.children(deps.outbox))?.names ?? [];
			for (let start = 0; start < names.length; start += READ_AT_ONCE) {
				const paths = names.slice(start, start + READ_AT_ONCE).map((name) => `${deps.outbox}/${name}`);
				for (const [index, value] of (await Promise.all(paths.map((path) => connection.read(path)))).entries()) {
					const parsed = value === null ? null : parseOutboxEntry(value.data);
					if (value !== null && parsed?.kind === 'draft' && ids.includes(parsed.draft.key)) {
						found.set(parsed.draft.key, { outboxPath: paths[index] ?? null, zxid: value.stat.czxid });
					}
				}
			}
			return found;
		},
	};
}
