import type { MeView } from '@/lib/core/view';
import { answering } from '@/lib/http/answer';
import { json } from '@/lib/http/problem';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering({ roles: READERS }, async ({ identity }) =>
	json({ username: identity.actor.name, role: identity.role as MeView['role'] } satisfies MeView),
);
