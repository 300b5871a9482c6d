import { type Kysely, type Migration, sql } from 'kysely';

/**
 * Each pair of these. An index ends in the sequence: with one or two of them given (one: migration 0001-audit) a page is one
 * seek, and more are looked at within what a pair leaves.
 */
const FILTERS = ['cluster', 'action', 'outcome', 'actor_name'] as const;

const STATEMENTS = [
	// Entries whose whole detail is a text: only there may a word of one character stand too near the end for trigrams.
	`create index audit_entries_bare_text on audit_entries (sequence) where substr(detail, 1, 1) = '"'`,
	// The first and last time of each 1,024 entries. Times are only nearly in the order of the entries, so an index on them
	// cannot give a page of a range in that order; this tells which stretches to read.
	`create table audit_blocks (block integer primary key, min_at_ms integer not null, max_at_ms integer not null) strict`,
	`insert into audit_blocks select (sequence - 1) >> 10, min(at_ms), max(at_ms) from audit_entries group by 1`,
	`create trigger audit_entries_block after insert on audit_entries begin
		insert into audit_blocks values ((new.sequence - 1) >> 10, new.at_ms, new.at_ms)
		on conflict (block) do update set min_at_ms = min(min_at_ms, excluded.min_at_ms),
			max_at_ms = max(max_at_ms, excluded.max_at_ms);
	end`,
	// Which trigrams there are: words of one and two characters are looked up by those that begin with them.
	`create virtual table audit_search_terms using fts5vocab(audit_search, 'instance')`,
];

export const auditSearchOnSqlite: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		for (const [index, first] of FILTERS.entries()) {
			for (const second of FILTERS.slice(index + 1)) {
				await db.schema
					.createIndex(`audit_entries_${first}_${second}`)
					.on('audit_entries')
					.columns([first, second])
					.execute();
			}
		}
		for (const statement of STATEMENTS) {
			await sql.raw(statement).execute(db);
		}
	},
};
