import { headers } from 'next/headers';
import type { Identity } from '@/lib/core/ports';
import { rollcall } from '@/lib/runtime/rollcall';
import { sourceAddressOf } from './source-address';

/** Who is looking at a page: the session cookie's owner; null for a stranger and while the console starts. */
export async function pageIdentity(): Promise<Identity | null> {
	// Before anything else: pages depend on their request, so Next must never answer one from a cache.
	const asked = await headers();
	const running = rollcall();
	return running === null || running.phase() !== 'running'
		? null
		: running.auth.identify(asked, sourceAddressOf(asked));
}
