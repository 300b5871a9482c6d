import { answering, requireCluster } from '@/lib/http/answer';
import { doneOrThrow } from '@/lib/http/override-answer';
import { OVERRIDE_BYTES_MAX, overrideApprovalSchema } from '@/lib/http/override-schemas';
import { parseBody } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { PURGERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

type Params = { cluster: string; id: string };

/** The second administrator approves: the purge runs under all guards anew. */
export const POST = answering<Params>({ roles: ['admin'], write: true }, async (asked) => {
	const { overrides } = requireCluster(asked);
	const approval = await parseBody(asked.request, overrideApprovalSchema, OVERRIDE_BYTES_MAX);
	const result = doneOrThrow(await overrides.approve(asked.params.id, approval, asked.identity));
	return json(result.outcomes);
});

/** Withdrawn by an administrator, or by whoever asked for it. */
export const DELETE = answering<Params>({ roles: PURGERS, write: true }, async (asked) => {
	const { overrides } = requireCluster(asked);
	doneOrThrow(await overrides.withdraw(asked.params.id, asked.identity));
	return json({ withdrawn: asked.params.id });
});
