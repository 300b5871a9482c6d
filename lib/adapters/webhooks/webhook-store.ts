import { z } from 'zod';
import { AUDIT_ACTIONS } from '@/lib/core/audit-entry';
import {
	PAUSE_CAUSES,
	WEBHOOK_PROBLEMS,
	type Webhook,
	type WebhookFilter,
	type WebhookTrouble,
} from '@/lib/core/webhook';
import type { Lease, WebhookChange, WebhookProgress, WebhookStore } from '@/lib/core/webhook-port';
import type { RollcallDatabase, TransactionSteps } from '../database/open';
import { rowsOf } from '../database/rows-of';
import type { Queries, WebhooksTable } from '../database/tables';

const filterSchema = z.strictObject({
	actions: z.array(z.enum(AUDIT_ACTIONS)),
	outcomes: z.array(z.string()),
	clusters: z.array(z.string()),
}) satisfies z.ZodType<WebhookFilter>;

const troubleSchema = z.strictObject({
	attempts: z.int().min(1),
	failingMs: z.number().min(0),
	sinceAtMs: z.number(),
	problem: z.strictObject({ code: z.enum(WEBHOOK_PROBLEMS), detail: z.string() }),
}) satisfies z.ZodType<WebhookTrouble>;

const causeSchema = z.enum(PAUSE_CAUSES);

const COLUMNS = [
	'id',
	'url',
	'filter',
	'revision',
	'settled',
	'created_at_ms',
	'created_by',
	'paused_cause',
	'paused_at_ms',
	'trouble',
	'last_delivered_at_ms',
] as const satisfies readonly (keyof WebhooksTable)[];
type Row = Omit<WebhooksTable, 'secret'>;

/** Webhooks in the database. A secret is read by `secret` alone, for signing. */
export function openWebhookStore(database: RollcallDatabase): WebhookStore {
	const { db } = database;
	const select = () => db.selectFrom('webhooks').select(COLUMNS);
	return {
		async list() {
			return (await select().orderBy('created_at_ms').orderBy('id').execute()).map(toWebhook);
		},
		async find(id) {
			const row = await select().where('id', '=', id).executeTakeFirst();
			return row === undefined ? null : toWebhook(row);
		},
		async secret(id) {
			const row = await db.selectFrom('webhooks').select('secret').where('id', '=', id).executeTakeFirst();
			return row?.secret ?? null;
		},
		create: (webhook, secret) =>
			database.transact(function* () {
				const row = { ...toRow(webhook), secret };
				// A run whose answer was lost may have made it already.
				yield* rowsOf(
					db
						.insertInto('webhooks')
						.values(row)
						.onConflict((conflict) => conflict.column('id').doNothing()),
				);
			}),
		change: (id, revision, change) => database.transact(() => changeSteps(db, id, revision, change)),
		setSecret: (id, secret) =>
			database.transact(function* () {
				const found = yield* revisionOf(db, id);
				yield* rowsOf(db.updateTable('webhooks').set({ secret }).where('id', '=', id));
				return found !== null;
			}),
		remove: (id) =>
			database.transact(function* () {
				const found = yield* revisionOf(db, id);
				yield* rowsOf(db.deleteFrom('webhooks').where('id', '=', id));
				return found !== null;
			}),
		skip: ({ id, revision }, from, to) =>
			database.transact(function* () {
				yield* rowsOf(
					db
						.updateTable('webhooks')
						.set({ settled: to })
						.where('id', '=', id)
						.where('revision', '=', revision)
						.where('settled', '=', from),
				);
			}),
		lease: () => db.selectFrom('webhook_lease').select(['owner', 'beat']).where('id', '=', 1).executeTakeFirstOrThrow(),
		take: (owner, seen) =>
			database.transact(function* () {
				return (yield* holds(db, seen)) ? yield* setLease(db, { owner, beat: seen.beat + 1 }) : null;
			}),
		save: (held, progress, then) =>
			database.transact(function* () {
				if (!(yield* holds(db, held))) {
					return null;
				}
				for (const each of progress) {
					yield* saveSteps(db, each);
				}
				return yield* setLease(db, { owner: then === 'renew' ? held.owner : null, beat: held.beat + 1 });
			}),
	};
}

