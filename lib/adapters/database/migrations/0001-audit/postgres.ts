import { type Kysely, type Migration, sql } from 'kysely';
import { refusalOf } from '../refusal';

const GENESIS_HASH = '0'.repeat(64);

/**
 * Texts compare by their bytes (collation "C"): no upgrade of the system's locales can put an index out of order. Times and
 * sequences are whole numbers within Number.MAX_SAFE_INTEGER.
 */
const TABLES = [
	`create table audit_entries (
		sequence bigint primary key,
		key text collate "C" not null unique,
		at_ms bigint not null,
		actor_kind text collate "C" not null,
		actor_name text collate "C" not null,
		actor_role text collate "C",
		actor_source_address text collate "C",
		action text collate "C" not null,
		outcome text collate "C" not null,
		cluster text collate "C",
		member text collate "C",
		member_id text collate "C",
		czxid text collate "C",
		reason text collate "C",
		zxid text collate "C",
		previous_hash text collate "C" not null,
		hash text collate "C" not null unique,
		detail text collate "C" not null
	)`,
	`create table audit_head (id integer primary key, sequence bigint not null, hash text collate "C" not null)`,
	`insert into audit_head (id, sequence, hash) values (1, 0, '${GENESIS_HASH}')`,
];

/** With the sequence behind, as in SQLite, where every index ends with it: filtered entries come in order. */
const INDEXED = ['at_ms', 'actor_name', 'action', 'outcome', 'cluster', 'member_id'] as const;

const INDEXES = [
	...INDEXED.map((column) => `create index audit_entries_${column} on audit_entries (${column}, sequence)`),
	// A path may have 12 kB, and a B-tree takes 2.7 kB.
	'create index audit_entries_member on audit_entries using hash (member)',
];

/** The log is append-only for everybody who goes through SQL: no update, no delete, no insert but the next link. */
const TRIGGERS = [
	`create function audit_refuse() returns trigger language plpgsql as $$
	begin
		raise exception using message = tg_argv[0];
	end $$`,
	`create function audit_entries_next_link() returns trigger language plpgsql as $$
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
		if exists (select 1 from audit_entries where key = new.key or hash = new.hash) then
			raise exception 'audit log: an entry with this key or hash exists';
		end if;
		return new;
	end $$`,
	`create trigger audit_entries_next_link before insert on audit_entries
		for each row execute function audit_entries_next_link()`,
	`create function audit_entries_move_head() returns trigger language plpgsql as $$
	begin
		update audit_head set sequence = new.sequence, hash = new.hash where id = 1;
		return null;
	end $$`,
	`create trigger audit_entries_move_head after insert on audit_entries
		for each row execute function audit_entries_move_head()`,
	`create function audit_head_follows() returns trigger language plpgsql as $$
	begin
		if new.id <> old.id or new.sequence <> old.sequence + 1
			or not exists (select 1 from audit_entries where sequence = new.sequence and hash = new.hash)
		then
			raise exception 'audit log: the head moves with an entry only';
		end if;
		return new;
	end $$`,
	'create trigger audit_head_follows before update on audit_head for each row execute function audit_head_follows()',
	refusalOf('audit_entries', 'update', 'audit log: entries are never changed'),
	refusalOf('audit_entries', 'delete', 'audit log: entries are never deleted'),
	refusalOf('audit_entries', 'truncate', 'audit log: entries are never deleted'),
	refusalOf('audit_head', 'insert', 'audit log: there is one head'),
	refusalOf('audit_head', 'delete', 'audit log: the head is never deleted'),
	refusalOf('audit_head', 'truncate', 'audit log: the head is never deleted'),
];

/** Substring search by trigrams. The columns are those of SQLite's index; the store's query has the very same expression. */
export const SEARCH_TEXT = `(coalesce(reason, '') || chr(10) || coalesce(member, '') || chr(10) || coalesce(member_id, '') || chr(10)
	|| actor_name || chr(10) || key || chr(10) || coalesce(czxid, '') || chr(10) || coalesce(zxid, '') || chr(10) || detail)
	collate "default"`;

/** With its name, so that a copy of a whole log can leave it for the end. */
export const SEARCH_INDEX = {
	name: 'audit_entries_search',
	statement: `create index audit_entries_search on audit_entries using gin ((${SEARCH_TEXT}) gin_trgm_ops)`,
} as const;

export const auditOnPostgres: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await createTrigrams(db);
		for (const statement of [...TABLES, ...INDEXES, SEARCH_INDEX.statement, ...TRIGGERS]) {
			await sql.raw(statement).execute(db);
		}
	},
};

async function createTrigrams(db: Kysely<unknown>): Promise<void> {
	try {
		await sql`create extension if not exists pg_trgm`.execute(db);
	} catch (error) {
		throw new Error(
			`the extension pg_trgm is needed for searching the audit log and cannot be made (${String(error)}): have an administrator of ` +
				"the database run 'create extension pg_trgm' in it, or 'grant create on database … to …' for Rollcall's user; where it is " +
				"not installed, it is part of PostgreSQL's contrib package",
			{ cause: error },
		);
	}
}
