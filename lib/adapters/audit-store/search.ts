import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely';
import { AuditQueryError } from '@/lib/core/audit-query-error';
import type { Tables } from '../database/tables';

/** A question longer than this is refused, not cut: an answer to another question would mislead. */
export const SEARCH_LENGTH_MAX = 256;
/** Trigrams cannot find anything shorter; such terms are looked for in the text itself. */
const INDEXED_LENGTH_MIN = 3;

/** Words of a search: each must occur, as a substring, anywhere in the searched text. */
export type SearchTerms = { readonly indexed: readonly string[]; readonly scanned: readonly string[] };

/** Splits at white space. Throws AuditQueryError 'search-too-long'. */
export function parseSearch(q: string): SearchTerms {
	if (q.length > SEARCH_LENGTH_MAX) {
		throw new AuditQueryError('search-too-long', `A search has at most ${SEARCH_LENGTH_MAX} characters.`);
	}
	const terms = q
		.replaceAll('\0', '\u2400')
		.split(/\s+/u)
		.filter((term) => term !== '');
	const isIndexed = (term: string) => [...term].length >= INDEXED_LENGTH_MIN;
	return { indexed: terms.filter(isIndexed), scanned: terms.filter((term) => !isIndexed(term)) };
}

type Builder = ExpressionBuilder<Tables, 'audit_entries'>;

/** Everything that is searched, as the full-text index has it (migration 0001-audit). */
const searchText = sql<string>`(coalesce(reason, '') || char(10) || coalesce(member, '') || char(10)
	|| coalesce(member_id, '') || char(10) || actor_name || char(10) || key || char(10) || coalesce(czxid, '') || char(10)
	|| coalesce(zxid, '') || char(10) || detail)`;

/** Conditions on entries whose sequence lies in [from, to]; the same bounds narrow the full-text index. */
export function searchConditions(
	build: Builder,
	terms: SearchTerms,
	window: { readonly from: number; readonly to: number },
): ExpressionWrapper<Tables, 'audit_entries', SqlBool>[] {
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
}

/** `%term%` in which the term stands for nothing but itself. */
function likePattern(term: string): string {
	return `%${term.replace(/[\\%_]/g, '\\$&')}%`;
}
