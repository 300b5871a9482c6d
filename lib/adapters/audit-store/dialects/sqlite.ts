import type { AuditQuery } from '@/lib/core/ports';
import { nextWindow, type WindowBounds } from '../walk-window';
import { planSearch, type SearchPlan } from './sqlite-search';
import { readWindow } from './sqlite-window';
import type { StoreDialect } from './store-dialect';

/** Filters of one index (migration 0004-audit-search). */
const INDEXED_TOGETHER = 2;

/** A statement blocks the process, so that none may take long: windows follow how long the last one took. */
export const sqliteStore: StoreDialect = {
	async prepare(db, query, terms) {
		const search = await planSearch(db, terms);
		const bounds = boundsOf(query, search);
		return {
			first: bounds.first,
			next: (size, { tookMs }) => nextWindow(size, tookMs, bounds),
			read: (window, order) => readWindow(db, { query, search }, window, order),
		};
	},
};

/**
 * How far one statement may look. What indexes answer alone ends with the last row wanted and may look at everything; what
 * reads each entry's columns, or many lists of the full-text index, or whole texts, may only look at so many.
 */
function boundsOf(query: AuditQuery, search: SearchPlan): WindowBounds {
	if (search.match !== null) {
		return { first: 8_192, max: 16_384 };
	}
	if (search.contained.length > 0) {
		return { first: 256, max: 4_096 };
	}
	const { cluster, actor, action, outcome, member, fromMs, toMs } = query;
	const compared = [cluster, actor, action, outcome].filter((value) => value !== undefined).length;
	const isOneIndex = member === undefined ? compared <= INDEXED_TOGETHER : compared === 0;
	const isLookedAt = !isOneIndex || fromMs !== undefined || toMs !== undefined;
	return isLookedAt ? { first: 16_384, max: 65_536 } : { first: Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
}
