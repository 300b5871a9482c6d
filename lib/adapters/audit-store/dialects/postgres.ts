import { sql } from 'kysely';
import { SEARCH_TEXT } from '../../database/migrations/0001-audit/postgres';
import { likePattern } from '../search';
import type { StoreDialect } from './store-dialect';

const searchText = sql.raw<string>(SEARCH_TEXT);

/**
 * The planner cannot know how often a term occurs, and both of its plans are ruinous when it is wrong: to walk the log from
 * its end for a rare term, or to gather every entry that has a frequent one. Windows bound what either may cost: a frequent
 * term is found in the first small one, a rare one by its trigrams in few large ones.
 */
export const postgresStore: StoreDialect = {
	window: { first: 4_096, max: 262_144 },
	windowScanned: { first: 1_024, max: 16_384 },
	searchConditions(build, terms, window) {
		const has = (term: string) => sql`${searchText} ilike ${likePattern(term)} escape '\\'`;
		const conditions = terms.scanned.map((term) =>
			build(searchText, 'ilike', sql<string>`${likePattern(term)} escape '\\'`),
		);
		if (terms.indexed.length > 0) {
			// Materialised, so that the order and the limit of what is around it cannot keep the index from being used.
			conditions.push(
				build(
					'sequence',
					'in',
					sql<number>`(with hits as materialized (select sequence from audit_entries
						where sequence between ${window.from} and ${window.to} and ${sql.join(terms.indexed.map(has), sql` and `)})
						select sequence from hits)`,
				),
			);
		}
		return conditions;
	},
};
