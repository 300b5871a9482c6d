/**
 * A PostgreSQL trigger that refuses one kind of statement on a table, also one that would touch no row; the function
 * audit_refuse is of migration 0001-audit.
 */
export function refusalOf(table: string, deed: 'insert' | 'update' | 'delete' | 'truncate', message: string): string {
	return `create trigger ${table}_no_${deed} before ${deed} on ${table}
		for each statement execute function audit_refuse('${message}')`;
}
