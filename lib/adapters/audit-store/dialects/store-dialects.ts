import type { DatabaseDialect } from '../../database/database';
import { postgresStore } from './postgres';
import { sqliteStore } from './sqlite';
import type { StoreDialect } from './store-dialect';

export const STORE_DIALECTS: Record<DatabaseDialect, StoreDialect> = { sqlite: sqliteStore, postgres: postgresStore };
