import { type ChainHead, linkEntry } from '@/lib/core/audit-chain';
import type { AuditDraft, AuditEntry } from '@/lib/core/audit-entry';
import type { RollcallDatabase, TransactionSteps } from '../database/open';
import { rowsOf } from '../database/rows-of';
import type { Queries } from '../database/tables';
import { toEntry, toRow } from './entry-rows';
import { sha256Hex } from './sha256-hex';

/** Appends that share one transaction, and so one flush to disk. */
const BATCH_MAX = 32;
/** Appends waiting beyond this are refused: the database does not keep up, and memory is finite. */
const WAITING_MAX = 10_000;

type Waiting = {
	readonly draft: AuditDraft;
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
			this.#waiting.push({ draft, resolve, reject });
			this.#working ??= this.#work();
		});
	}

	/** Takes no more appends; resolves when those under way are settled. */
	async close(): Promise<void> {
		this.#closed = true;
		await this.#working;
	}

	async #work(): Promise<void> {
		// One turn later, so that the calls of one turn share a transaction.
		await Promise.resolve();
		while (this.#waiting.length > 0) {
			await this.#write(this.#waiting.splice(0, BATCH_MAX));
		}
		this.#working = null;
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
				if (entry === undefined) {
					waiting.reject(new Error('the entry was not recorded'));
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

function* appendSteps(database: Queries, drafts: readonly AuditDraft[]): TransactionSteps<AuditEntry[]> {
	const entries: AuditEntry[] = [];
	let head: ChainHead | null = null;
	for (const draft of drafts) {
		const [existing] = yield* rowsOf(
			database.selectFrom('audit_entries').selectAll().where('key', '=', draft.key).limit(1),
		);
		if (existing !== undefined) {
			entries.push(toEntry(existing));
			continue;
		}
		head ??= yield* readHead(database);
		const entry = linkEntry(draft, head, sha256Hex);
		yield* rowsOf(database.insertInto('audit_entries').values(toRow(entry)));
		entries.push(entry);
		head = { sequence: entry.sequence, hash: entry.hash };
	}
	return entries;
}

function* readHead(database: Queries): TransactionSteps<ChainHead> {
	const [row] = yield* rowsOf(database.selectFrom('audit_head').select(['sequence', 'hash']).where('id', '=', 1));
	if (row === undefined) {
		throw new Error("the audit log has lost its head: run the chain's verification before anything else is recorded");
	}
	return row;
}
