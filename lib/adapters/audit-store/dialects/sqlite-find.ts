import { type CompiledQuery, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { AuditQuery } from '@/lib/core/ports';
import type { Queries } from '../../database/tables';
import { likePattern } from '../search';
import type { Order, Span } from './store-dialect';

/** Everything that is searched, as the full-text index has it (migration 0001-audit). */
const SEARCHED_TEXT = sql<string>`(coalesce(e.reason, '') || char(10) || coalesce(e.member, '') || char(10)
	|| coalesce(e.member_id, '') || char(10) || e.actor_name || char(10) || e.key || char(10) || coalesce(e.czxid, '')
	|| char(10) || coalesce(e.zxid, '') || char(10) || e.detail)`;

/** 'looked-at': compared row by row, so that the planner takes no index for it (SQLite: unary plus). */
type Use = 'indexed' | 'looked-at';

/** Sequences in the span that the filters leave, whatever is searched for: the first `max`, in order. */
export async function findByColumns(
	db: Queries,
	query: AuditQuery,
	span: Span,
	order: Order,
	max: number,
): Promise<readonly number[]> {
	const inSpan = sql<SqlBool>`e.sequence between ${span.from} and ${span.to}`;
	const ordered = { by: sql<number>`e.sequence`, order, max };
	const from = sql`audit_entries as e`;
	const { member } = query;
	if (member === undefined) {
		return select(db, from, [inSpan, ...conditions(query, 'indexed')], ordered);
	}
	// One seek for each column: both in one condition would gather and sort all of them first.
	const byColumn = async (column: 'member' | 'member_id') => {
		const isMember = sql<SqlBool>`${sql.ref(`e.${column}`)} = ${member}`;
		return select(db, from, [isMember, inSpan, ...conditions(query, 'looked-at')], ordered);
	};
	const both = new Set([...(await byColumn('member')), ...(await byColumn('member_id'))]);
	return [...both].toSorted((a, b) => (order === 'asc' ? a - b : b - a)).slice(0, max);
}

/** Those of the sequences whose text holds every one of the words, in order. */
export async function holdingTexts(
	db: Queries,
	sequences: readonly number[],
	words: readonly string[],
	order: Order,
): Promise<readonly number[]> {
	const among = sql<SqlBool>`e.sequence in (select value from json_each(${JSON.stringify(sequences)}))`;
	const ordered = { by: sql<number>`e.sequence`, order, max: sequences.length };
	return select(db, sql`audit_entries as e`, [among, ...words.map(holds)], ordered);
}

/** Sequences in the span that the full-text index names and the filters leave: the first `max`, in order. */
export async function findByIndex(
	db: Queries,
	asked: { readonly query: AuditQuery; readonly match: string; readonly contained: readonly string[] },
	span: Span,
	order: Order,
	max: number,
): Promise<readonly number[]> {
	const { query, match, contained } = asked;
	// The index walks in the order of the sequences and ends with the last row wanted; `cross join` keeps it in front.
	const joined = conditions(query, 'looked-at').concat(memberCondition(query), contained.map(holds));
	const from =
		joined.length === 0
			? sql`audit_search`
			: sql`audit_search cross join audit_entries as e on e.sequence = audit_search.rowid`;
	const named = sql<SqlBool>`audit_search match ${match} and audit_search.rowid between ${span.from} and ${span.to}`;
	return select(db, from, [named, ...joined], { by: sql<number>`audit_search.rowid`, order, max });
}

function holds(word: string): RawBuilder<SqlBool> {
	return sql`${SEARCHED_TEXT} like ${likePattern(word)} escape '\\'`;
}

function conditions(query: AuditQuery, use: Use): RawBuilder<SqlBool>[] {
	const compared = { cluster: query.cluster, actor_name: query.actor, action: query.action, outcome: query.outcome };
	const made = Object.entries(compared).flatMap(([column, value]) =>
		value === undefined
			? []
			: [sql<SqlBool>`${use === 'indexed' ? sql`` : sql`+`}${sql.ref(`e.${column}`)} = ${value}`],
	);
	if (query.fromMs !== undefined) {
		made.push(sql`+e.at_ms >= ${query.fromMs}`);
	}
	if (query.toMs !== undefined) {
		made.push(sql`+e.at_ms <= ${query.toMs}`);
	}
	return made;
}

function memberCondition({ member }: AuditQuery): RawBuilder<SqlBool>[] {
	return member === undefined ? [] : [sql`(+e.member = ${member} or +e.member_id = ${member})`];
}

async function select(
	db: Queries,
	from: RawBuilder<unknown>,
	where: readonly RawBuilder<unknown>[],
	ordered: { readonly by: RawBuilder<number>; readonly order: Order; readonly max: number },
): Promise<readonly number[]> {
	const { by, order, max } = ordered;
	const query: CompiledQuery<{ sequence: number }> = sql<{ sequence: number }>`select ${by} as sequence from ${from}
		where ${sql.join(where, sql` and `)} order by ${by} ${order === 'asc' ? sql`asc` : sql`desc`} limit ${max}`.compile(
		db,
	);
	return (await db.executeQuery(query)).rows.map(({ sequence }) => sequence);
}
