import { answering } from '@/lib/http/answer';
import { exportAudit } from '@/lib/http/audit-export';
import { parseQuery } from '@/lib/http/parse';
import { exportName, recordExport } from '@/lib/http/record-export';
import { auditExportQuerySchema } from '@/lib/http/schemas';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering({ roles: READERS }, async ({ request, rollcall, identity }) => {
	const { format, filters } = parseQuery(request, auditExportQuerySchema);
	const given = Object.entries(filters).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
	const detail = { format, filters: Object.fromEntries(given) };
	await recordExport(rollcall, identity, { action: 'audit.export', cluster: null, detail });
	return exportAudit(rollcall.audit.stream(filters), format, exportName('audit'));
});
