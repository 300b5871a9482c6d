import { measureRest } from '../measure-rest';

export type StreamFigures = {
	readonly seconds: number;
	readonly bytes: number;
	readonly snapshotBytes: number;
	readonly events: number;
	/** Whole rows sent. */
	readonly rows: number;
	readonly pulses: number;
};

/** Follows a cluster's event stream as a browser does and counts what comes, the first snapshot apart. */
export function meterStream(
	url: string,
	cookie: string,
): { stop(): Promise<StreamFigures>; readonly failed: () => unknown } {
	const ending = new AbortController();
	const figures = { bytes: 0, snapshotBytes: 0, events: 0, rows: 0, pulses: 0 };
	let startedAtMs = performance.now();
	let failed: unknown = null;

	async function follow(): Promise<void> {
		const answer = await fetch(url, { headers: { cookie }, signal: ending.signal });
		let block = '';
		const decoder = new TextDecoder();
		for await (const chunk of answer.body ?? []) {
			block += decoder.decode(chunk, { stream: true });
			for (let end = block.indexOf('\n\n'); end >= 0; end = block.indexOf('\n\n')) {
				count(block.slice(0, end + 2));
				block = block.slice(end + 2);
			}
		}
	}
	function count(text: string): void {
		const data = /^data: (.*)$/m.exec(text)?.[1];
		if (text.includes('event: snapshot')) {
			figures.snapshotBytes = Buffer.byteLength(text);
			startedAtMs = performance.now();
			return;
		}
		figures.bytes += Buffer.byteLength(text);
		if (data === undefined) return;
		const change = JSON.parse(data) as { changed: unknown[]; pulses?: unknown[] };
		figures.events += 1;
		figures.rows += change.changed.length;
		figures.pulses += change.pulses?.length ?? 0;
	}
	const following = follow().catch((error: unknown) => {
		failed = ending.signal.aborted ? null : error;
	});
	return {
		failed: () => failed,
		async stop() {
			const seconds = (performance.now() - startedAtMs) / 1_000;
			ending.abort();
			await following;
			if (failed !== null) throw failed;
			return { seconds, ...figures };
		},
	};
}

export type ServerSample = {
	readonly residentMb: number;
	/** 1 is one whole core. */
	readonly processorShare: number;
	/** Longest and 99th percentile pause of the event loop since the sample before, ms. */
	readonly pauseMsMax: number;
	readonly pauseMsP99: number;
};

/** Takes `seconds`. */
export async function sampleServer(url: string, cookie: string, pid: number, seconds: number): Promise<ServerSample> {
	const rest = await measureRest(pid, seconds);
	const answer = await fetch(`${url}/api/metrics`, { headers: { cookie } });
	if (!answer.ok) {
		throw new Error(`GET /api/metrics answered ${answer.status}`);
	}
	const text = await answer.text();
	const pauseMs = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN) * 1_000;
	return {
		...rest,
		pauseMsMax: pauseMs('nodejs_eventloop_lag_max_seconds'),
		pauseMsP99: pauseMs('nodejs_eventloop_lag_p99_seconds'),
	};
}
