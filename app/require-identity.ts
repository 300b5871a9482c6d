import { notFound, redirect } from 'next/navigation';
import type { MeView } from '@/lib/core/view';
import { pageIdentity } from '@/lib/http/page-identity';
import { rollcall } from '@/lib/runtime/rollcall';

/** People's roles; `reporter` and `member` are machines, which have no pages. */
function toMe(identity: Awaited<ReturnType<typeof pageIdentity>>): MeView | null {
	if (identity === null || identity.role === 'reporter' || identity.role === 'member') return null;
	return { username: identity.actor.name, role: identity.role };
}

/** Who is signed in, or null. For the frame, which does not know the page's own address. */
export async function currentMe(): Promise<MeView | null> {
	return toMe(await pageIdentity());
}

/**
 * Every page calls this first: strangers go to the sign-in page and come back to `path` afterwards. It is called in the page
 * and not in the layout, because a layout is not rendered again on every navigation and does not know the address.
 */
export async function requireMe(path: string): Promise<MeView> {
	const me = await currentMe();
	if (me === null) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
	return me;
}

function decode(segment: string): string | null {
	try {
		return decodeURIComponent(segment);
	} catch {
		// '%' without two hex digits: no id was ever encoded to that.
		return null;
	}
}

/** The cluster's id from the address; a cluster that is not in the config is an address with nothing at it. */
export function requireCluster(segment: string): string {
	const id = decode(segment);
	const running = rollcall();
	if (id === null || (running !== null && !running.clusters.has(id))) notFound();
	return id;
}

export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** The page's own address with its query, to come back to. */
export async function withQuery(path: string, searchParams: SearchParams): Promise<string> {
	const query = new URLSearchParams();
	for (const [key, value] of Object.entries(await searchParams)) {
		for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) query.append(key, each);
	}
	const text = query.toString();
	return text === '' ? path : `${path}?${text}`;
}
