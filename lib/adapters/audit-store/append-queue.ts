import { setImmediate as nextTurn } from 'node:timers/promises';
import { ArchivedKeyError } from '@/lib/core/audit-archive';
import { type ChainHead, linkEntry } from '@/lib/core/audit-chain';
import type { AuditDraft, AuditEntry } from '@/lib/core/audit-entry';
import type { RollcallDatabase, TransactionSteps } from '../database/open';
import { rowsOf } from '../database/rows-of';
import type { Queries } from '../database/tables';
import { toEntry, toRow } from './entry-rows';
import { sha256Hex } from './sha256-hex';

/** Appends that share one transaction, and so one flush to disk. */
const BATCH_MAX = 64;
/** And the detail that one transaction takes beyond its first entry (UTF-16 code units): it runs in one turn, so it must be short. */
const BATCH_DETAIL_MAX = 256 * 1024;
/** Appends waiting beyond this are refused: the database does not keep up, and memory is finite. */
const WAITING_MAX = 10_000;

type Waiting = {
	readonly draft: AuditDraft;
	readonly detailLength: number;
	readonly resolve: (entry: AuditEntry) => void;
	readonly reject: (error: unknown) => void;
};

/**
 * Appends bounded drafts one after the other, in the order of the calls. Within a process this queue keeps the order;
 * across processes the transaction does: it takes the write lock, then reads the head, then inserts.
 */
export class AppendQueue {
	readonly #database: RollcallDatabase;
	readonly #waiting: Waiting[] = [];
	#working: Promise<void> | null = null;
	#closed = false;

	constructor(database: RollcallDatabase) {
		this.#database = database;
	}

	/** Resolves when the entry is on disk; rejects when it is not there. */
	append(draft: AuditDraft): Promise<AuditEntry> {
		if (this.#closed) {
			return Promise.reject(new Error('the audit log is closed: the entry was not recorded'));
		}
		if (this.#waiting.length >= WAITING_MAX) {
			return Promise.reject(
				new Error(`${WAITING_MAX} audit entries wait for the database: the entry was not recorded`),
			);
		}
		return new Promise((resolve, reject) => {
			this.#waiting.push({ draft, detailLength: JSON.stringify(draft.detail).length, resolve, reject });
			this.#working ??= this.#work();
		});
	}

	/** Takes no more appends; resolves when those under way are settled. */
	async close(): Promise<void> {
		this.#closed = true;
		await this.#working;
	}

	async #work(): Promise<void> {
		while (this.#waiting.length > 0) {
			// A turn between batches: the calls of one turn share a transaction, and a long queue pauses nothing else.
			await nextTurn();
			await this.#write(this.#waiting.splice(0, this.#batchSize()));
		}
		this.#working = null;
	}

	/** How many of those waiting make the next batch; at least one. */
	#batchSize(): number {
		let detailLength = 0;
		const end = this.#waiting.findIndex((waiting, index) => {
			detailLength += waiting.detailLength;
			return index > 0 && (index === BATCH_MAX || detailLength > BATCH_DETAIL_MAX);
		});
		return end === -1 ? this.#waiting.length : end;
	}

	/**
	 * Settles every one of the batch and never rejects. Drafts were bounded and checked before, so what fails here is the
	 * database: none of the batch was recorded then, and each caller is told.
	 */
	async #write(batch: readonly Waiting[]): Promise<void> {
		const drafts = batch.map((waiting) => waiting.draft);
		try {
			const entries = await this.#database.transact(() => appendSteps(this.#database.db, drafts));
			for (const [index, waiting] of batch.entries()) {
				const entry = entries[index];
				if (entry === undefined || entry instanceof ArchivedKeyError) {
					waiting.reject(entry ?? new Error('the entry was not recorded'));
				} else {
					waiting.resolve(entry);
				}
			}
		} catch (error) {
			for (const waiting of batch) {
				waiting.reject(error);
			}
		}
	}
}

/** Three statements for all of the batch: on PostgreSQL each costs a round trip. */
function* appendSteps(
	database: Queries,
	drafts: readonly AuditDraft[],
): TransactionSteps<(AuditEntry | ArchivedKeyError)[]> {
	const keys = [...new Set(drafts.map(({ key }) => key))];
	const existing = yield* rowsOf(database.selectFrom('audit_entries').selectAll().where('key', 'in', keys));
	const archived = yield* rowsOf(
		database.selectFrom('audit_archived').select(['key', 'sequence']).where('key', 'in', keys),
	);
	const byKey = new Map<string, AuditEntry | ArchivedKeyError>([
		...archived.map(({ key, sequence }) => [key, new ArchivedKeyError(sequence)] as const),
		...existing.map((row) => [row.key, toEntry(row)] as const),
	]);
	const added: AuditEntry[] = [];
	let head: ChainHead | null = null;
	for (const draft of drafts) {
		if (!byKey.has(draft.key)) {
			head ??= yield* readHead(database);
			const entry = linkEntry(draft, head, sha256Hex);
			byKey.set(draft.key, entry);
			added.push(entry);
			head = { sequence: entry.sequence, hash: entry.hash };
		}
	}
	if (added.length > 0) {
		yield* rowsOf(database.insertInto('audit_entries').values(added.map(toRow)));
	}
	return drafts.flatMap(({ key }) => byKey.get(key) ?? []);
}

/** Where the chain ends; the next entry links to it. Throws when the database does not say. */
export function* readHead(database: Queries): TransactionSteps<ChainHead> {
	const [row] = yield* rowsOf(database.selectFrom('audit_head').select(['sequence', 'hash']).where('id', '=', 1));
	if (row === undefined) {
		throw new Error("the audit log has lost its head: run the chain's verification before anything else is recorded");
	}
	return row;
}
