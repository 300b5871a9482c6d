'use client';

import useSWR from 'swr';
import type { TokensView, UsersView } from '@/lib/core/accounts';
import type { ConfigView } from '@/lib/core/config-view';
import type { WebhooksView } from '@/lib/core/webhook-view';
import { type ApiError, fetchJson } from '../live/fetch-json';
import { refusalOf } from '../live/refusal-of';

/** Others may change them meanwhile, and tokens are used. */
const REFRESH_MS = 15_000;
/** Deliveries are watched. */
const REFRESH_WEBHOOKS_MS = 5_000;

/** One part of the page; `failed` with the last answer kept, `refusal` where it is not for whoever asks. Null: is not asked for. */
function usePart<T>(url: string | null, refreshInterval = REFRESH_MS) {
	const { data, error, mutate } = useSWR<T, ApiError>(url, fetchJson, { refreshInterval });
	const refusal = refusalOf(error ?? null);
	return { view: data ?? null, failed: error !== undefined, refusal, retry: () => void mutate() };
}

export type Part<T> = ReturnType<typeof usePart<T>>;

/** What administrators see; nothing is asked for others. */
export function useSettings(isAdmin: boolean) {
	return {
		users: usePart<UsersView>(isAdmin ? '/api/users' : null),
		tokens: usePart<TokensView>(isAdmin ? '/api/tokens' : null),
		webhooks: usePart<WebhooksView>(isAdmin ? '/api/webhooks' : null, REFRESH_WEBHOOKS_MS),
		config: usePart<ConfigView>(isAdmin ? '/api/config' : null),
	};
}
