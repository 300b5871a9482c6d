import type { OutcomesView, PurgeRequest } from '../core/purge-view';
import type { ChangeEvent, ClusterView, MemberRow, SnapshotEvent } from '../core/view';

/** Speaks to a running console as a browser does: signs in, asks, follows its events. For demo, tests and benchmarks. */
export type ConsoleClient = {
	readonly cookie: string;
	get<T>(path: string): Promise<T>;
	post<T>(path: string, body: unknown): Promise<{ status: number; body: T }>;
	purge(cluster: string, request: PurgeRequest): Promise<OutcomesView>;
	/** Follows the cluster's events until the signal aborts; calls back with the rows that changed and the paths that left. */
	follow(cluster: string, signal: AbortSignal, onEvent: (event: FollowedEvent) => void): Promise<void>;
};

export type FollowedEvent = {
	/** performance.now() at arrival. */
	readonly atMs: number;
	readonly cluster: ClusterView | null;
	readonly rows: readonly MemberRow[];
	readonly removed: readonly string[];
};

/** Signs in; rejects with what the console answered. */
export async function signIn(url: string, username: string, password: string): Promise<ConsoleClient> {
	const response = await fetch(`${url}/api/auth/sign-in/username`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', origin: url },
		body: JSON.stringify({ username, password }),
	});
	if (!response.ok) {
		throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
	}
	const cookie = response.headers
		.getSetCookie()
		.map((line) => line.split(';')[0])
		.join('; ');
	const headers = { cookie, origin: url };

	async function post<T>(path: string, body: unknown): Promise<{ status: number; body: T }> {
		const answer = await fetch(`${url}${path}`, {
			method: 'POST',
			headers: { ...headers, 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
		return { status: answer.status, body: (await answer.json()) as T };
	}

	return {
		cookie,
		post,
		async get<T>(path: string): Promise<T> {
			const answer = await fetch(`${url}${path}`, { headers });
			if (!answer.ok) {
				throw new Error(`GET ${path} answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
			}
			return (await answer.json()) as T;
		},
		async purge(cluster, request) {
			const answer = await post<OutcomesView>(`/api/clusters/${cluster}/purges`, request);
			if (answer.status !== 200) {
				throw new Error(`the purge answered ${answer.status}: ${JSON.stringify(answer.body)}`);
			}
			return answer.body;
		},
		async follow(cluster, signal, onEvent) {
			const answer = await fetch(`${url}/api/clusters/${cluster}/events`, { headers, signal });
			if (!answer.body) {
				throw new Error(`the event stream answered ${answer.status}`);
			}
			await readEvents(answer.body, onEvent).catch((error: unknown) => {
				if (!signal.aborted) {
					throw error;
				}
			});
		},
	};
}

async function readEvents(body: ReadableStream<Uint8Array>, onEvent: (event: FollowedEvent) => void): Promise<void> {
	const decoder = new TextDecoder();
	const reader = body.getReader();
	let buffer = '';
	for (;;) {
		const { done, value } = await reader.read();
		if (done) {
			return;
		}
		buffer += decoder.decode(value, { stream: true });
		for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
			const event = toEvent(buffer.slice(0, end));
			buffer = buffer.slice(end + 2);
			if (event) {
				onEvent(event);
			}
		}
	}
}

function toEvent(block: string): FollowedEvent | null {
	const field = (name: string) =>
		block
			.split('\n')
			.filter((line) => line.startsWith(`${name}: `))
			.map((line) => line.slice(name.length + 2))
			.join('\n');
	const kind = field('event');
	if (kind === 'snapshot') {
		const data = JSON.parse(field('data')) as SnapshotEvent;
		return { atMs: performance.now(), cluster: data.cluster, rows: data.members, removed: [] };
	}
	if (kind === 'change') {
		const data = JSON.parse(field('data')) as ChangeEvent;
		return { atMs: performance.now(), cluster: data.cluster, rows: data.changed, removed: data.removed };
	}
	return null;
}
