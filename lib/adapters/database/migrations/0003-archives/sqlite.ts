import { type Kysely, type Migration, sql } from 'kysely';

const GENESIS_HASH = '0'.repeat(64);

/** The newest archive's `column`, or what stands before the first. */
const newest = (column: string, otherwise: string) =>
	`coalesce((select ${column} from audit_archives order by last desc limit 1), ${otherwise})`;

/** An archive is signed off by an entry of the log that names it, and never changed; it begins where the one before ends. */
const ARCHIVES = [
	`create trigger audit_archives_signed_off before insert on audit_archives begin
		select raise(abort, 'audit log: an archive begins where the one before it ends')
		where new.first <> ${newest('last', '0')} + 1 or new.last < new.first
			or new.previous_hash <> ${newest('last_hash', `'${GENESIS_HASH}'`)}
			or exists (select 1 from audit_archives where sha256 = new.sha256);
		select raise(abort, 'audit log: an archive ends with an entry of the chain')
		where not exists (select 1 from audit_entries where sequence = new.last and hash = new.last_hash);
		select raise(abort, 'audit log: an archive is sealed by an entry of the chain')
		where new.sealed <= new.last or not exists (select 1 from audit_entries
			where sequence = new.sealed and action = 'audit.archive' and key = 'archive-' || new.sha256);
		select raise(abort, 'audit log: an archive is signed off by an entry of the chain')
		where new.signed_off <= new.sealed or not exists (select 1 from audit_entries
			where sequence = new.signed_off and action = 'audit.sign-off' and key = 'sign-off-' || new.sha256);
	end`,
	...['update', 'delete'].map(
		(deed) => `create trigger audit_archives_no_${deed} before ${deed} on audit_archives begin
			select raise(abort, 'audit log: archives are never changed');
		end`,
	),
	`create trigger audit_archived_only before insert on audit_archived begin
		select raise(abort, 'audit log: only an entry that was signed off is archived')
		where new.sequence > ${newest('last', '0')} or not exists
			(select 1 from audit_entries where sequence = new.sequence and key = new.key and hash = new.hash);
	end`,
	...['update', 'delete'].map(
		(deed) => `create trigger audit_archived_no_${deed} before ${deed} on audit_archived begin
			select raise(abort, 'audit log: what was archived is never forgotten');
		end`,
	),
];

/** What 0001 and 0002 say, for a log whose beginning is in files: a key stays taken, a head stays an entry of the chain. */
const ENTRIES = [
	'drop trigger audit_entries_next_link',
	`create trigger audit_entries_next_link before insert on audit_entries begin
		select raise(abort, 'audit log: an entry must be the next link of the chain')
		where not exists (select 1 from audit_head where id = 1 and sequence + 1 = new.sequence and hash = new.previous_hash);
		select raise(abort, 'audit log: an entry with this key or hash exists')
		where exists (select 1 from audit_entries where key = new.key or hash = new.hash)
			or exists (select 1 from audit_archived where key = new.key);
	end`,
	'drop trigger audit_entries_no_delete',
	`create trigger audit_entries_no_delete before delete on audit_entries begin
		select raise(abort, 'audit log: entries are never deleted, but for those of an archive that was signed off')
		where old.sequence > ${newest('last', '0')} or not exists
			(select 1 from audit_archived where sequence = old.sequence and key = old.key and hash = old.hash);
	end`,
	`create trigger audit_entries_unindex after delete on audit_entries begin
		insert into audit_search (audit_search, rowid, body) values ('delete', old.sequence,
			coalesce(old.reason, '') || char(10) || coalesce(old.member, '') || char(10) || coalesce(old.member_id, '') || char(10)
			|| old.actor_name || char(10) || old.key || char(10) || coalesce(old.czxid, '') || char(10)
			|| coalesce(old.zxid, '') || char(10) || old.detail);
	end`,
	...['update', 'insert'].flatMap((deed) => [
		`drop trigger audit_chain_heads_${deed}`,
		`create trigger audit_chain_heads_${deed} before ${deed} on audit_chain_heads begin
			select raise(abort, 'audit log: a written head is an entry of the chain')
			where not exists (select 1 from audit_entries where sequence = new.sequence and hash = new.hash)
				and not exists (select 1 from audit_archived where sequence = new.sequence and hash = new.hash);
		end`,
	]),
];

/** Archives that were signed off, and of each entry in them the key and the hash: no key is ever used twice. */
export const archivesOnSqlite: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema
			.createTable('audit_archives')
			.addColumn('last', 'integer', (column) => column.primaryKey())
			.addColumn('first', 'integer', (column) => column.notNull())
			.addColumn('previous_hash', 'text', (column) => column.notNull())
			.addColumn('last_hash', 'text', (column) => column.notNull())
			.addColumn('sha256', 'text', (column) => column.notNull().unique())
			.addColumn('file', 'text', (column) => column.notNull())
			.addColumn('sealed', 'integer', (column) => column.notNull())
			.addColumn('sealed_by', 'text', (column) => column.notNull())
			.addColumn('sealed_at_ms', 'integer', (column) => column.notNull())
			.addColumn('signed_off', 'integer', (column) => column.notNull())
			.addColumn('signed_off_by', 'text', (column) => column.notNull())
			.addColumn('signed_off_at_ms', 'integer', (column) => column.notNull())
			.modifyEnd(sql`strict`)
			.execute();
		await db.schema
			.createTable('audit_archived')
			.addColumn('sequence', 'integer', (column) => column.primaryKey())
			.addColumn('key', 'text', (column) => column.notNull().unique())
			.addColumn('hash', 'text', (column) => column.notNull())
			.modifyEnd(sql`strict`)
			.execute();
		for (const statement of [...ARCHIVES, ...ENTRIES]) {
			await sql.raw(statement).execute(db);
		}
	},
};
