import { setImmediate as nextTurn } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import { OUTCOME_ACTIONS, type OutcomeRow } from '@/lib/core/purge-outcomes';
import type { Queries } from '../database/tables';

/** Sequences looked through by one statement, which blocks the process. */
const WINDOW = 4_096;

/**
 * What purges of a cluster came to, by the entries after sequence `after`: newest first, at most `limitEach` of each
 * action. Nothing of an entry's detail leaves the database but the two times of a replacement: the evidence of a thousand
 * purges is megabytes, and nobody shows it here. `upTo`: the newest sequence there is; entries are only ever appended, so
 * that the next call may go on from it.
 */
export async function readOutcomes(
	db: Queries,
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
		.select([
			'sequence',
			'at_ms',
			'action',
			'actor_name',
			'member',
			'member_id',
			numberIn('afterMs').as('after_ms'),
			numberIn('sessionTimeoutMs').as('session_timeout_ms'),
		])
		.where('sequence', '>=', window.from)
		.where('sequence', '<=', window.to)
		.where('cluster', '=', cluster)
		.where('action', 'in', [...OUTCOME_ACTIONS])
		.where((build) => build.or([build('action', '<>', 'member.purge'), build('outcome', '=', 'purged')]))
		.orderBy('sequence', 'desc')
		.execute();
	return rows.map((row) => ({
		sequence: row.sequence,
		atMs: row.at_ms,
		action: row.action as OutcomeRow['action'],
		actorName: row.actor_name,
		member: row.member,
		memberId: row.member_id,
		afterMs: row.after_ms,
		sessionTimeoutMs: row.session_timeout_ms,
	}));
}

/** A number of a replacement's detail; null of any other entry, and where it holds none. */
function numberIn(name: 'afterMs' | 'sessionTimeoutMs'): RawBuilder<number | null> {
	const path = `$.${name}`;
	return sql<number | null>`case when action = 'member.replaced' and json_valid(detail)
		and json_type(detail, ${path}) in ('integer', 'real') then json_extract(detail, ${path}) end`;
}
