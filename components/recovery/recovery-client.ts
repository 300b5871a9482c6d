import type { RecoveryChange, RecoveryView } from '@/lib/core/recovery-view';
import type { MaintenanceTarget } from '@/lib/core/settings';
import { clusterUrl } from '../live/fetch-json';
import { type Sent, sendJson } from '../live/send-json';
import { toWireTarget } from './maintenance-target';

export type ChangeResult = Sent<RecoveryView>;

/** A change waits for ZooKeeper and for this console to hear of it. */
const TIMEOUT_MS = 20_000;

function put(url: string, body: object): Promise<ChangeResult> {
	return sendJson<RecoveryView>(url, body, {
		method: 'PUT',
		timeoutMs: TIMEOUT_MS,
		isAnswer: (view) => Array.isArray(view.knobs),
	});
}

export function putRecovery(cluster: string, change: RecoveryChange): Promise<ChangeResult> {
	return put(clusterUrl(cluster, '/recovery'), change);
}

export function beginMaintenance(
	cluster: string,
	begin: { target: MaintenanceTarget; untilMs: number; reason: string },
): Promise<ChangeResult> {
	return put(clusterUrl(cluster, '/maintenance'), {
		target: toWireTarget(begin.target),
		until: Math.round(begin.untilMs),
		reason: begin.reason,
	});
}

export function endMaintenance(cluster: string, id: string, reason: string): Promise<ChangeResult> {
	return put(clusterUrl(cluster, '/maintenance'), { end: id, reason });
}
