import { answering, requireCluster } from '@/lib/http/answer';
import { directAddressOf } from '@/lib/http/direct-address';
import { parseBody } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { TAKEOVER_BYTES_MAX, takeoverRequestSchema } from '@/lib/http/takeover-schemas';
import { MEMBERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const POST = answering<{ cluster: string }>({ roles: MEMBERS, write: true }, async (asked) => {
	const cluster = requireCluster(asked);
	const request = await parseBody(asked.request, takeoverRequestSchema, TAKEOVER_BYTES_MAX);
	return json(await cluster.takeOver(request, asked.identity, directAddressOf(asked.request.headers)));
});
