import { randomUUID } from 'node:crypto';
import { answering } from '@/lib/http/answer';
import { exportAudit } from '@/lib/http/audit-export';
import { edgeClock } from '@/lib/http/clock';
import { parseQuery } from '@/lib/http/parse';
import { ProblemError } from '@/lib/http/problem';
import { auditExportQuerySchema } from '@/lib/http/schemas';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

/** Who took what out of the log is recorded before the first byte leaves. */
export const GET = answering({ roles: READERS }, async ({ request, rollcall, identity }) => {
	const { format, filters, bounds } = parseQuery(request, auditExportQuerySchema);
	const { after } = bounds;
	const atMs = edgeClock.wallMs();
	const given = Object.entries(filters).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
	const draft = {
		key: randomUUID(),
		atMs,
		actor: identity.actor,
		action: 'audit.export',
		outcome: 'ok',
		cluster: null,
		member: null,
		memberId: null,
		czxid: null,
		reason: null,
		zxid: null,
		detail: { format, filters: Object.fromEntries(given), ...(after === undefined ? {} : { after }) },
	} as const;
	const { sequence } = await rollcall.audit.append(draft).catch((error: unknown) => {
		throw new ProblemError('audit-unavailable', `An export is recorded first, and cannot be: ${String(error)}`);
	});
	// Its own record is the newest entry; a continuation ends where the whole would have ended.
	const until = Math.min(bounds.until ?? sequence, sequence);
	const name = `rollcall-audit-${new Date(atMs).toISOString().replace(/[:.]/g, '-')}`;
	const isWhole = after === undefined;
	return exportAudit(rollcall.audit.stream(filters, { after, until }), { format, name, isWhole, until });
});
