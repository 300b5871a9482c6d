import { answering, requireCluster } from '@/lib/http/answer';
import { json } from '@/lib/http/problem';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

/** Overrides that wait for a second administrator. */
export const GET = answering<{ cluster: string }>({ roles: READERS }, async (asked) =>
	json(await requireCluster(asked).overrides.view(asked.identity)),
);