function* holds(db: Queries, { owner, beat }: Lease): TransactionSteps<boolean> {
	const [row] = yield* rowsOf(db.selectFrom('webhook_lease').select(['owner', 'beat']).where('id', '=', 1));
	return row !== undefined && row.owner === owner && row.beat === beat;
}

function* setLease(db: Queries, lease: Lease): TransactionSteps<Lease> {
	yield* rowsOf(db.updateTable('webhook_lease').set(lease).where('id', '=', 1));
	return lease;
}

/** null: there is no such webhook. */
function* revisionOf(db: Queries, id: string): TransactionSteps<number | null> {
	const [row] = yield* rowsOf(db.selectFrom('webhooks').select('revision').where('id', '=', id));
	return row?.revision ?? null;
}

function* changeSteps(db: Queries, id: string, revision: number, change: WebhookChange): TransactionSteps<boolean> {
	if ((yield* revisionOf(db, id)) !== revision) {
		return false;
	}
	yield* rowsOf(
		db
			.updateTable('webhooks')
			.set({
				url: change.url,
				filter: JSON.stringify(change.filter),
				paused_cause: change.paused?.cause ?? null,
				paused_at_ms: change.paused?.atMs ?? null,
				trouble: toTrouble(change.trouble),
				revision: revision + 1,
			})
			.where('id', '=', id),
	);
	yield* settle(db, id, change.settled);
	return true;
}

/** What was delivered stays delivered, whatever a person changed meanwhile; how it stands is the person's then. */
function* saveSteps(db: Queries, progress: WebhookProgress): TransactionSteps<void> {
	const { id, revision, settled, trouble, lastDeliveredAtMs, pausedFor } = progress;
	yield* settle(db, id, settled);
	yield* rowsOf(db.updateTable('webhooks').set({ last_delivered_at_ms: lastDeliveredAtMs }).where('id', '=', id));
	yield* rowsOf(
		db
			.updateTable('webhooks')
			.set({
				trouble: toTrouble(trouble),
				...(pausedFor === null
					? {}
					: { paused_cause: pausedFor.cause, paused_at_ms: pausedFor.atMs, revision: revision + 1 }),
			})
			.where('id', '=', id)
			.where('revision', '=', revision),
	);
}

/** Forward only. */
function* settle(db: Queries, id: string, settled: number): TransactionSteps<void> {
	yield* rowsOf(db.updateTable('webhooks').set({ settled }).where('id', '=', id).where('settled', '<', settled));
}

const toTrouble = (trouble: WebhookTrouble | null) => (trouble === null ? null : JSON.stringify(trouble));

function toRow(webhook: Webhook): Row {
	return {
		id: webhook.id,
		url: webhook.url,
		filter: JSON.stringify(webhook.filter),
		revision: webhook.revision,
		settled: webhook.settled,
		created_at_ms: webhook.createdAtMs,
		created_by: webhook.createdBy,
		paused_cause: webhook.paused?.cause ?? null,
		paused_at_ms: webhook.paused?.atMs ?? null,
		trouble: toTrouble(webhook.trouble),
		last_delivered_at_ms: webhook.lastDeliveredAtMs,
	};
}

/** Throws a ZodError or SyntaxError on a row that somebody else wrote. */
function toWebhook(row: Row): Webhook {
	return {
		id: row.id,
		url: row.url,
		filter: filterSchema.parse(JSON.parse(row.filter)),
		revision: row.revision,
		settled: row.settled,
		createdAtMs: row.created_at_ms,
		createdBy: row.created_by,
		paused:
			row.paused_cause === null ? null : { cause: causeSchema.parse(row.paused_cause), atMs: row.paused_at_ms ?? 0 },
		trouble: row.trouble === null ? null : troubleSchema.parse(JSON.parse(row.trouble)),
		lastDeliveredAtMs: row.last_delivered_at_ms,
	};
}
