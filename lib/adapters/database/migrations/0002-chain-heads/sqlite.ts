import { randomBytes } from 'node:crypto';
import { type Kysely, type Migration, sql } from 'kysely';

/** The chain's id is given once; what was written to ZooKeeper is never forgotten, and is a head of this chain. */
const TRIGGERS = [
	...['update', 'delete', 'insert'].map(
		(deed) => `create trigger audit_chain_no_${deed} before ${deed} on audit_chain begin
			select raise(abort, 'audit log: the chain keeps its id');
		end`,
	),
	...['update', 'insert'].map(
		(deed) => `create trigger audit_chain_heads_${deed} before ${deed} on audit_chain_heads begin
			select raise(abort, 'audit log: a written head is an entry of the chain')
			where not exists (select 1 from audit_entries where sequence = new.sequence and hash = new.hash);
		end`,
	),
	`create trigger audit_chain_heads_no_delete before delete on audit_chain_heads begin
		select raise(abort, 'audit log: written heads are not forgotten');
	end`,
];

export const chainHeadsOnSqlite: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema
			.createTable('audit_chain')
			.addColumn('id', 'integer', (column) => column.primaryKey())
			.addColumn('chain', 'text', (column) => column.notNull())
			.modifyEnd(sql`strict`)
			.execute();
		await sql`insert into audit_chain (id, chain) values (1, ${randomBytes(16).toString('hex')})`.execute(db);
		await db.schema
			.createTable('audit_chain_heads')
			.addColumn('cluster', 'text', (column) => column.primaryKey().notNull())
			.addColumn('sequence', 'integer', (column) => column.notNull())
			.addColumn('hash', 'text', (column) => column.notNull())
			.modifyEnd(sql`strict`)
			.execute();
		for (const statement of TRIGGERS) {
			await sql.raw(statement).execute(db);
		}
	},
};
