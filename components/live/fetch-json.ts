import type { Problem } from '@/lib/core/view';

/** A refused or failed request. `code` is the API's stable code, or 'network' when no answer came at all (status 0). */
export class ApiError extends Error {
	override readonly name = 'ApiError';
	constructor(
		readonly status: number,
		readonly code: string,
		detail: string,
	) {
		super(detail);
	}
}

function toProblem(value: unknown): Partial<Problem> {
	return typeof value === 'object' && value !== null ? value : {};
}

/**
 * Fetches JSON from this console, for SWR and for forms. Rejects with ApiError only.
 * The shapes are those of lib/core/view.ts, made by the same build: they are not parsed a second time.
 */
export async function fetchJson<T>(url: string, init?: RequestInit): Promise<T> {
	let response: Response;
	try {
		response = await fetch(url, { ...init, headers: { accept: 'application/json', ...init?.headers } });
	} catch (error) {
		throw new ApiError(0, 'network', error instanceof Error ? error.message : String(error));
	}
	const body: unknown = await response.json().catch(() => null);
	if (response.ok) return body as T;
	const problem = toProblem(body);
	throw new ApiError(response.status, problem.code ?? `http-${response.status}`, problem.detail ?? response.statusText);
}

export function clusterUrl(cluster: string, rest = ''): string {
	return `/api/clusters/${encodeURIComponent(cluster)}${rest}`;
}
