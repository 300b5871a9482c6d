import { answering, requireCluster } from '@/lib/http/answer';
import { parseBody } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { PURGE_BYTES_MAX, purgeRequestSchema } from '@/lib/http/schemas';
import { demandRole, PURGERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const POST = answering<{ cluster: string }>({ roles: PURGERS, write: true }, async (asked) => {
	const cluster = requireCluster(asked);
	const request = await parseBody(asked.request, purgeRequestSchema, PURGE_BYTES_MAX);
	if (request.override === true || request.approval !== undefined) {
		demandRole(asked.identity, ['admin']);
	}
	return json(
		request.dryRun === true
			? await cluster.plan(request, asked.identity)
			: await cluster.purge(request, asked.identity),
	);
});
