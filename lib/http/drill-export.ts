import { type DrillReport, toDrillCsv } from '@/lib/core/drill-view';
import type { DRILL_EXPORTS } from './drill-schemas';

type Format = (typeof DRILL_EXPORTS)[number];

const TYPES: Record<Format, string> = {
	csv: 'text/csv; charset=utf-8; header=present',
	json: 'application/json; charset=utf-8',
};

/** The reports as a file; there are at most 1,000, of a few kB each. `name` without its ending. */
export function exportDrills(reports: readonly DrillReport[], format: Format, name: string): Response {
	return new Response(format === 'csv' ? toDrillCsv(reports) : `${JSON.stringify(reports, null, '\t')}\n`, {
		headers: {
			'content-type': TYPES[format],
			'content-disposition': `attachment; filename="${name}.${format}"`,
			'cache-control': 'no-store',
			'x-content-type-options': 'nosniff',
			'content-security-policy': "default-src 'none'; sandbox",
		},
	});
}
