import { type Kysely, type Migration, sql } from 'kysely';
import { SEARCH_TEXT } from '../0001-audit/postgres';

/** The store's query has the very same expression. */
export const SHORT_WORDS = `audit_short_words(${SEARCH_TEXT})`;

/** With its name, so that a copy of a whole log can leave it for the end. */
export const SHORT_WORDS_INDEX = {
	name: 'audit_entries_short_words',
	statement: `create index audit_entries_short_words on audit_entries using gin ((${SHORT_WORDS}))`,
} as const;

/**
 * Words of one and two characters beyond ASCII, which Chinese ones often are and trigrams cannot find: each character and
 * each pair of neighbours. Most entries have none or few.
 */
const FUNCTION = `create function audit_short_words(searched text) returns text[] language sql immutable strict parallel safe as $$
	select coalesce(array_agg(distinct substr(run, first, size)), '{}')
	from (select (regexp_matches(searched, '[^\\u0001-\\u007f]+', 'g'))[1] as run) as runs,
		generate_series(1, 2) as size, generate_series(1, length(run) - size + 1) as first
$$`;

export const shortWordsOnPostgres: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		for (const statement of [FUNCTION, SHORT_WORDS_INDEX.statement]) {
			await sql.raw(statement).execute(db);
		}
	},
};
