import { answering } from '@/lib/http/answer';
import { json } from '@/lib/http/problem';
import { ADMINS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering({ roles: ADMINS }, async ({ rollcall }) => json(rollcall.config()));
