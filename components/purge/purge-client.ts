import type { AuditView, OutcomesView, PlanView, Problem, PurgeRequest } from '@/lib/core/view';

/**
 * `ok`: the server answered. `refused`: the server turned the request down and did nothing (4xx).
 * `unknown`: no answer, or none that says what happened: a purge may or may not have been done.
 */
export type Answer<T> =
	| { readonly kind: 'ok'; readonly value: T }
	| { readonly kind: 'refused'; readonly problem: Problem }
	| { readonly kind: 'unknown'; readonly detail: string };

/** A dry run runs every second and may wait for a sweep; a purge retries up to five times on a busy parent. */
const DRY_RUN_TIMEOUT_MS = 8_000;
const PURGE_TIMEOUT_MS = 60_000;

type Shape = (body: unknown) => boolean;

function field(body: unknown, name: string): unknown {
	return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

/** RFC 9457 body of a refusal; a body that is none becomes one with the status alone. */
function toProblem(status: number, body: unknown): Problem {
	const text = (name: string, fallback: string): string => {
		const value = field(body, name);
		return typeof value === 'string' && value !== '' ? value.slice(0, 500) : fallback;
	};
	return {
		type: text('type', 'about:blank'),
		title: text('title', `HTTP ${status}`),
		status,
		code: text('code', `http-${status}`),
		detail: text('detail', ''),
	};
}

async function ask<T>(url: string, init: RequestInit, isWhole: Shape): Promise<Answer<T>> {
	let response: Response;
	try {
		response = await fetch(url, {
			...init,
			cache: 'no-store',
			headers: { accept: 'application/json', ...init.headers },
		});
	} catch (error) {
		return { kind: 'unknown', detail: error instanceof Error ? error.message : String(error) };
	}
	let body: unknown = null;
	try {
		body = await response.json();
	} catch {
		// Cut off, or not JSON: the status alone decides below.
		body = null;
	}
	if (response.ok) {
		return isWhole(body) ? { kind: 'ok', value: body as T } : { kind: 'unknown', detail: `HTTP ${response.status}` };
	}
	// A 5xx may have come from a proxy in front of a console that went on to purge.
	return response.status < 500
		? { kind: 'refused', problem: toProblem(response.status, body) }
		: { kind: 'unknown', detail: toProblem(response.status, body).title };
}

function post(cluster: string, request: PurgeRequest, signal: AbortSignal): [string, RequestInit] {
	return [
		`/api/clusters/${encodeURIComponent(cluster)}/purges`,
		{ method: 'POST', body: JSON.stringify(request), signal, headers: { 'content-type': 'application/json' } },
	];
}

/** Asks what a purge would do; writes nothing. */
export function fetchPlan(cluster: string, request: PurgeRequest, signal: AbortSignal): Promise<Answer<PlanView>> {
	const bounded = AbortSignal.any([signal, AbortSignal.timeout(DRY_RUN_TIMEOUT_MS)]);
	return ask(...post(cluster, { ...request, dryRun: true }, bounded), (body) =>
		Array.isArray(field(field(body, 'plan'), 'members')),
	);
}

/** Sends the purge, once. It is never sent again by this code, whatever the answer. */
export function sendPurge(cluster: string, request: PurgeRequest): Promise<Answer<OutcomesView>> {
	return ask(...post(cluster, { ...request, dryRun: false }, AbortSignal.timeout(PURGE_TIMEOUT_MS)), (body) =>
		Array.isArray(field(body, 'outcomes')),
	);
}

/** Newest purges of one member in the audit log. */
export function fetchPurgeEntries(cluster: string, path: string): Promise<Answer<AuditView>> {
	const query = new URLSearchParams({ cluster, action: 'member.purge', member: path, limit: '20' });
	return ask(`/api/audit?${query}`, { signal: AbortSignal.timeout(DRY_RUN_TIMEOUT_MS) }, (body) =>
		Array.isArray(field(body, 'entries')),
	);
}
