import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Json } from '@/lib/core/audit-entry';
import { OUTCOME_ACTIONS, type OutcomeRow } from '@/lib/core/purge-outcomes';
import type { RollcallDatabase } from '../database/database';
import type { Queries } from '../database/tables';
import { parseDetail } from './entry-rows';

/** Sequences looked through by one statement, which blocks the process. */
const WINDOW = 4_096;
/** A longer detail was not written by Rollcall. */
const REPLACEMENT_MAX = 16_384;

/**
 * What purges of a cluster came to, by the entries after sequence `after`: newest first, at most `limitEach` of each
 * action. Of details only those of replacements leave the database, which are short: the evidence of a thousand
 * purges is megabytes, and nobody shows it here. `upTo`: the newest sequence there is; entries are only ever appended, so
 * that the next call may go on from it.
 */
export async function readOutcomes(
	{ db }: Pick<RollcallDatabase, 'db'>,
	cluster: string,
	after: number,
	limitEach: number,
): Promise<{ rows: OutcomeRow[]; upTo: number }> {
	const { newest } = await db
		.selectFrom('audit_entries')
		.select((build) => build.fn.max('sequence').as('newest'))
		.executeTakeFirstOrThrow();
	const upTo = Math.max(after, newest ?? 0);
	const found = new Map<OutcomeRow['action'], OutcomeRow[]>(OUTCOME_ACTIONS.map((action) => [action, []]));
	const isWanted = () => [...found.values()].some((rows) => rows.length < limitEach);
	for (let to = upTo; to > after && isWanted(); to -= WINDOW) {
		for (const row of await readWindow(db, cluster, { from: Math.max(after + 1, to - WINDOW + 1), to })) {
			const rows = found.get(row.action);
			if (rows && rows.length < limitEach) {
				rows.push(row);
			}
		}
		await nextTurn();
	}
	return { rows: [...found.values()].flat().toSorted((a, b) => b.sequence - a.sequence), upTo };
}

async function readWindow(
	db: Queries,
	cluster: string,
	window: { readonly from: number; readonly to: number },
): Promise<OutcomeRow[]> {
	const rows = await db
		.selectFrom('audit_entries')
		.select(['sequence', 'at_ms', 'action', 'actor_name', 'member', 'member_id', replacement.as('replacement')])
		.where('sequence', '>=', window.from)
		.where('sequence', '<=', window.to)
		.where('cluster', '=', cluster)
		.where('action', 'in', [...OUTCOME_ACTIONS])
		.where((build) => build.or([build('action', '<>', 'member.purge'), build('outcome', '=', 'purged')]))
		.orderBy('sequence', 'desc')
		.execute();
	return rows.map((row) => {
		const detail = row.replacement === null ? undefined : parseDetail(row.replacement);
		return {
			sequence: row.sequence,
			atMs: row.at_ms,
			action: row.action as OutcomeRow['action'],
			actorName: row.actor_name,
			member: row.member,
			memberId: row.member_id,
			afterMs: numberIn(detail, 'afterMs'),
			sessionTimeoutMs: numberIn(detail, 'sessionTimeoutMs'),
		};
	});
}

/** The detail of a replacement, some hundred characters; null of any other entry. */
const replacement = sql<
	string | null
>`case when action = 'member.replaced' and length(detail) <= ${sql.lit(REPLACEMENT_MAX)} then detail end`;

/** A number of a replacement's detail; null of any other entry, and where it holds none. */
function numberIn(detail: Json | undefined, name: 'afterMs' | 'sessionTimeoutMs'): number | null {
	const value = typeof detail === 'object' && detail !== null && name in detail ? Reflect.get(detail, name) : null;
	return typeof value === 'number' ? value : null;
}
