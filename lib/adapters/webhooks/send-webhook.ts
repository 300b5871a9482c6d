import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Clock } from '@/lib/core/ports';
import type { WebhookProblem } from '@/lib/core/webhook';
import type { Attempt, Message, SendWebhook } from '@/lib/core/webhook-port';
import { AddressRefusedError, createCheckedLookup, isRefusedIp } from './checked-lookup';
import { signMessage } from './sign';
import { problemOf, statusProblem, toRetryAfterMs } from './webhook-problem';

/** Of an attempt, from the lookup to the head of the answer. */
const ATTEMPT_MS_MAX = 10_000;
/** Of an answer's body, which nobody reads: a longer one costs its sender the connection. */
const ANSWER_BYTES_MAX = 64 * 1_024;
const ANSWER_HEAD_BYTES_MAX = 16 * 1_024;

export type SenderOptions = {
	readonly clock: Clock;
	readonly lookup?: LookupFunction;
	readonly attemptMs?: number;
};

/** Sends signed messages by POST: follows no redirect, uses no proxy, keeps no connection, reads no body. */
export function createSender({
	clock,
	lookup = createCheckedLookup(),
	attemptMs = ATTEMPT_MS_MAX,
}: SenderOptions): SendWebhook {
	return async ({ url, secret }, message, stop) => {
		const startedAtMs = clock.nowMs();
		const deadline = AbortSignal.timeout(attemptMs);
		const passed = () => Math.round(clock.nowMs() - startedAtMs);
		try {
			const headers = toHeaders(secret, message, clock);
			const answer = await post(new URL(url), {
				...message,
				headers,
				lookup,
				signal: AbortSignal.any([deadline, stop]),
			});
			return { ...answer, ms: passed() };
		} catch (error) {
			const problem: WebhookProblem = deadline.aborted
				? { code: 'timed-out', detail: `no answer within ${attemptMs / 1_000} s` }
				: problemOf(error);
			return { status: null, ms: passed(), problem, retryAfterMs: null };
		}
	};
}

function toHeaders(secret: string, { id, body }: Message, clock: Clock): Record<string, string> {
	// Receivers refuse what is old: the time is that of the attempt.
	const timestamp = Math.floor(clock.wallMs() / 1_000);
	return {
		'content-type': 'application/json',
		'content-length': String(Buffer.byteLength(body)),
		'user-agent': 'Rollcall',
		'webhook-id': id,
		'webhook-timestamp': String(timestamp),
		'webhook-signature': signMessage(secret, id, timestamp, body),
	};
}

type Post = Message & {
	readonly headers: Record<string, string>;
	readonly lookup: LookupFunction;
	readonly signal: AbortSignal;
};

/** Resolves with the head of the answer. Rejects with whatever kept it from coming. */
function post(url: URL, { body, headers, lookup, signal }: Post): Promise<Omit<Attempt, 'ms'>> {
	return new Promise((resolve, reject) => {
		if (isRefusedIp(url.hostname)) {
			throw new AddressRefusedError();
		}
		const send = url.protocol === 'https:' ? requestHttps : requestHttp;
		const request = send(url, {
			method: 'POST',
			headers,
			lookup,
			signal,
			agent: false,
			maxHeaderSize: ANSWER_HEAD_BYTES_MAX,
		});
		request.on('error', reject);
		request.on('response', (response) => {
			const status = response.statusCode ?? 0;
			let bytes = 0;
			response.on('data', (part: Buffer) => {
				bytes += part.length;
				if (bytes > ANSWER_BYTES_MAX) {
					response.destroy();
				}
			});
			// What is wrong with a body that nobody reads concerns nobody.
			response.on('error', () => undefined);
			resolve({
				status,
				problem: statusProblem(status),
				retryAfterMs: toRetryAfterMs(response.headers['retry-after']),
			});
		});
		request.end(body);
	});
}
