import { type CompiledQuery, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { AuditQuery } from '@/lib/core/ports';
import type { AuditEntriesTable, Queries } from '../../database/tables';
import { likePattern } from '../search';
import type { SearchPlan } from './sqlite-search';
import { type Order, ROWS, type Span } from './store-dialect';

/** Entries that filters leave, up to which each is asked of the full-text index by itself. */
const FEW = 128;

export type Asked = { readonly query: AuditQuery; readonly search: SearchPlan };

/** Everything that is searched, as the full-text index has it (migration 0001-audit). */
const SEARCHED_TEXT = sql<string>`(coalesce(e.reason, '') || char(10) || coalesce(e.member, '') || char(10)
	|| coalesce(e.member_id, '') || char(10) || e.actor_name || char(10) || e.key || char(10) || coalesce(e.czxid, '')
	|| char(10) || coalesce(e.zxid, '') || char(10) || e.detail)`;

/** The first ROWS entries of the window that answer the question, in order. */
export async function readWindow(db: Queries, asked: Asked, window: Span, order: Order): Promise<AuditEntriesTable[]> {
	const sequences = await findWindow(db, asked, window, order);
	if (sequences.length === 0) {
		return [];
	}
	return db
		.selectFrom('audit_entries')
		.selectAll()
		.where('sequence', 'in', sequences)
		.orderBy('sequence', order)
		.execute();
}

/** Sequences first: which entries answer is told by indexes alone wherever that is possible. */
async function findWindow(db: Queries, asked: Asked, window: Span, order: Order): Promise<readonly number[]> {
	const { query, search } = asked;
	const inWindow = sql<SqlBool>`e.sequence between ${window.from} and ${window.to}`;
	if (search.match !== null) {
		const few = await readFew(db, query, window);
		if (few?.length === 0) {
			return [];
		}
		// The index walks in the order of the sequences and ends with the last row wanted; `cross join` keeps it in front.
		return few === null
			? select(
					db,
					sql`audit_search cross join audit_entries as e on e.sequence = audit_search.rowid`,
					[
						sql`audit_search match ${search.match} and audit_search.rowid between ${window.from} and ${window.to}`,
						...conditions(asked, 'looked-at'),
						...memberCondition(query),
					],
					{ by: sql`audit_search.rowid`, order },
				)
			: select(
					db,
					sql`audit_entries as e`,
					[
						sql`e.sequence in (${sql.join(few)})`,
						sql`exists (select 1 from audit_search where audit_search match ${search.match} and rowid = e.sequence)`,
						...conditions(asked, 'looked-at'),
						...memberCondition(query),
					],
					{ by: sql`e.sequence`, order },
				);
	}
	const ordered = { by: sql`e.sequence`, order };
	const { member } = query;
	if (member === undefined) {
		return select(db, sql`audit_entries as e`, [inWindow, ...conditions(asked, 'indexed')], ordered);
	}
	// One seek for each column: both in one condition would gather and sort all of them first.
	const byColumn = async (column: 'member' | 'member_id') => {
		const isMember = sql<SqlBool>`${sql.ref(`e.${column}`)} = ${member}`;
		return select(db, sql`audit_entries as e`, [isMember, inWindow, ...conditions(asked, 'looked-at')], ordered);
	};
	const both = new Set([...(await byColumn('member')), ...(await byColumn('member_id'))]);
	return [...both].toSorted((a, b) => (order === 'asc' ? a - b : b - a)).slice(0, ROWS);
}

/**
 * Sequences in the window that the filters leave, in no order, of a member or of what else is compared; null: more than FEW,
 * or no such filter.
 */
async function readFew(db: Queries, query: AuditQuery, window: Span): Promise<readonly number[] | null> {
	const { member } = query;
	const inWindow = sql<SqlBool>`e.sequence between ${window.from} and ${window.to}`;
	const equal = equalities(query, 'indexed');
	const alternatives =
		member === undefined
			? [equal]
			: (['member', 'member_id'] as const).map((column) => [sql<SqlBool>`${sql.ref(`e.${column}`)} = ${member}`]);
	const found = new Set<number>();
	for (const alternative of alternatives) {
		if (alternative.length === 0) {
			return null;
		}
		for (const sequence of await select(db, sql`audit_entries as e`, [inWindow, ...alternative], null, FEW + 1)) {
			found.add(sequence);
		}
	}
	return found.size > FEW ? null : [...found];
}

/** 'looked-at': compared row by row, so that the planner takes no index for it (SQLite: unary plus). */
type Use = 'indexed' | 'looked-at';

function conditions({ query, search }: Asked, use: Use): RawBuilder<SqlBool>[] {
	const made = equalities(query, use);
	if (query.fromMs !== undefined) {
		made.push(sql`+e.at_ms >= ${query.fromMs}`);
	}
	if (query.toMs !== undefined) {
		made.push(sql`+e.at_ms <= ${query.toMs}`);
	}
	for (const term of search.contained) {
		made.push(sql`${SEARCHED_TEXT} like ${likePattern(term)} escape '\\'`);
	}
	return made;
}

function equalities(query: AuditQuery, use: Use): RawBuilder<SqlBool>[] {
	const compared = { cluster: query.cluster, actor_name: query.actor, action: query.action, outcome: query.outcome };
	return Object.entries(compared).flatMap(([column, value]) =>
		value === undefined
			? []
			: [sql<SqlBool>`${use === 'indexed' ? sql`` : sql`+`}${sql.ref(`e.${column}`)} = ${value}`],
	);
}

function memberCondition({ member }: AuditQuery): RawBuilder<SqlBool>[] {
	return member === undefined ? [] : [sql`(+e.member = ${member} or +e.member_id = ${member})`];
}

async function select(
	db: Queries,
	from: RawBuilder<unknown>,
	where: readonly RawBuilder<unknown>[],
	ordered: { readonly by: RawBuilder<unknown>; readonly order: Order } | null,
	limit = ROWS,
): Promise<readonly number[]> {
	const orderBy =
		ordered === null ? sql`` : sql`order by ${ordered.by} ${ordered.order === 'asc' ? sql`asc` : sql`desc`}`;
	const query: CompiledQuery<{ sequence: number }> = sql<{ sequence: number }>`select e.sequence from ${from}
		where ${sql.join(where, sql` and `)} ${orderBy} limit ${limit}`.compile(db);
	return (await db.executeQuery(query)).rows.map(({ sequence }) => sequence);
}
