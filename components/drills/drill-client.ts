import type { DrillRequest, DrillStartView } from '@/lib/core/drill-view';
import { clusterUrl } from '../live/fetch-json';
import { type Sent, sendJson } from '../live/send-json';

export type OrderResult = Sent<DrillStartView>;

/** An order whose answer ZooKeeper lost is looked for during half a minute. */
const TIMEOUT_MS = 45_000;

export function orderDrill(cluster: string, request: DrillRequest): Promise<OrderResult> {
	return sendJson<DrillStartView>(clusterUrl(cluster, '/drills'), request, {
		method: 'POST',
		timeoutMs: TIMEOUT_MS,
		isAnswer: (answer) => Array.isArray(answer.refusals),
	});
}
