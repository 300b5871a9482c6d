import { answering } from '@/lib/http/answer';
import { json } from '@/lib/http/problem';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering({ roles: READERS }, async ({ rollcall }) => json(await rollcall.archives.view()));
