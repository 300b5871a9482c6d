import type { ServerAnswer } from '../../core/sweep';

/** Why a server, or one of its answers, cannot be used. */
export type FailureCode =
	| 'refused'
	| 'timed-out'
	| 'network'
	| 'interrupted'
	| 'not-serving'
	| 'address-invalid'
	| 'http-status'
	| 'redirected'
	| 'too-large'
	| 'truncated'
	| 'not-json'
	| 'shape'
	| 'word-not-allowed';

/** `detail` is for people and bounded by `failure`. */
export type SourceFailure = { readonly code: FailureCode; readonly detail: string };

export type Result<T> =
	| { readonly ok: true; readonly value: T }
	| { readonly ok: false; readonly failure: SourceFailure };

/** Text of an answer, with the local monotonic times between which the server wrote it. */
export type TimedText = { readonly text: string; readonly askedAtMs: number; readonly heardAtMs: number };

/** One session's connection, as the server that holds it lists it. */
export type ListedConnection = {
	/** Unsigned. */
	readonly sessionId: bigint;
	readonly remoteIp: string | null;
	readonly connectionKey: string;
	readonly packetsReceived: number;
	readonly sessionTimeoutMs: number | null;
	/** On that server's own monotonic clock, ms. */
	readonly lastResponseMs: number | null;
	readonly latencyMsAvg: number | null;
};

export type ServerReport = {
	readonly answer: ServerAnswer;
	readonly connections: readonly ListedConnection[];
	/** Local time at which the listing had been read. */
	readonly listedAtMs: number;
	/** Local times between which the uptime in `answer` was measured. */
	readonly uptimeAskedAtMs: number;
	readonly uptimeHeardAtMs: number;
	readonly tickTimeMs: number | null;
	readonly latencyMsAvg: number | null;
	readonly version: string | null;
	/** The first part of the answer that could not be used; the rest stands. */
	readonly flaw: SourceFailure | null;
};

export type Dump = {
	/** Session -> time at which it would expire, on the clock that `ServerSource.dumpClock` names. Empty but on a leader. */
	readonly buckets: ReadonlyMap<bigint, number>;
	/** Absolute paths by owner. */
	readonly ephemerals: ReadonlyMap<bigint, readonly string[]>;
	readonly heardAtMs: number;
};

/** What only a leader tells. */
export type Following = { readonly syncedFollowers: number | null; readonly nonVotingFollowers: number | null };

/** One way to ask one server. No method rejects; each ends when the signal aborts. */
export type ServerSource = {
	readonly kind: 'admin' | 'four-letter-words';
	/** `elapsed`: the server's monotonic clock. `wall`: its wall clock, in whole seconds, of a time zone unknown. */
	readonly dumpClock: 'elapsed' | 'wall';
	read(signal: AbortSignal): Promise<Result<ServerReport>>;
	dump(signal: AbortSignal): Promise<Result<Dump>>;
	/** null where `read` tells it already. */
	following: ((signal: AbortSignal) => Promise<Result<Following>>) | null;
};

const DETAIL_CHARS_MAX = 300;
/** 10,000 connections make 5 MB. */
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

export function failure(code: FailureCode, detail: string): { ok: false; failure: SourceFailure } {
	return { ok: false, failure: { code, detail: detail.slice(0, DETAIL_CHARS_MAX) } };
}

/** A socket's error as a failure; with several addresses tried, it is a refusal only when each of them refused. */
export function toFailure(error: unknown, signal: AbortSignal): { ok: false; failure: SourceFailure } {
	if (signal.aborted)
		return signal.reason === 'interrupted'
			? failure('interrupted', 'the sweep was stopped')
			: failure('timed-out', 'no complete answer in time');
	const refused = isRefusal(error);
	const text = error instanceof Error ? error.message || errorCode(error) : String(error);
	return failure(refused ? 'refused' : 'network', text);
}

export function isRefusal(error: unknown): boolean {
	if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isRefusal);
	return error instanceof Error && errorCode(error) === 'ECONNREFUSED';
}

function errorCode(error: Error): string {
	return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** 'host:port' or '[::1]:port' (also with a leading '/', as Java writes it); null when there is no port in 1..65535. */
export function splitHostPort(text: string): { host: string; port: number } | null {
	const match = /^\/?(?:\[([^\]]+)\]|(.+)):(\d{1,5})$/.exec(text);
	const host = match?.[1] ?? match?.[2] ?? '';
	const port = Number(match?.[3]);
	return host !== '' && port >= 1 && port <= 65_535 ? { host, port } : null;
}
