import { answering } from '@/lib/http/answer';
import { exportAudit } from '@/lib/http/audit-export';
import { parseQuery } from '@/lib/http/parse';
import { exportName, ownerOf, recordExport } from '@/lib/http/record-export';
import { auditExportQuerySchema } from '@/lib/http/schemas';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering({ roles: READERS }, async ({ request, rollcall, identity }) => {
	const { format, filters, bounds, track: trackId } = parseQuery(request, auditExportQuerySchema);
	const { after } = bounds;
	const given = Object.entries(filters).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
	const detail = { format, filters: Object.fromEntries(given), ...(after === undefined ? {} : { after }) };
	const recorded = await recordExport(rollcall, identity, { action: 'audit.export', cluster: null, detail });
	// Its own record is the newest entry then; a continuation ends where the whole would have ended.
	const until = Math.min(bounds.until ?? recorded, recorded);
	const file = { format, name: exportName('audit'), isWhole: after === undefined, until };
	const track = trackId === undefined ? null : rollcall.exports.begin(ownerOf(identity), trackId, until);
	return exportAudit(rollcall.audit.stream(filters, { after, until }), file, track);
});
