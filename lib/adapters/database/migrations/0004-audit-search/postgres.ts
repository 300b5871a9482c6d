import { type Kysely, type Migration, sql } from 'kysely';

/** Each pair of these; of one alone there is an index since 0001-audit. What an index holds ends in the sequence. */
const FILTERS = ['cluster', 'action', 'outcome', 'actor_name'] as const;

const PAIRS = FILTERS.flatMap((first, index) =>
	FILTERS.slice(index + 1).map(
		(second) => `create index audit_entries_${first}_${second} on audit_entries (${first}, ${second}, sequence)`,
	),
);

/** The first and last time of each 1,024 entries: which stretches to read for a range of times (as in SQLite's). */
const BLOCKS = [
	'create table audit_blocks (block bigint primary key, min_at_ms bigint not null, max_at_ms bigint not null)',
	'insert into audit_blocks select (sequence - 1) >> 10, min(at_ms), max(at_ms) from audit_entries group by 1',
	`create function audit_entries_block() returns trigger language plpgsql as $$
	begin
		insert into audit_blocks values ((new.sequence - 1) >> 10, new.at_ms, new.at_ms)
		on conflict (block) do update set min_at_ms = least(audit_blocks.min_at_ms, excluded.min_at_ms),
			max_at_ms = greatest(audit_blocks.max_at_ms, excluded.max_at_ms);
		return null;
	end $$`,
	`create trigger audit_entries_block after insert on audit_entries
		for each row execute function audit_entries_block()`,
];

export const auditSearchOnPostgres: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		for (const statement of [...PAIRS, ...BLOCKS]) {
			await sql.raw(statement).execute(db);
		}
	},
};
