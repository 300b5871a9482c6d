import { type Kysely, type Migration, sql } from 'kysely';
import { refusalOf } from '../refusal';

const GENESIS_HASH = '0'.repeat(64);

const TABLES = [
	`create table audit_archives (
		last bigint primary key,
		first bigint not null,
		previous_hash text collate "C" not null,
		last_hash text collate "C" not null,
		sha256 text collate "C" not null unique,
		file text collate "C" not null,
		sealed bigint not null,
		sealed_by text collate "C" not null,
		sealed_at_ms bigint not null,
		signed_off bigint not null,
		signed_off_by text collate "C" not null,
		signed_off_at_ms bigint not null
	)`,
	`create table audit_archived (
		sequence bigint primary key, key text collate "C" not null unique, hash text collate "C" not null
	)`,
];

/** The newest archive's `column`, or what stands before the first. */
const newest = (column: string, otherwise: string) =>
	`coalesce((select ${column} from audit_archives order by last desc limit 1), ${otherwise})`;

/** An archive is signed off by an entry of the log that names it, and never changed; it begins where the one before ends. */
const ARCHIVES = [
	`create function audit_archives_signed_off() returns trigger language plpgsql as $$
	begin
		if new.first <> ${newest('last', '0')} + 1 or new.last < new.first
			or new.previous_hash <> ${newest('last_hash', `'${GENESIS_HASH}'`)}
			or exists (select 1 from audit_archives where sha256 = new.sha256)
		then
			raise exception 'audit log: an archive begins where the one before it ends';
		end if;
		if not exists (select 1 from audit_entries where sequence = new.last and hash = new.last_hash) then
			raise exception 'audit log: an archive ends with an entry of the chain';
		end if;
		if new.sealed <= new.last or not exists (select 1 from audit_entries
			where sequence = new.sealed and action = 'audit.archive' and key = 'archive-' || new.sha256)
		then
			raise exception 'audit log: an archive is sealed by an entry of the chain';
		end if;
		if new.signed_off <= new.sealed or not exists (select 1 from audit_entries
			where sequence = new.signed_off and action = 'audit.sign-off' and key = 'sign-off-' || new.sha256)
		then
			raise exception 'audit log: an archive is signed off by an entry of the chain';
		end if;
		return new;
	end $$`,
	`create trigger audit_archives_signed_off before insert on audit_archives
		for each row execute function audit_archives_signed_off()`,
	...(['update', 'delete', 'truncate'] as const).map((deed) =>
		refusalOf('audit_archives', deed, 'audit log: archives are never changed'),
	),
	`create function audit_archived_only() returns trigger language plpgsql as $$
	begin
		if new.sequence > ${newest('last', '0')} or not exists
			(select 1 from audit_entries where sequence = new.sequence and key = new.key and hash = new.hash)
		then
			raise exception 'audit log: only an entry that was signed off is archived';
		end if;
		return new;
	end $$`,
	`create trigger audit_archived_only before insert on audit_archived
		for each row execute function audit_archived_only()`,
	...(['update', 'delete', 'truncate'] as const).map((deed) =>
		refusalOf('audit_archived', deed, 'audit log: what was archived is never forgotten'),
	),
];

/** What 0001 and 0002 say, for a log whose beginning is in files: a key stays taken, a head stays an entry of the chain. */
const ENTRIES = [
	`create or replace function audit_entries_next_link() returns trigger language plpgsql as $$
	begin
		if not exists (
			select 1 from audit_head where id = 1 and (
				(sequence + 1 = new.sequence and hash = new.previous_hash)
				-- Of several in one statement: the head follows when the statement ends.
				or (sequence + 1 < new.sequence and exists (
					select 1 from audit_entries where audit_entries.sequence = new.sequence - 1 and audit_entries.hash = new.previous_hash
				))
			)
		) then
			raise exception 'audit log: an entry must be the next link of the chain';
		end if;
		if exists (select 1 from audit_entries where key = new.key or hash = new.hash)
			or exists (select 1 from audit_archived where key = new.key)
		then
			raise exception 'audit log: an entry with this key or hash exists';
		end if;
		return new;
	end $$`,
	'drop trigger audit_entries_no_delete on audit_entries',
	`create function audit_entries_archived() returns trigger language plpgsql as $$
	begin
		if old.sequence > ${newest('last', '0')} or not exists
			(select 1 from audit_archived where sequence = old.sequence and key = old.key and hash = old.hash)
		then
			raise exception 'audit log: entries are never deleted, but for those of an archive that was signed off';
		end if;
		return old;
	end $$`,
	`create trigger audit_entries_no_delete before delete on audit_entries
		for each row execute function audit_entries_archived()`,
	`create or replace function audit_chain_heads_exist() returns trigger language plpgsql as $$
	begin
		if not exists (select 1 from audit_entries where sequence = new.sequence and hash = new.hash)
			and not exists (select 1 from audit_archived where sequence = new.sequence and hash = new.hash)
		then
			raise exception 'audit log: a written head is an entry of the chain';
		end if;
		return new;
	end $$`,
];

/** Archives that were signed off, and of each entry in them the key and the hash: no key is ever used twice. */
export const archivesOnPostgres: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		for (const statement of [...TABLES, ...ARCHIVES, ...ENTRIES]) {
			await sql.raw(statement).execute(db);
		}
	},
};
