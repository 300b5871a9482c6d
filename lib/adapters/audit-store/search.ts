import { AuditQueryError } from '@/lib/core/audit-query-error';

/** A question longer than this is refused, not cut: an answer to another question would mislead. */
export const SEARCH_LENGTH_MAX = 256;
/** Trigrams cannot find anything shorter by themselves. */
const TRIGRAM_LENGTH = 3;

/** Words of a search, in characters: each must occur, as a substring, anywhere in the searched text. */
export type SearchTerms = { readonly long: readonly string[]; readonly short: readonly string[] };

/** Splits at white space. Throws AuditQueryError 'search-too-long'. */
export function parseSearch(q: string): SearchTerms {
	if (q.length > SEARCH_LENGTH_MAX) {
		throw new AuditQueryError('search-too-long', `A search has at most ${SEARCH_LENGTH_MAX} characters.`);
	}
	const terms = q
		.replaceAll('\0', '\u2400')
		.split(/\s+/u)
		.filter((term) => term !== '');
	const isLong = (term: string) => [...term].length >= TRIGRAM_LENGTH;
	return { long: terms.filter(isLong), short: terms.filter((term) => !isLong(term)) };
}

/** `%term%` in which the term stands for nothing but itself. */
export function likePattern(term: string): string {
	return `%${term.replace(/[\\%_]/g, '\\$&')}%`;
}
