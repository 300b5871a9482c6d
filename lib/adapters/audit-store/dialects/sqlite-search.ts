import { type SqlBool, sql } from 'kysely';
import type { Queries } from '../../database/tables';
import type { SearchTerms } from '../search';

/** More trigrams than this begin with a short word: it is so frequent that the texts themselves give a page soonest. */
const CONTINUATIONS_MAX = 256;

/** How to find them. */
export type SearchPlan = {
	/** What the full-text index is asked; null: it cannot help. */
	readonly match: string | null;
	/** Words that the text itself must hold, beside what the index found. */
	readonly contained: readonly string[];
};

/**
 * What to ask the index, for entries that are there already: words of three characters and more as they are, shorter ones
 * by every trigram that begins with them.
 */
export async function planSearch(db: Queries, terms: SearchTerms): Promise<SearchPlan> {
	const parts = terms.long.map(quoted);
	for (const term of terms.short) {
		const continuations = (await isAlwaysContinued(db, term)) ? await readContinuations(db, term) : null;
		if (continuations !== null) {
			// No trigram begins with it: nothing holds it. The index has to be asked something; no text holds this.
			parts.push(`(${(continuations.length === 0 ? ['\u0001\u0001\u0001'] : continuations).map(quoted).join(' OR ')})`);
		}
	}
	return { match: parts.length === 0 ? null : parts.join(' AND '), contained: terms.short };
}

function quoted(term: string): string {
	return `"${term.replaceAll('"', '""')}"`;
}

/**
 * Whether each occurrence of a short word begins a trigram: the searched text ends in JSON, an object nearly always, so what
 * could be its last characters is left to the text itself. So are letters other than A to Z that have a case, which the
 * index folds by rules of its own.
 */
async function isAlwaysContinued(db: Queries, term: string): Promise<boolean> {
	const characters = [...term];
	if (characters.some((character) => character > '\u007f' && character.toLowerCase() !== character.toUpperCase())) {
		return false;
	}
	if (characters.length === 2) {
		return !/[0-9el"\]}]$/i.test(term);
	}
	return term > '\u007f' && !(await hasBareText(db));
}

async function hasBareText(db: Queries): Promise<boolean> {
	const row = await db
		.selectFrom('audit_entries')
		.select('sequence')
		// As the partial index has it (migration 0004-audit-search), or it would not be used.
		.where(sql<SqlBool>`substr(detail, 1, 1) = '"'`)
		.limit(1)
		.executeTakeFirst();
	return row !== undefined;
}

/** The trigrams that begin with it, by one seek each; null: too many. */
async function readContinuations(db: Queries, term: string): Promise<string[] | null> {
	const folded = term.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
	const end = `${folded}\u{10ffff}\u{10ffff}\u{10ffff}`;
	const found: string[] = [];
	for (let from = folded; found.length <= CONTINUATIONS_MAX; from = `${found.at(-1)}\u0001`) {
		const row = await db
			.selectFrom('audit_search_terms')
			.select('term')
			.where('term', '>=', from)
			.where('term', '<', end)
			.limit(1)
			.executeTakeFirst();
		if (row === undefined) {
			return found;
		}
		found.push(row.term);
	}
	return null;
}
