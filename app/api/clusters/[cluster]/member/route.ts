import { answering, requireCluster } from '@/lib/http/answer';
import { parseQuery } from '@/lib/http/parse';
import { json, ProblemError } from '@/lib/http/problem';
import { memberQuerySchema } from '@/lib/http/schemas';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering<{ cluster: string }>({ roles: READERS }, async (asked) => {
	const cluster = requireCluster(asked);
	const { path } = parseQuery(asked.request, memberQuerySchema);
	const member = cluster.member(path);
	if (member === null) {
		throw new ProblemError('member-unknown', 'Nothing is registered at this path, nor was within ten minutes.', {
			field: 'path',
		});
	}
	return json(member);
});
