import { ApiError, fetchJson } from './fetch-json';

/** `turned-down`: nothing was done. `unknown`: no answer, or none that says what happened. `code` is the API's, where one came. */
export type Sent<T> =
	| { readonly kind: 'answered'; readonly answer: T }
	| { readonly kind: 'turned-down' | 'unknown'; readonly detail: string; readonly code?: string };

/** Sends what changes something, once: it is never sent again by this code, whatever the answer. `timeoutMs`: until it is unknown. */
export async function sendJson<T>(
	url: string,
	body: object,
	{
		method,
		timeoutMs,
		isAnswer,
	}: { method: 'POST' | 'PUT' | 'DELETE'; timeoutMs: number; isAnswer: (answer: T) => boolean },
): Promise<Sent<T>> {
	try {
		const answer = await fetchJson<T | null>(url, {
			method,
			body: JSON.stringify(body),
			headers: { 'content-type': 'application/json' },
			cache: 'no-store',
			signal: AbortSignal.timeout(timeoutMs),
		});
		// A proxy's page with status 200 says nothing about what was done.
		return answer !== null && isAnswer(answer)
			? { kind: 'answered', answer }
			: { kind: 'unknown', detail: 'an answer without content' };
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		const detail = error.message || error.code;
		return { kind: error.status >= 400 && error.status < 500 ? 'turned-down' : 'unknown', detail, code: error.code };
	}
}
