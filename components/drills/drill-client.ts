import type { DrillRequest, DrillStartView } from '@/lib/core/drill-view';
import { ApiError, clusterUrl, fetchJson } from '../live/fetch-json';

/** `unknown`: no answer, or none that says what happened. */
export type OrderResult =
	| { readonly kind: 'answered'; readonly answer: DrillStartView }
	| { readonly kind: 'turned-down'; readonly detail: string }
	| { readonly kind: 'unknown'; readonly detail: string };

/** An order whose answer ZooKeeper lost is looked for during half a minute. */
const TIMEOUT_MS = 45_000;

/** Sends the order, once. It is never sent again by this code, whatever the answer. */
export async function orderDrill(cluster: string, request: DrillRequest): Promise<OrderResult> {
	try {
		const answer = await fetchJson<DrillStartView | null>(clusterUrl(cluster, '/drills'), {
			method: 'POST',
			body: JSON.stringify(request),
			headers: { 'content-type': 'application/json' },
			cache: 'no-store',
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
		// A proxy's page with status 200 says nothing about what was done.
		return Array.isArray(answer?.refusals)
			? { kind: 'answered', answer }
			: { kind: 'unknown', detail: 'an answer without content' };
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		const detail = error.message || error.code;
		return { kind: error.status >= 400 && error.status < 500 ? 'turned-down' : 'unknown', detail };
	}
}
