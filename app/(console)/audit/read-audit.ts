import { type AuditFilters, FILTER_NAMES, type FilterName } from '@/components/audit/audit-address';
import type { AuditOutcome } from '@/components/audit/audit-page';
import type { ArchivesView } from '@/lib/core/archives-view';
import { AuditQueryError } from '@/lib/core/audit-query-error';
import { toAuditView } from '@/lib/core/audit-view';
import { reportError } from '@/lib/http/report-error';
import { auditQuerySchema } from '@/lib/http/schemas';
import type { Rollcall } from '@/lib/runtime/rollcall';

type Given = Record<string, string | string[] | undefined>;
export type AuditAsked = {
	readonly filters: AuditFilters;
	/** Names of filters in the address that could not be understood; the page says so instead of failing. */
	readonly ignored: readonly FilterName[];
	readonly cursor: string | null;
	readonly entry: string | null;
};

function single(given: Given, name: string): string | undefined {
	const value = given[name];
	const first = Array.isArray(value) ? value[0] : value;
	return first === '' ? undefined : first;
}

/** What the address asks for, by the same schema as the API's. */
export function parseAsked(given: Given): AuditAsked {
	const filters: Partial<Record<FilterName, string>> = {};
	const ignored: FilterName[] = [];
	for (const name of FILTER_NAMES) {
		const value = single(given, name);
		if (value === undefined) {
			continue;
		}
		if (auditQuerySchema.safeParse({ [name]: value }).success) {
			filters[name] = value;
		} else {
			ignored.push(name);
		}
	}
	const entry = single(given, 'entry');
	return {
		filters,
		ignored,
		cursor: single(given, 'cursor')?.slice(0, 8_192) ?? null,
		entry: entry !== undefined && /^\d{1,15}$/.test(entry) ? entry : null,
	};
}

/** One page of the log, or why there is none; never throws. */
export async function readAudit(console: Rollcall | null, asked: AuditAsked): Promise<AuditOutcome> {
	if (console === null) {
		return { kind: 'starting' };
	}
	const { filters, page } = auditQuerySchema.parse({
		...asked.filters,
		...(asked.cursor === null ? {} : { cursor: asked.cursor }),
	});
	try {
		return { kind: 'read', ...toAuditView(await console.audit.list(filters, page)) };
	} catch (error) {
		return { kind: error instanceof AuditQueryError ? error.code : 'failed' };
	}
}

/** null: the console starts, or the database cannot be read, which `readAudit` says; never throws. */
export async function readArchives(console: Rollcall | null): Promise<ArchivesView | null> {
	return (
		console?.archives.view().catch((error: unknown) => {
			reportError('reading what is archived of the audit log', error);
			return null;
		}) ?? null
	);
}
