import { type Kysely, type Migration, sql } from 'kysely';

/** Webhooks with what became of their deliveries, and whose turn it is to deliver. */
export const webhooksOnSqlite: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema
			.createTable('webhooks')
			.addColumn('id', 'text', (column) => column.primaryKey().notNull())
			.addColumn('url', 'text', (column) => column.notNull())
			.addColumn('secret', 'text', (column) => column.notNull())
			.addColumn('filter', 'text', (column) => column.notNull())
			.addColumn('revision', 'integer', (column) => column.notNull())
			.addColumn('settled', 'integer', (column) => column.notNull())
			.addColumn('created_at_ms', 'integer', (column) => column.notNull())
			.addColumn('created_by', 'text', (column) => column.notNull())
			.addColumn('paused_cause', 'text')
			.addColumn('paused_at_ms', 'integer')
			.addColumn('trouble', 'text')
			.addColumn('last_delivered_at_ms', 'integer')
			.modifyEnd(sql`strict`)
			.execute();
		await db.schema
			.createTable('webhook_lease')
			.addColumn('id', 'integer', (column) => column.primaryKey())
			.addColumn('owner', 'text')
			.addColumn('beat', 'integer', (column) => column.notNull())
			.modifyEnd(sql`strict`)
			.execute();
		await sql`insert into webhook_lease (id, owner, beat) values (1, null, 0)`.execute(db);
	},
};
