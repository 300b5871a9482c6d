import { type Kysely, type Migration, sql } from 'kysely';

const STATEMENTS = [
	`create table webhooks (
		id text collate "C" primary key,
		url text collate "C" not null,
		secret text collate "C" not null,
		filter text collate "C" not null,
		revision bigint not null,
		settled bigint not null,
		created_at_ms bigint not null,
		created_by text collate "C" not null,
		paused_cause text collate "C",
		paused_at_ms bigint,
		trouble text collate "C",
		last_delivered_at_ms bigint
	)`,
	'create table webhook_lease (id integer primary key, owner text collate "C", beat bigint not null)',
	'insert into webhook_lease (id, owner, beat) values (1, null, 0)',
];

/** Webhooks with what became of their deliveries, and whose turn it is to deliver. */
export const webhooksOnPostgres: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		for (const statement of STATEMENTS) {
			await sql.raw(statement).execute(db);
		}
	},
};
