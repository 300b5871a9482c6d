import { type Kysely, type Migration, sql } from 'kysely';

const GENESIS_HASH = '0'.repeat(64);

/**
 * Statements that keep the log append-only against everybody who goes through SQL, whatever the connection's settings:
 * no update, no delete, and an insert only as the next link of the chain. The guard on `key` and `hash` is there because
 * INSERT OR REPLACE removes the row it replaces without firing delete triggers.
 */
const TRIGGERS = [
	`create trigger audit_entries_next_link before insert on audit_entries begin
		select raise(abort, 'audit log: an entry must be the next link of the chain')
		where not exists (select 1 from audit_head where id = 1 and sequence + 1 = new.sequence and hash = new.previous_hash);
		select raise(abort, 'audit log: an entry with this key or hash exists')
		where exists (select 1 from audit_entries where key = new.key or hash = new.hash);
	end`,
	`create trigger audit_entries_move_head after insert on audit_entries begin
		update audit_head set sequence = new.sequence, hash = new.hash where id = 1;
	end`,
	`create trigger audit_entries_no_update before update on audit_entries begin
		select raise(abort, 'audit log: entries are never changed');
	end`,
	`create trigger audit_entries_no_delete before delete on audit_entries begin
		select raise(abort, 'audit log: entries are never deleted');
	end`,
	`create trigger audit_head_follows before update on audit_head begin
		select raise(abort, 'audit log: the head moves with an entry only')
		where new.id <> old.id or new.sequence <> old.sequence + 1
			or not exists (select 1 from audit_entries where sequence = new.sequence and hash = new.hash);
	end`,
	`create trigger audit_head_no_delete before delete on audit_head begin
		select raise(abort, 'audit log: the head is never deleted');
	end`,
	`create trigger audit_head_no_insert before insert on audit_head begin
		select raise(abort, 'audit log: there is one head');
	end`,
];

/**
 * Substring search by trigrams, which finds Chinese words too; contentless, as the table holds the text. The columns are
 * those of `searchText` in the audit store's queries.
 */
const SEARCH = [
	`create virtual table audit_search using fts5(body, content='', tokenize='trigram')`,
	`create trigger audit_entries_index after insert on audit_entries begin
		insert into audit_search (rowid, body) values (new.sequence,
			coalesce(new.reason, '') || char(10) || coalesce(new.member, '') || char(10) || coalesce(new.member_id, '') || char(10)
			|| new.actor_name || char(10) || new.key || char(10) || coalesce(new.czxid, '') || char(10)
			|| coalesce(new.zxid, '') || char(10) || new.detail);
	end`,
];

const INDEXED = ['at_ms', 'actor_name', 'action', 'outcome', 'cluster', 'member', 'member_id'] as const;

export const auditOnSqlite: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await createTables(db);
		for (const column of INDEXED) {
			await db.schema.createIndex(`audit_entries_${column}`).on('audit_entries').column(column).execute();
		}
		await sql`insert into audit_head (id, sequence, hash) values (1, 0, ${GENESIS_HASH})`.execute(db);
		for (const statement of [...TRIGGERS, ...SEARCH]) {
			await sql.raw(statement).execute(db);
		}
	},
};

async function createTables(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.createTable('audit_entries')
		.addColumn('sequence', 'integer', (column) => column.primaryKey())
		.addColumn('key', 'text', (column) => column.notNull().unique())
		.addColumn('at_ms', 'integer', (column) => column.notNull())
		.addColumn('actor_kind', 'text', (column) => column.notNull())
		.addColumn('actor_name', 'text', (column) => column.notNull())
		.addColumn('actor_role', 'text')
		.addColumn('actor_source_address', 'text')
		.addColumn('action', 'text', (column) => column.notNull())
		.addColumn('outcome', 'text', (column) => column.notNull())
		.addColumn('cluster', 'text')
		.addColumn('member', 'text')
		.addColumn('member_id', 'text')
		.addColumn('czxid', 'text')
		.addColumn('reason', 'text')
		.addColumn('zxid', 'text')
		.addColumn('previous_hash', 'text', (column) => column.notNull())
		.addColumn('hash', 'text', (column) => column.notNull().unique())
		.addColumn('detail', 'text', (column) => column.notNull())
		.modifyEnd(sql`strict`)
		.execute();
	await db.schema
		.createTable('audit_head')
		.addColumn('id', 'integer', (column) => column.primaryKey())
		.addColumn('sequence', 'integer', (column) => column.notNull())
		.addColumn('hash', 'text', (column) => column.notNull())
		.modifyEnd(sql`strict`)
		.execute();
}
