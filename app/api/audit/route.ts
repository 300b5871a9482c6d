import type { AuditQueryError } from '@/lib/core/audit-query-error';
import { toAuditView } from '@/lib/core/audit-view';
import { answering } from '@/lib/http/answer';
import { parseQuery } from '@/lib/http/parse';
import { json, ProblemError } from '@/lib/http/problem';
import { auditQuerySchema } from '@/lib/http/schemas';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering({ roles: READERS }, async ({ request, rollcall }) => {
	const { filters, page } = parseQuery(request, auditQuerySchema);
	try {
		return json(toAuditView(await rollcall.audit.list(filters, page)));
	} catch (error) {
		if (isQueryError(error)) {
			throw new ProblemError('field-invalid', error.message, {
				field: error.code === 'cursor-invalid' ? 'cursor' : 'q',
			});
		}
		throw error;
	}
});

/** By name: the error comes from the console's copy of its class, and this route has another (Next bundles both). */
function isQueryError(error: unknown): error is AuditQueryError {
	return error instanceof Error && error.name === 'AuditQueryError';
}
