import { type ProblemCode, toProblem } from '@/lib/core/problem';

export type { ProblemCode } from '@/lib/core/problem';

/** Thrown by parsing and authorising, turned into problem+json by `answering`. */
export class ProblemError extends Error {
	readonly code: ProblemCode;
	readonly field: string | undefined;
	/** Seconds after which the client may try again. */
	readonly retryAfterSeconds: number | undefined;

	constructor(code: ProblemCode, detail: string, more: { field?: string; retryAfterSeconds?: number } = {}) {
		super(detail);
		this.name = 'ProblemError';
		this.code = code;
		this.field = more.field;
		this.retryAfterSeconds = more.retryAfterSeconds;
	}
}

/** Headers of every answer of the API: never cached, never sniffed, never framed. */
export const API_HEADERS = {
	'cache-control': 'no-store',
	'x-content-type-options': 'nosniff',
	'x-frame-options': 'DENY',
	'referrer-policy': 'same-origin',
	'cross-origin-resource-policy': 'same-origin',
	'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

export function json(body: unknown, status = 200): Response {
	return Response.json(body, { status, headers: API_HEADERS });
}

export function problem(error: ProblemError): Response {
	const body = toProblem(error.code, error.message, error.field);
	const headers = new Headers({ ...API_HEADERS, 'content-type': 'application/problem+json' });
	if (error.retryAfterSeconds !== undefined) {
		headers.set('retry-after', String(Math.max(1, Math.ceil(error.retryAfterSeconds))));
	}
	return new Response(JSON.stringify(body), { status: body.status, headers });
}
