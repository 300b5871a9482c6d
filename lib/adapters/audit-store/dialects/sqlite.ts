import { sql } from 'kysely';
import { likePattern } from '../search';
import type { StoreDialect } from './store-dialect';

/** Everything that is searched, as the full-text index has it (migration 0001-audit). */
const searchText = sql<string>`(coalesce(reason, '') || char(10) || coalesce(member, '') || char(10)
	|| coalesce(member_id, '') || char(10) || actor_name || char(10) || key || char(10) || coalesce(czxid, '') || char(10)
	|| coalesce(zxid, '') || char(10) || detail)`;

/** A statement blocks the process, so that none may look through the whole log, however little the last one found. */
export const sqliteStore: StoreDialect = {
	window: { first: 4_096, max: 4_096 },
	windowScanned: { first: 256, max: 256 },
	searchConditions(build, terms, window) {
		const conditions = terms.scanned.map((term) =>
			build(searchText, 'like', sql<string>`${likePattern(term)} escape '\\'`),
		);
		if (terms.indexed.length > 0) {
			const phrases = terms.indexed.map((term) => `"${term.replaceAll('"', '""')}"`).join(' AND ');
			conditions.push(
				build(
					'sequence',
					'in',
					sql<number>`(select rowid from audit_search where audit_search match ${phrases}
						and rowid between ${window.from} and ${window.to})`,
				),
			);
		}
		return conditions;
	},
};
