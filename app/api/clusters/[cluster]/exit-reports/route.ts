import { answering, requireCluster } from '@/lib/http/answer';
import { parseBody } from '@/lib/http/parse';
import { json, ProblemError } from '@/lib/http/problem';
import { EXIT_REPORT_BYTES_MAX, exitReportSchema } from '@/lib/http/schemas';
import { REPORTERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const POST = answering<{ cluster: string }>({ roles: REPORTERS, write: true }, async (asked) => {
	const cluster = requireCluster(asked);
	const request = await parseBody(asked.request, exitReportSchema, EXIT_REPORT_BYTES_MAX);
	const answer = await cluster.reportExit(request, asked.identity);
	if (answer.result === 'not-registered') {
		throw new ProblemError('member-unknown', 'Nobody is registered at this path.', { field: 'path' });
	}
	return json(answer);
});
