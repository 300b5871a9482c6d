import { type ExpressionBuilder, type ExpressionWrapper, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { AuditQuery } from '@/lib/core/ports';
import { SEARCH_TEXT } from '../../database/migrations/0001-audit/postgres';
import { SHORT_WORDS } from '../../database/migrations/0006-short-words/postgres';
import type { Queries, Tables } from '../../database/tables';
import { likePattern, type SearchTerms } from '../search';
import type { Order, Span } from './store-dialect';

const searchText = sql.raw<string>(SEARCH_TEXT);
const shortWords = sql.raw<string[]>(SHORT_WORDS);

/** The index names every entry with all the trigrams, and each of those texts is looked at: longer than this is not waited. */
const INDEX_MS_MAX = 400;
/** SQLSTATE query_canceled. */
const CANCELED = '57014';

/** Whether an index knows of at least one of the words. */
export function isIndexed({ long, short }: SearchTerms): boolean {
	return long.length > 0 || short.some(isShortWord);
}

/** Sequences in the span that the filters leave, whatever is searched for: the first `max`, in order. */
export async function findByColumns(
	db: Queries,
	query: AuditQuery,
	span: Span,
	order: Order,
	max: number,
): Promise<readonly number[]> {
	const rows = await db
		.selectFrom('audit_entries')
		.select('sequence')
		.where('sequence', '>=', span.from)
		.where('sequence', '<=', span.to)
		.where((build) => build.and(conditions(build, query)))
		.orderBy('sequence', order)
		.limit(max)
		.execute();
	return rows.map(({ sequence }) => sequence);
}

/** Those of the sequences whose text holds every one of the words, in order. */
export async function holdingTexts(
	db: Queries,
	sequences: readonly number[],
	terms: SearchTerms,
	order: Order,
): Promise<readonly number[]> {
	const rows = await db
		.selectFrom('audit_entries')
		.select('sequence')
		.where(sql<SqlBool>`sequence = any(${sequences}::bigint[])`)
		// Not as the index has it: what is to be looked at is told already.
		.where((build) => build.and([...terms.long, ...terms.short].map((word) => holds(sql`(${searchText} || '')`, word))))
		.orderBy('sequence', order)
		.execute();
	return rows.map(({ sequence }) => sequence);
}

/** Sequences in the span by the indexes of words and the filters: the first `max`, in order; null: that takes too long. */
export async function findByIndex(
	db: Queries,
	asked: { readonly query: AuditQuery; readonly terms: SearchTerms },
	span: Span,
	order: Order,
	max: number,
): Promise<readonly number[] | null> {
	const { query, terms } = asked;
	try {
		return await db.transaction().execute(async (alone) => {
			await sql`select set_config('statement_timeout', ${String(INDEX_MS_MAX)}, true), set_config('enable_seqscan', 'off', true)`.execute(
				alone,
			);
			const rows = await alone
				.selectFrom('audit_entries')
				.select('sequence')
				// An expression, so that the span is no reason to take another index.
				.where(sql<SqlBool>`sequence + 0 between ${span.from} and ${span.to}`)
				.where((build) => build.and([...wordConditions(terms), ...conditions(build, query)]))
				.orderBy('sequence', order)
				.limit(max)
				.execute();
			return rows.map(({ sequence }) => sequence);
		});
	} catch (error) {
		if (error instanceof Error && Reflect.get(error, 'code') === CANCELED) {
			return null;
		}
		throw error;
	}
}

/** One or two characters beyond ASCII, none of which has a case: what the index of short words holds as it is. */
function isShortWord(word: string): boolean {
	return [...word].every((character) => character > '\u007f' && character.toLowerCase() === character.toUpperCase());
}

function wordConditions({ long, short }: SearchTerms): RawBuilder<SqlBool>[] {
	const named = short.filter(isShortWord);
	return [
		...[...long, ...short].map((word) => holds(searchText, word)),
		...(named.length === 0 ? [] : [sql<SqlBool>`${shortWords} @> ${named}::text[]`]),
	];
}

function holds(text: RawBuilder<unknown>, word: string): RawBuilder<SqlBool> {
	return sql<SqlBool>`${text} ilike ${likePattern(word)} escape '\\'`;
}

type Builder = ExpressionBuilder<Tables, 'audit_entries'>;
type Condition = ExpressionWrapper<Tables, 'audit_entries', SqlBool>;

function conditions(build: Builder, query: AuditQuery): Condition[] {
	const { cluster, actor, action, outcome, member, fromMs, toMs } = query;
	const made: Condition[] = [];
	if (cluster !== undefined) {
		made.push(build('cluster', '=', cluster));
	}
	if (actor !== undefined) {
		made.push(build('actor_name', '=', actor));
	}
	if (action !== undefined) {
		made.push(build('action', '=', action));
	}
	if (outcome !== undefined) {
		made.push(build('outcome', '=', outcome));
	}
	if (member !== undefined) {
		made.push(build.or([build('member', '=', member), build('member_id', '=', member)]));
	}
	if (fromMs !== undefined) {
		made.push(build('at_ms', '>=', fromMs));
	}
	if (toMs !== undefined) {
		made.push(build('at_ms', '<=', toMs));
	}
	return made;
}
