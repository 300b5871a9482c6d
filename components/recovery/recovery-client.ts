import type { RecoveryChange, RecoveryView } from '@/lib/core/recovery-view';
import type { MaintenanceTarget } from '@/lib/core/settings';
import { ApiError, clusterUrl, fetchJson } from '../live/fetch-json';
import { toWireTarget } from './maintenance-target';

/** `refused`: nothing was changed. `unknown`: no answer, or none that says what happened. */
export type ChangeResult =
	| { readonly kind: 'changed'; readonly view: RecoveryView }
	| { readonly kind: 'refused'; readonly detail: string }
	| { readonly kind: 'unknown'; readonly detail: string };

/** A change waits for ZooKeeper and for this console to hear of it. */
const TIMEOUT_MS = 20_000;

async function put(url: string, body: object): Promise<ChangeResult> {
	try {
		const view = await fetchJson<RecoveryView | null>(url, {
			method: 'PUT',
			body: JSON.stringify(body),
			headers: { 'content-type': 'application/json' },
			cache: 'no-store',
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
		// A proxy's page with status 200 says nothing about what was done.
		return Array.isArray(view?.knobs)
			? { kind: 'changed', view }
			: { kind: 'unknown', detail: 'an answer without content' };
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		const detail = error.message || error.code;
		return { kind: error.status >= 400 && error.status < 500 ? 'refused' : 'unknown', detail };
	}
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
