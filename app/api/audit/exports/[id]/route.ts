import { answering } from '@/lib/http/answer';
import { json } from '@/lib/http/problem';
import { ownerOf } from '@/lib/http/record-export';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

/** How far an export is that whoever asks has begun with `track`. */
export const GET = answering<{ id: string }>({ roles: READERS }, async ({ rollcall, identity, params }) =>
	json(rollcall.exports.view(ownerOf(identity), params.id)),
);
