import { answering, requireCluster } from '@/lib/http/answer';
import { exportDrills } from '@/lib/http/drill-export';
import { DRILL_BYTES_MAX, drillRequestSchema, drillsQuerySchema } from '@/lib/http/drill-schemas';
import { parseBody, parseQuery } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { exportName, recordExport } from '@/lib/http/record-export';
import { PURGERS, READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering<{ cluster: string }>({ roles: READERS }, async (asked) => {
	const { drills } = requireCluster(asked);
	const { format } = parseQuery(asked.request, drillsQuerySchema);
	if (format === undefined) {
		return json(await drills.view());
	}
	const { cluster } = asked.params;
	await recordExport(asked.rollcall, asked.identity, { action: 'drill.export', cluster, detail: { format } });
	return exportDrills(await drills.reports(), format, exportName('drills'));
});

/** Kills a member on purpose: whoever may purge may, and only whom nothing speaks against. */
export const POST = answering<{ cluster: string }>({ roles: PURGERS, write: true }, async (asked) => {
	const { drills } = requireCluster(asked);
	const request = await parseBody(asked.request, drillRequestSchema, DRILL_BYTES_MAX);
	return json(await drills.start(request, asked.identity));
});
