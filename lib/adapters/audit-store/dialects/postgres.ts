import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely';
import type { AuditQuery } from '@/lib/core/ports';
import { SEARCH_TEXT } from '../../database/migrations/0001-audit/postgres';
import type { AuditEntriesTable, Queries, Tables } from '../../database/tables';
import { likePattern, type SearchTerms } from '../search';
import { type Order, ROWS, type Span, type StoreDialect } from './store-dialect';

const searchText = sql.raw<string>(SEARCH_TEXT);
const WINDOW = { first: 4_096, max: 262_144 };
/** For a search with a word that no index helps: it reads every entry's text. */
const WINDOW_SCANNED = { first: 1_024, max: 16_384 };

/**
 * The planner cannot know how often a term occurs, and both of its plans are ruinous when it is wrong: to walk the log from
 * its end for a rare term, or to gather every entry that has a frequent one. Windows bound what either may cost: a frequent
 * term is found in the first small one, a rare one by its trigrams in few large ones.
 */
export const postgresStore: StoreDialect = {
	async prepare(db, query, terms) {
		const { first, max } = terms.short.length > 0 ? WINDOW_SCANNED : WINDOW;
		return {
			first,
			next: (size, { isFull }) => (isFull ? first : Math.min(max, size * 4)),
			read: (window, order) => readWindow(db, query, terms, window, order),
		};
	},
};

function readWindow(
	db: Queries,
	query: AuditQuery,
	terms: SearchTerms,
	window: Span,
	order: Order,
): Promise<AuditEntriesTable[]> {
	let select = db
		.selectFrom('audit_entries')
		.selectAll()
		.where('sequence', '>=', window.from)
		.where('sequence', '<=', window.to)
		.where((build) => build.and(searchConditions(build, terms, window)));
	const { cluster, actor, action, outcome, member, fromMs, toMs } = query;
	if (cluster !== undefined) {
		select = select.where('cluster', '=', cluster);
	}
	if (actor !== undefined) {
		select = select.where('actor_name', '=', actor);
	}
	if (action !== undefined) {
		select = select.where('action', '=', action);
	}
	if (outcome !== undefined) {
		select = select.where('outcome', '=', outcome);
	}
	if (member !== undefined) {
		select = select.where((build) => build.or([build('member', '=', member), build('member_id', '=', member)]));
	}
	if (fromMs !== undefined) {
		select = select.where('at_ms', '>=', fromMs);
	}
	if (toMs !== undefined) {
		select = select.where('at_ms', '<=', toMs);
	}
	return select.orderBy('sequence', order).limit(ROWS).execute();
}

type Builder = ExpressionBuilder<Tables, 'audit_entries'>;

function searchConditions(
	build: Builder,
	terms: SearchTerms,
	window: Span,
): ExpressionWrapper<Tables, 'audit_entries', SqlBool>[] {
	const has = (term: string) => sql`${searchText} ilike ${likePattern(term)} escape '\\'`;
	const conditions = terms.short.map((term) =>
		build(searchText, 'ilike', sql<string>`${likePattern(term)} escape '\\'`),
	);
	if (terms.long.length > 0) {
		// Materialised, so that the order and the limit of what is around it cannot keep the index from being used.
		conditions.push(
			build(
				'sequence',
				'in',
				sql<number>`(with hits as materialized (select sequence from audit_entries
					where sequence between ${window.from} and ${window.to} and ${sql.join(terms.long.map(has), sql` and `)})
					select sequence from hits)`,
			),
		);
	}
	return conditions;
}
