import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { WebhookFilter } from '@/lib/core/webhook';
import type { FollowPort } from '@/lib/core/webhook-port';
import type { RollcallDatabase } from '../database/database';
import type { Queries, Tables } from '../database/tables';
import { readAnchor } from './archive-rows';
import { toEntry } from './entry-rows';

/** Sequences looked through by one statement. */
const WINDOW = 4_096;
/** Entries given at once; of 256 kB of detail each. */
const ROWS = 8;

/** The log as its followers read it: from where they are, a bounded stretch at a time, never from its beginning. */
export function followEntries({ reading: db }: Pick<RollcallDatabase, 'reading'>): FollowPort {
	return {
		newest: () => readNewest(db),
		async next(filter, after) {
			const { from, to } = await stretch(db, after);
			const rows = await db
				.selectFrom('audit_entries')
				.selectAll()
				.where('sequence', '>', from)
				.where('sequence', '<=', to)
				.where((build) => build.and(conditions(build, filter)))
				.orderBy('sequence', 'asc')
				.limit(ROWS)
				.execute();
			const last = rows.at(-1);
			return { entries: rows.map(toEntry), reached: rows.length === ROWS && last !== undefined ? last.sequence : to };
		},
		async count(filter, after) {
			const { from, to, newest } = await stretch(db, after);
			const { entries } = await db
				.selectFrom('audit_entries')
				.select((build) => build.fn.countAll<number>().as('entries'))
				.where('sequence', '>', from)
				.where('sequence', '<=', to)
				.where((build) => build.and(conditions(build, filter)))
				.executeTakeFirstOrThrow();
			return { entries: Number(entries), more: to < newest };
		},
	};
}

async function readNewest(db: Queries): Promise<number> {
	const { sequence } = await db
		.selectFrom('audit_head')
		.select('sequence')
		.where('id', '=', 1)
		.executeTakeFirstOrThrow();
	return sequence;
}

/** What is read after an entry: of what was archived nothing, although it may be stored still. */
async function stretch(db: Queries, after: number): Promise<{ from: number; to: number; newest: number }> {
	const newest = await readNewest(db);
	const from = Math.max(after, (await readAnchor(db)).sequence);
	return { from, to: Math.max(from, Math.min(newest, from + WINDOW)), newest };
}

function conditions(
	build: ExpressionBuilder<Tables, 'audit_entries'>,
	{ actions, outcomes, clusters }: WebhookFilter,
): ExpressionWrapper<Tables, 'audit_entries', SqlBool>[] {
	return [
		...(actions.length === 0 ? [] : [build('action', 'in', actions)]),
		...(outcomes.length === 0 ? [] : [build('outcome', 'in', outcomes)]),
		...(clusters.length === 0 ? [] : [build('cluster', 'in', clusters)]),
	];
}
