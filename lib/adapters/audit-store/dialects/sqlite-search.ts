import { type CompiledQuery, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../database/tables';
import type { SearchTerms } from '../search';

/** More trigrams than this begin with a short word: it is so frequent that the texts themselves give a page soonest. */
const CONTINUATIONS_MAX = 256;

/** What the texts themselves tell of the words. */
export type TextPlan = {
	/** Words that a text must hold: looked for in the same way wherever an entry was found. */
	readonly contained: readonly string[];
	/** These are all the words: the texts alone answer too. */
	readonly isOfTexts: boolean;
};

export function planTexts(terms: SearchTerms): TextPlan {
	const contained = [...terms.long.filter((term) => !hasOtherCase(term)), ...terms.short];
	return { contained, isOfTexts: contained.length === terms.long.length + terms.short.length };
}

/**
 * What to ask the full-text index, for entries that are there already: words of three characters and more as they are,
 * shorter ones by every trigram that begins with them. Null: it cannot help.
 */
export async function planMatch(db: Queries, terms: SearchTerms): Promise<string | null> {
	const parts = terms.long.map(quoted);
	for (const term of terms.short) {
		const continuations = (await isAlwaysContinued(db, term)) ? await readContinuations(db, term) : null;
		if (continuations !== null) {
			// No trigram begins with it: nothing holds it. The index has to be asked something; no text holds this.
			parts.push(`(${(continuations.length === 0 ? ['\u0001\u0001\u0001'] : continuations).map(quoted).join(' OR ')})`);
		}
	}
	return parts.length === 0 ? null : parts.join(' AND ');
}

/** Letters other than A to Z that have a case: the index takes both for one, the texts do not. */
function hasOtherCase(term: string): boolean {
	return [...term].some((character) => character > '\u007f' && character.toLowerCase() !== character.toUpperCase());
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
	if (hasOtherCase(term)) {
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
	const query: CompiledQuery<{ term: string | null }> = sql<{ term: string | null }>`with recursive found(term) as (
		select (select term from audit_search_terms where term >= ${folded} and term < ${end} limit 1)
		union all
		select (select term from audit_search_terms where term >= found.term || char(1) and term < ${end} limit 1)
			from found where found.term is not null
		limit ${CONTINUATIONS_MAX + 2}
	) select term from found`.compile(db);
	const found = (await db.executeQuery(query)).rows.flatMap((row) => row.term ?? []);
	return found.length > CONTINUATIONS_MAX ? null : found;
}
