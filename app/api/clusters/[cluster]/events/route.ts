import { answering, requireCluster } from '@/lib/http/answer';
import { parseQuery } from '@/lib/http/parse';
import { eventsQuerySchema } from '@/lib/http/schemas';
import { eventStream } from '@/lib/http/server-sent-events';
import { sourceAddressOf } from '@/lib/http/source-address';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering<{ cluster: string }>({ roles: READERS }, async (asked) => {
	const { request, rollcall } = asked;
	const cluster = requireCluster(asked);
	const query = parseQuery(request, eventsQuerySchema);
	const lastEventId = request.headers.get('last-event-id')?.slice(0, 200) ?? query.lastEventId ?? null;
	return eventStream({
		signal: request.signal,
		stopping: rollcall.stopping,
		subscribe: (listener) => cluster.subscribe(lastEventId, listener),
		async stillAllowed() {
			const identity = await rollcall.auth.identify(request.headers, sourceAddressOf(request.headers));
			return identity !== null && READERS.includes(identity.role);
		},
	});
});
