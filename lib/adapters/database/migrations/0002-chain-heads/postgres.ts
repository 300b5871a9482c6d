import { randomBytes } from 'node:crypto';
import { type Kysely, type Migration, sql } from 'kysely';
import { refusalOf } from '../refusal';

const TABLES = [
	'create table audit_chain (id integer primary key, chain text collate "C" not null)',
	`create table audit_chain_heads (
		cluster text collate "C" primary key, sequence bigint not null, hash text collate "C" not null
	)`,
];

/** The chain's id is given once; what was written to ZooKeeper is never forgotten, and is a head of this chain. */
const TRIGGERS = [
	...(['update', 'delete', 'insert', 'truncate'] as const).map((deed) =>
		refusalOf('audit_chain', deed, 'audit log: the chain keeps its id'),
	),
	`create function audit_chain_heads_exist() returns trigger language plpgsql as $$
	begin
		if not exists (select 1 from audit_entries where sequence = new.sequence and hash = new.hash) then
			raise exception 'audit log: a written head is an entry of the chain';
		end if;
		return new;
	end $$`,
	`create trigger audit_chain_heads_exist before insert or update on audit_chain_heads
		for each row execute function audit_chain_heads_exist()`,
	refusalOf('audit_chain_heads', 'delete', 'audit log: written heads are not forgotten'),
	refusalOf('audit_chain_heads', 'truncate', 'audit log: written heads are not forgotten'),
];

export const chainHeadsOnPostgres: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		for (const statement of TABLES) {
			await sql.raw(statement).execute(db);
		}
		await sql`insert into audit_chain (id, chain) values (1, ${randomBytes(16).toString('hex')})`.execute(db);
		for (const statement of TRIGGERS) {
			await sql.raw(statement).execute(db);
		}
	},
};
