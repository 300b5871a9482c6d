import { setImmediate as nextTurn } from 'node:timers/promises';
import { CHAIN_START, type ChainHead } from '@/lib/core/audit-chain';
import type { ChainPort } from '@/lib/core/ports';
import type { RollcallDatabase } from '../database/open';
import { rowsOf } from '../database/rows-of';
import type { Queries } from '../database/tables';

/** Sequences looked up by one statement, which blocks the process. */
const LOOKED_UP = 100;

/** The chain of the audit log in this database (docs/audit.md). */
export function createChainStore(database: RollcallDatabase): ChainPort {
	const { db } = database;
	return {
		place: database.place,
		end: () => readEnd(db),
		hashes: (sequences) => readHashes(db, sequences),
		remembered: async (cluster) => (await rememberedOf(db, cluster).executeTakeFirst()) ?? null,
		remember: (cluster, head, { anew }) => {
			const { sequence, hash } = head;
			return database.transact(function* () {
				const [before] = yield* rowsOf(rememberedOf(db, cluster));
				if (before === undefined) {
					yield* rowsOf(db.insertInto('audit_chain_heads').values({ cluster, sequence, hash }));
				} else if (anew || before.sequence < sequence) {
					yield* rowsOf(db.updateTable('audit_chain_heads').set({ sequence, hash }).where('cluster', '=', cluster));
				}
			});
		},
	};
}

const rememberedOf = (db: Queries, cluster: string) =>
	db.selectFrom('audit_chain_heads').select(['sequence', 'hash']).where('cluster', '=', cluster);

async function readEnd(db: Queries): Promise<{ chain: string; head: ChainHead }> {
	const { chain } = await db.selectFrom('audit_chain').select('chain').where('id', '=', 1).executeTakeFirstOrThrow();
	// The entry itself, not what audit_head says of it.
	const newest = await db
		.selectFrom('audit_entries')
		.select(['sequence', 'hash'])
		.orderBy('sequence', 'desc')
		.limit(1)
		.executeTakeFirst();
	return { chain, head: newest ?? CHAIN_START };
}

async function readHashes(db: Queries, sequences: readonly number[]): Promise<Map<number, string>> {
	const hashes = new Map<number, string>();
	for (let start = 0; start < sequences.length; start += LOOKED_UP) {
		const wanted = sequences.slice(start, start + LOOKED_UP);
		// One after the other: an entry that is archived in between is in the second.
		for (const table of ['audit_entries', 'audit_archived'] as const) {
			const rows = await db.selectFrom(table).select(['sequence', 'hash']).where('sequence', 'in', wanted).execute();
			for (const { sequence, hash } of rows) {
				hashes.set(sequence, hash);
			}
		}
		await nextTurn();
	}
	return hashes;
}
