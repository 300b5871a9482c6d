import { type EventsListener, type Following, followEvents } from './follow-events';
import { type LiveCluster, lose, NOTHING_YET, type ReceivedEvent, receive, type StreamRefusal } from './live-cluster';

/** What a tab is sent. `alive` says that whoever shares the stream is there, also while the stream itself is broken. */
export type HubMessage =
	| { readonly kind: 'state'; readonly state: LiveCluster }
	| { readonly kind: 'events'; readonly events: readonly ReceivedEvent[]; readonly atMs: number }
	| { readonly kind: 'lost'; readonly refusal: StreamRefusal | null }
	| { readonly kind: 'alive' };

/**
 * A tab that has not confirmed so many batches is frozen, or gone without a word: it is sent nothing more, so that nothing
 * piles up for it, and gets the whole picture when it confirms the last of them.
 */
const UNCONFIRMED_MAX = 20;
/** With no tab that looks, the stream is ended after this: whoever reloads the page finds it open. */
const UNWATCHED_MS_MAX = 5_000;

/** One tab's end of a shared stream. */
export type HubReader = {
	/** It has taken in one batch. */
	confirm(): void;
	/** Nobody sees the tab; it is sent nothing until it resumes, with the whole picture. */
	rest(): void;
	resume(): void;
	leave(): void;
};

export type StreamHub = {
	join(post: (message: HubMessage) => void): HubReader;
	/** Tries now if the stream is broken. */
	retry(): void;
	/** Whoever was signed in is not any more: ends the stream and forgets what it told. */
	signOut(): void;
	/** Says to every tab that this is there. */
	tick(): void;
	/** Nobody has joined, and no stream is open or about to end: it can be forgotten. */
	isIdle(): boolean;
};

type Reader = { post(message: HubMessage): void; unconfirmed: number; state: 'looks' | 'behind' | 'rests' };

/** One cluster's stream for any number of tabs; it holds what the stream has told, for those that come later. */
export function createStreamHub(
	cluster: string,
	follow: (cluster: string, listener: EventsListener) => Following = followEvents,
): StreamHub {
	const readers = new Set<Reader>();
	let state: LiveCluster = NOTHING_YET;
	let following: Following | null = null;
	let ending: ReturnType<typeof setTimeout> | undefined;

	function tell(message: HubMessage): void {
		for (const reader of readers) {
			if (reader.state === 'looks') reader.post(message);
		}
	}
	function onBatch(events: readonly ReceivedEvent[], atMs: number): void {
		state = receive(state, events, atMs);
		for (const reader of readers) {
			if (reader.state !== 'looks') continue;
			reader.unconfirmed += 1;
			reader.post({ kind: 'events', events, atMs });
			if (reader.unconfirmed > UNCONFIRMED_MAX) reader.state = 'behind';
		}
		endUnwatched();
	}
	function onLost(refusal: StreamRefusal | null): void {
		// Who may not see it is shown nothing of it, now or later.
		state = lose(refusal ? NOTHING_YET : state, refusal);
		tell({ kind: 'lost', refusal });
	}
	function start(): void {
		clearTimeout(ending);
		ending = undefined;
		if (following) following.retry();
		else following = follow(cluster, { batch: onBatch, lost: onLost });
	}
	function stop(): void {
		clearTimeout(ending);
		ending = undefined;
		following?.close();
		following = null;
		state = lose(state, state.refusal);
	}
	function endUnwatched(): void {
		if ([...readers].some((reader) => reader.state === 'looks')) return;
		ending ??= setTimeout(stop, UNWATCHED_MS_MAX);
	}
	function show(reader: Reader): void {
		reader.state = 'looks';
		reader.unconfirmed = 0;
		start();
		reader.post({ kind: 'state', state });
	}

	return {
		join(post) {
			const reader: Reader = { post, unconfirmed: 0, state: 'looks' };
			readers.add(reader);
			show(reader);
			return {
				confirm() {
					reader.unconfirmed = Math.max(0, reader.unconfirmed - 1);
					if (reader.state === 'behind' && reader.unconfirmed === 0) show(reader);
				},
				rest() {
					reader.state = 'rests';
					endUnwatched();
				},
				resume() {
					if (reader.state !== 'looks') show(reader);
				},
				leave() {
					readers.delete(reader);
					endUnwatched();
				},
			};
		},
		retry: () => following?.retry(),
		signOut() {
			stop();
			onLost('signed-out');
		},
		tick: () => tell({ kind: 'alive' }),
		isIdle: () => readers.size === 0 && following === null,
	};
}
