import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { z } from 'zod';
import type { HealthAnswer, ProcessIdentity } from '@/lib/core/evidence';
import { parseHexId } from '@/lib/core/ids';
import type { HealthQuestion } from '@/lib/core/ports';
import { isProbeable } from './connect';

const BODY_BYTES_MAX = 16 * 1_024;
const HEADER_BYTES_MAX = 16 * 1_024;

type Asking = { readonly timeoutMs: number; readonly nowMs: () => number };

/** What the answer's head says; the body can only add an identity. */
type Head = Pick<HealthAnswer, 'result' | 'status' | 'latencyMs'>;

/**
 * GET over plain HTTP on a fresh connection to a literal IP; no name is looked up and no redirect followed. Never rejects.
 * The head decides: once it is there, the process has answered, however its body goes on. The body is read for an identity,
 * up to 16 kB and no longer than `timeoutMs` from the start; what is more, or later, or cannot be read gives none.
 */
export function checkHealth(question: HealthQuestion, { timeoutMs, nowMs }: Asking): Promise<HealthAnswer> {
	const { endpoint } = question;
	const asked = isProbeable(endpoint) ? ask(question) : null;
	if (asked === null) return Promise.resolve(failed(question, 'EINVAL'));
	const startedAtMs = nowMs();
	return new Promise((resolve) => {
		let head: Head | null = null;
		const settle = (answer: HealthAnswer) => {
			clearTimeout(timer);
			asked.destroy();
			resolve(answer);
		};
		const settleWithHead = (found: Head, identity: ProcessIdentity | null) =>
			settle({ endpoint, ...found, identity, errorCode: null });
		const giveUp = () => {
			if (head !== null) settleWithHead(head, null);
			else settle({ ...failed(question, null), result: 'timed-out' });
		};
		// After a pause of ours timers run before sockets are looked at: let what has arrived come first.
		const timer = setTimeout(() => setImmediate(giveUp), timeoutMs);

		asked.on('response', (response) => {
			const status = response.statusCode ?? 0;
			const found: Head = {
				result: status === question.status ? 'answered' : 'wrong-status',
				status,
				latencyMs: nowMs() - startedAtMs,
			};
			head = found;
			readBody(response).then(
				(text) => settleWithHead(found, text === null ? null : parseIdentity(text)),
				// The body broke off; the head stands.
				() => settleWithHead(found, null),
			);
		});
		// Nobody asked for one; without a listener Node drops the connection and tells nothing.
		asked.on('upgrade', ({ statusCode = 0 }, socket) => {
			socket.destroy();
			settleWithHead({ result: 'wrong-status', status: statusCode, latencyMs: nowMs() - startedAtMs }, null);
		});
		// Stays for the request's whole life: our own destroy may raise another, and one without a listener ends the process.
		asked.on('error', (error: NodeJS.ErrnoException) => {
			if (head === null) settle(failed(question, error.code ?? 'UNKNOWN'));
		});
	});
}

/** null when Node will not send it (characters that no path or header may hold). */
function ask({ endpoint, hostHeader, path }: HealthQuestion): ClientRequest | null {
	try {
		return request({
			host: endpoint.ip,
			port: endpoint.port,
			agent: false,
			method: 'GET',
			path,
			headers: { host: hostHeader, accept: '*/*', 'accept-encoding': 'identity', connection: 'close' },
			maxHeaderSize: HEADER_BYTES_MAX,
		}).end();
	} catch {
		return null;
	}
}

function failed({ endpoint }: HealthQuestion, errorCode: string | null): HealthAnswer {
	const result = errorCode === 'ECONNREFUSED' ? 'refused' : errorCode === 'ETIMEDOUT' ? 'timed-out' : 'failed';
	return { endpoint, result, status: null, latencyMs: null, identity: null, errorCode };
}

/** The whole body as text; null when it is longer than is read. Rejects when it breaks off. */
async function readBody(response: IncomingMessage): Promise<string | null> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of response) {
		if (!Buffer.isBuffer(chunk)) continue;
		bytes += chunk.length;
		if (bytes > BODY_BYTES_MAX) return null;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}

const identitySchema = z.object({
	sessionId: z.string().max(18).transform(parseHexId),
	startNonce: z.string().min(1).max(128),
	path: z.string().startsWith('/').max(1_024),
});

/** The answer of `GET /.well-known/rollcall`; null for any other text. Session 0 is a process without one: it names nobody. */
export function parseIdentity(text: string): ProcessIdentity | null {
	let body: unknown;
	try {
		body = JSON.parse(text);
	} catch {
		// Most health answers are 'OK' or something of their own.
		return null;
	}
	const parsed = identitySchema.safeParse(body);
	if (!parsed.success) return null;
	const { sessionId, startNonce, path } = parsed.data;
	return sessionId === null || sessionId === 0n ? null : { sessionId, startNonce, path };
}
