import type { DatabaseDialect } from '../../database/database';
import type { SearchConditions } from '../search';
import { postgresStore } from './postgres';
import { sqliteStore } from './sqlite';

/** How many sequences one statement looks through: `first`, then four times as many after each that gave too little, up to `max`. */
export type Window = { readonly first: number; readonly max: number };

/** What the audit store does differently on each database. */
export type StoreDialect = {
	readonly window: Window;
	/** For a search with a term that no index helps: it reads every entry's text. */
	readonly windowScanned: Window;
	readonly searchConditions: SearchConditions;
};

export const STORE_DIALECTS: Record<DatabaseDialect, StoreDialect> = { sqlite: sqliteStore, postgres: postgresStore };
