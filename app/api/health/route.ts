import { API_HEADERS } from '@/lib/http/problem';
import type { HealthView } from '@/lib/http/view-schemas';
import { rollcall } from '@/lib/runtime/rollcall';

export const dynamic = 'force-dynamic';

/** For load balancers and whoever restarts the console; tells nothing that needs a sign-in. */
export function GET(): Response {
	const running = rollcall();
	const status = running?.phase() ?? 'starting';
	const clusters = [...(running?.clusters.values() ?? [])].map((cluster) => {
		const { id, ensemble, observedAtMs } = cluster.view();
		return { id, following: ensemble.following, observedAtMs };
	});
	const health: HealthView = { status, clusters };
	return Response.json(health, { status: status === 'running' ? 200 : 503, headers: API_HEADERS });
}
