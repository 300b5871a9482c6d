import type { AuditQuery } from '@/lib/core/ports';
import type { Queries } from '../../database/tables';
import type { SearchTerms } from '../search';
import { askColumns, columnsWindow } from './ask-columns';
import { type Found, foundIn, inPieces } from './in-pieces';
import { findByColumns, findByIndex, holdingTexts, isIndexed, readRows } from './postgres-find';
import type { Order, Question, Span, StoreDialect } from './store-dialect';

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
export const postgresStore: StoreDialect = {
	async prepare(db, query, terms) {
		if (terms.long.length + terms.short.length > 0) {
			return askTexts(db, query, terms);
		}
		return askColumns(
			query,
			(window, order, max) => findByColumns(db, query, window, order, max),
			(sequences, order) => readRows(db, sequences, order),
		);
	},
};

function askTexts(db: Queries, query: AuditQuery, terms: SearchTerms): Question {
	let texts: number = TEXTS.first;
	let isIndexOfUse = isIndexed(terms);
	let isNextForIndex = false;

	async function lookAtTexts(span: Span, order: Order): Promise<Found> {
		const window = columnsWindow(query, span, order);
		const candidates = foundIn(await findByColumns(db, query, window, order, texts), texts, window, order);
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

	async function find(span: Span, order: Order): Promise<Found> {
		return (isIndexOfUse && isNextForIndex ? await askIndex(span, order) : null) ?? lookAtTexts(span, order);
	}
	return inPieces(find, (sequences, order) => readRows(db, sequences, order));
}

/** At most `count` sequences of the span, evenly. */
function spread({ from, to }: Span, count: number): readonly number[] {
	const step = Math.max(1, (to - from + 1) / count);
	return Array.from({ length: Math.min(count, to - from + 1) }, (_, index) => from + Math.floor(index * step));
}
