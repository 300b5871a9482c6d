import type { MembersView } from '@/lib/core/view';
import { answering, requireCluster } from '@/lib/http/answer';
import { queryMembers } from '@/lib/http/member-query';
import { parseQuery } from '@/lib/http/parse';
import { json, ProblemError } from '@/lib/http/problem';
import { membersQuerySchema } from '@/lib/http/schemas';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering<{ cluster: string }>({ roles: READERS }, async (asked) => {
	const cluster = requireCluster(asked);
	const page = queryMembers(cluster.members(), cluster.left(), parseQuery(asked.request, membersQuerySchema));
	if (page === null) {
		throw new ProblemError('field-invalid', 'Give the nextCursor of the page before, or none.', { field: 'cursor' });
	}
	const { counts, observedAtMs } = cluster.view();
	return json({ ...page, counts, observedAtMs } satisfies MembersView);
});
