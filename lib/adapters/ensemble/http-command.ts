import http from 'node:http';
import https from 'node:https';
import type { Clock } from '../../core/ports';
import { ANSWER_BYTES_MAX, failure, type Result, type TimedText, toFailure } from './server-source';

/** Keeps connections to the AdminServers open between sweeps. */
export type HttpClient = {
	/** `bytesMax`: how much of an answer is read, where less than the client's own bound is to be expected. */
	get(url: string, signal: AbortSignal, bytesMax?: number): Promise<Result<TimedText>>;
	close(): void;
};

const SOCKETS_PER_SERVER_MAX = 8;

/**
 * GET of an AdminServer's command: bounded in size, ended by the signal, redirects refused, any content type. A connection
 * kept since the last sweep may be closed by the server in the very moment it is used; that alone is asked once more.
 */
export function createHttpClient(clock: Clock, bytesMax: number = ANSWER_BYTES_MAX): HttpClient {
	const options = { keepAlive: true, maxSockets: SOCKETS_PER_SERVER_MAX, maxFreeSockets: SOCKETS_PER_SERVER_MAX };
	const plain = new http.Agent(options);
	const secure = new https.Agent(options);
	const once = (url: URL, asking: Asking) => {
		const { signal } = asking;
		const get = url.protocol === 'https:' ? https.get(url, { agent: secure, signal }) : null;
		return ask(get ?? http.get(url, { agent: plain, signal }), asking);
	};
	return {
		async get(address, signal, answerBytesMax = bytesMax) {
			const url = URL.canParse(address) ? new URL(address) : null;
			if (url === null || !/^https?:$/.test(url.protocol))
				return failure('address-invalid', `'${address}' is no http address`);
			const asking = { clock, signal, bytesMax: Math.min(answerBytesMax, bytesMax) };
			const first = await once(url, asking);
			return first === 'stale' ? staleIsNetwork(await once(url, asking)) : first;
		},
		close() {
			plain.destroy();
			secure.destroy();
		},
	};
}

type Asking = { readonly clock: Clock; readonly signal: AbortSignal; readonly bytesMax: number };

function staleIsNetwork(answer: Result<TimedText> | 'stale'): Result<TimedText> {
	return answer === 'stale' ? failure('network', 'the server closes its connections') : answer;
}

function ask(request: http.ClientRequest, asking: Asking): Promise<Result<TimedText> | 'stale'> {
	const askedAtMs = asking.clock.nowMs();
	return new Promise((resolve) => {
		let answered = false;
		// Stays for the request's whole life: an abort after the answer still raises 'error'.
		request.on('error', (error) => {
			const stale = request.reusedSocket && !answered && !asking.signal.aborted;
			resolve(stale ? 'stale' : toFailure(error, asking.signal));
		});
		request.on('response', (response) => {
			answered = true;
			readAnswer(response, asking)
				.then((answer) => {
					if (!answer.ok) request.destroy();
					resolve(answer.ok ? timed(answer.value, askedAtMs, asking.clock.nowMs()) : answer);
				})
				.catch((error: unknown) => resolve(toFailure(error, asking.signal)));
		});
	});
}

function timed(text: string, askedAtMs: number, heardAtMs: number): Result<TimedText> {
	return { ok: true, value: { text, askedAtMs, heardAtMs } };
}

async function readAnswer(response: http.IncomingMessage, asking: Asking): Promise<Result<string>> {
	const status = response.statusCode ?? 0;
	if (status >= 300 && status < 400)
		return failure('redirected', `HTTP ${status} to ${response.headers.location ?? 'nowhere'}`);
	const chunks: Buffer[] = [];
	let bytes = 0;
	try {
		for await (const chunk of response) {
			if (!Buffer.isBuffer(chunk)) continue;
			bytes += chunk.length;
			if (bytes > asking.bytesMax) return failure('too-large', `more than ${asking.bytesMax} bytes`);
			chunks.push(chunk);
		}
	} catch (error) {
		return asking.signal.aborted ? toFailure(error, asking.signal) : failure('truncated', 'the answer breaks off');
	}
	const text = Buffer.concat(chunks).toString('utf8');
	return status === 200 ? { ok: true, value: text } : failure('http-status', `HTTP ${status}: ${text.slice(0, 200)}`);
}
