import { ApiError, clusterUrl, fetchJson } from '@/components/live/fetch-json';
import type { OutcomesView, PlanView, PurgeRequest } from '@/lib/core/purge-view';
import type { AuditView } from '@/lib/core/view';

/**
 * `ok`: the server answered. `refused`: the server turned the request down and did nothing (4xx).
 * `unknown`: no answer, or none that says what happened: a purge may or may not have been done.
 */
export type Answer<T> =
	| { readonly kind: 'ok'; readonly value: T }
	| { readonly kind: 'refused'; readonly status: number; readonly detail: string }
	| { readonly kind: 'unknown'; readonly detail: string };

/** A dry run comes about every second and may wait for a sweep. */
const READ_TIMEOUT_MS = 8_000;
/** A purge on a busy parent is tried up to five times, each with a fresh round and sweep. */
const PURGE_TIMEOUT_MS = 60_000;

async function ask<T>(
	url: string,
	init: RequestInit,
	isWhole: (body: Partial<T> | null) => boolean,
): Promise<Answer<T>> {
	try {
		const body = await fetchJson<T | null>(url, { ...init, cache: 'no-store' });
		// A proxy's page with status 200, or an answer that was cut off, says nothing about what was done.
		return body !== null && isWhole(body)
			? { kind: 'ok', value: body }
			: { kind: 'unknown', detail: 'an answer without content' };
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		// A 5xx may come from a proxy in front of a console that went on to purge.
		return error.status >= 400 && error.status < 500
			? { kind: 'refused', status: error.status, detail: error.message || error.code }
			: { kind: 'unknown', detail: error.message || error.code };
	}
}

function post(request: PurgeRequest, signal: AbortSignal): RequestInit {
	return { method: 'POST', body: JSON.stringify(request), signal, headers: { 'content-type': 'application/json' } };
}

/** Asks what a purge would do; writes nothing. */
export function fetchPlan(cluster: string, request: PurgeRequest, signal: AbortSignal): Promise<Answer<PlanView>> {
	const bounded = AbortSignal.any([signal, AbortSignal.timeout(READ_TIMEOUT_MS)]);
	return ask<PlanView>(clusterUrl(cluster, '/purges'), post({ ...request, dryRun: true }, bounded), (body) =>
		Array.isArray(body?.plan?.members),
	);
}

/** Sends the purge, once. It is never sent again by this code, whatever the answer. */
export function sendPurge(cluster: string, request: PurgeRequest): Promise<Answer<OutcomesView>> {
	const bounded = AbortSignal.timeout(PURGE_TIMEOUT_MS);
	return ask<OutcomesView>(clusterUrl(cluster, '/purges'), post({ ...request, dryRun: false }, bounded), (body) =>
		Array.isArray(body?.outcomes),
	);
}

/** Newest purges of one member in the audit log. */
export function fetchPurgeEntries(cluster: string, path: string): Promise<Answer<AuditView>> {
	const query = new URLSearchParams({ cluster, action: 'member.purge', member: path, limit: '20' });
	return ask<AuditView>(`/api/audit?${query}`, { signal: AbortSignal.timeout(READ_TIMEOUT_MS) }, (body) =>
		Array.isArray(body?.entries),
	);
}
