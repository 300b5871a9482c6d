import { STATUS_CODES } from 'node:http';
import type { WebhookProblem } from '@/lib/core/webhook';

/** What went wrong in words that a person can act on. None of them holds the URL. */

/** Null: the answer says that it was received. */
export function statusProblem(status: number): WebhookProblem | null {
	if (status >= 200 && status < 300) {
		return null;
	}
	const detail = `the receiver answered ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
	if (status === 410) {
		return { code: 'gone', detail };
	}
	return status >= 300 && status < 400
		? { code: 'redirected', detail: `${detail}; redirects are not followed` }
		: { code: 'status-bad', detail };
}

/** Whole seconds or an HTTP date is what the header holds; the date would compare two clocks, and is left out. */
export function toRetryAfterMs(header: string | undefined): number | null {
	return header !== undefined && /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1_000 : null;
}

/** Of an attempt that got no answer. */
export function problemOf(error: unknown): WebhookProblem {
	// With several addresses Node tells of each attempt; the first stands for all.
	const first = error instanceof AggregateError ? error.errors[0] : error;
	const failure = first instanceof Error ? first : new Error(String(first));
	const code = 'code' in failure && typeof failure.code === 'string' ? failure.code : failure.name;
	if (failure.name === 'AddressRefusedError') {
		return { code: 'address-refused', detail: failure.message };
	}
	if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_NODATA') {
		return { code: 'name-unresolved', detail: `the name of the host has no address (${code})` };
	}
	if (code === 'ECONNREFUSED') {
		return { code: 'connection-refused', detail: 'nobody listens at that address and port (ECONNREFUSED)' };
	}
	if (isTls(code)) {
		return { code: 'tls-failed', detail: `its certificate or TLS was not accepted (${code})` };
	}
	return { code: 'connection-failed', detail: `the connection failed or broke off (${code})`.slice(0, 200) };
}

/** OpenSSL's names of what is wrong with a certificate, and Node's of TLS. */
function isTls(code: string): boolean {
	return /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_)/.test(code);
}
