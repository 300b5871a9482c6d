import type { ApiError } from './fetch-json';

export type RefusalKind = 'signed-out' | 'forbidden' | 'not-found';

const KINDS: Readonly<Record<number, RefusalKind>> = { 401: 'signed-out', 403: 'forbidden', 404: 'not-found' };

/** Whether whoever asks may not see the page at all, and why; null for any other failure, and for none. */
export function refusalOf(error: ApiError | null): RefusalKind | null {
	return KINDS[error?.status ?? 0] ?? null;
}
