import type { Migration } from 'kysely';

/** Nothing: SQLite's vocabulary of trigrams tells which of them begin with a short word. */
export const shortWordsOnSqlite: Migration = { up: async () => undefined };
