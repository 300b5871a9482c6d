import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
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

export type SearchBuilder = ExpressionBuilder<Tables, 'audit_entries'>;
export type SearchCondition = ExpressionWrapper<Tables, 'audit_entries', SqlBool>;
/** Conditions on entries whose sequence lies in [from, to]; the same bounds narrow the index of the text. */
export type SearchConditions = (
	build: SearchBuilder,
	terms: SearchTerms,
	window: { readonly from: number; readonly to: number },
) => SearchCondition[];

/** `%term%` in which the term stands for nothing but itself. */
export function likePattern(term: string): string {
	return `%${term.replace(/[\\%_]/g, '\\$&')}%`;
}
