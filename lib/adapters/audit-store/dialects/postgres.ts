import type { AuditQuery } from '@/lib/core/ports';
import type { Queries } from '../../database/tables';
import type { SearchTerms } from '../search';
import { findByColumns, findByIndex, holdingTexts, isIndexed } from './postgres-find';
import { findInWindow, foundIn } from './question';
import type { Find, Found, Order, Span, StoreDialect } from './store-dialect';

/** Entries whose texts one statement looks at, some 20 microseconds each: few at first. */
const TEXTS = { first: 128, factor: 4, max: 4_096 } as const;
/** So many of these hold the words: looking at texts gives the next page soon enough. */
const DENSE = 1 / 128;
/** Entries spread over all that is left, whose texts tell whether the words are rare there too. */
const SAMPLE = 256;
const RARE_MAX = 3;
/** Sequences that the index is asked for at once: it has to find all of them for the first one. */
const FOUND_BY_INDEX = 16_384;

/**
 * The planner cannot know how often a word occurs, and both of its plans are ruinous when it is wrong: to walk the log from
 * its end for a rare word, or to gather every entry that has a frequent one. So it is not asked: the next texts tell first,
 * then a sample of all, and what is rare in both is looked up in the index, which may give up after a moment.
 */
export const postgresStore: StoreDialect = { findByColumns, findByWords };

function findByWords(db: Queries, query: AuditQuery, terms: SearchTerms): Find {
	let texts: number = TEXTS.first;
	let isIndexOfUse = isIndexed(terms);
	let isNextForIndex = false;

	async function lookAtTexts(span: Span, order: Order): Promise<Found> {
		const candidates = await findInWindow({ findByColumns }, db, query, span, order, texts);
		const sequences = await holdingTexts(db, candidates.sequences, terms, order);
		isNextForIndex = isIndexOfUse && texts > TEXTS.first && sequences.length < texts * DENSE;
		texts = Math.min(TEXTS.max, texts * TEXTS.factor);
		return { sequences, reached: candidates.reached };
	}

	/** Null: it takes too long, now and later. */
	async function askIndex(span: Span, order: Order): Promise<Found | null> {
		const sample = await holdingTexts(db, spread(span, SAMPLE), terms, order);
		const max = FOUND_BY_INDEX;
		const sequences = sample.length > RARE_MAX ? null : await findByIndex(db, { query, terms }, span, order, max);
		isIndexOfUse = sequences !== null;
		return sequences === null ? null : foundIn(sequences, max, span, order);
	}

	return async (span, order) =>
		(isIndexOfUse && isNextForIndex ? await askIndex(span, order) : null) ?? lookAtTexts(span, order);
}

/** At most `count` sequences of the span, evenly. */
function spread({ from, to }: Span, count: number): readonly number[] {
	const step = Math.max(1, (to - from + 1) / count);
	return Array.from({ length: Math.min(count, to - from + 1) }, (_, index) => from + Math.floor(index * step));
}
