import type { AuditQuery } from '@/lib/core/ports';
import type { Queries } from '../../database/tables';
import type { SearchTerms } from '../search';
import { FOUND, findInWindow, foundIn, more } from './question';
import { findByColumns, findByIndex, holdingTexts } from './sqlite-find';
import { planMatch, planTexts } from './sqlite-search';
import type { Find, Found, Order, Span, StoreDialect } from './store-dialect';

/** Entries whose texts one statement looks at, some microseconds each; without an index that helps, many. */
const TEXTS = { first: 256, next: 1_024, withoutIndex: 8_192 } as const;
/** So many of these hold the words: looking at texts gives the next page sooner than the index. */
const DENSE = 1 / 128;

/** A statement takes as long as it takes, in a thread of its own; none reads more than it may have to. */
export const sqliteStore: StoreDialect = { findByColumns, findByWords };

/**
 * The texts themselves first: a word that is frequent among what the filters leave is found there at once. One that is not
 * is left to the full-text index, which is quick where words are rare and slow where they are everywhere.
 */
function findByWords(db: Queries, query: AuditQuery, terms: SearchTerms): Find {
	const { contained, isOfTexts } = planTexts(terms);
	let texts: number = TEXTS.first;
	let isNextForIndex = !isOfTexts;
	let match: string | null | undefined;
	let max: number = FOUND.first;

	async function lookAtTexts(span: Span, order: Order): Promise<Found> {
		const candidates = await findInWindow({ findByColumns }, db, query, span, order, texts);
		const sequences = await holdingTexts(db, candidates.sequences, contained, order);
		isNextForIndex = match !== null && texts >= TEXTS.next && sequences.length < texts * DENSE;
		texts = match === null ? TEXTS.withoutIndex : TEXTS.next;
		return { sequences, reached: candidates.reached };
	}

	async function askIndex(span: Span, order: Order, words: string): Promise<Found> {
		const sequences = await findByIndex(db, { query, match: words, contained }, span, order, max);
		const found = foundIn(sequences, max, span, order);
		max = more(max);
		return found;
	}

	return async (span, order) => {
		if (isNextForIndex && match === undefined) {
			match = await planMatch(db, terms);
		}
		return isNextForIndex && typeof match === 'string' ? askIndex(span, order, match) : lookAtTexts(span, order);
	};
}
