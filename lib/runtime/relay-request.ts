import { randomUUID } from 'node:crypto';
import type { Clock, ZooKeeperPort } from '../core/ports';
import { RELAY_BOUNDS, type RelayedAnswer, type RelayedRequest } from '../core/relayed-request';
import { encodeRequest, parseRequest } from './request-znodes';

export type RelayResult =
	| { readonly kind: 'answered'; readonly outcomes: RelayedAnswer['outcomes'] }
	/** Nothing was asked. */
	| { readonly kind: 'too-large' }
	/** It may be carried out all the same; `asked` false: for sure not. */
	| { readonly kind: 'unanswered'; readonly asked: boolean; readonly detail: string };

type Deps = { readonly zk: ZooKeeperPort; readonly clock: Clock /** requests/<cluster> */; readonly path: string };

/**
 * Hands a request to whoever holds the latch, and waits for the answer. Another may get the latch meanwhile: it goes on.
 * What is not answered within `withinMs` is withdrawn, which does not stop a holder that is at it. Never rejects for what
 * ZooKeeper says.
 */
export async function relayRequest(
	deps: Deps,
	request: Omit<RelayedRequest, 'state'>,
	withinMs: number,
): Promise<RelayResult> {
	const data = encodeRequest({ state: 'asked', ...request });
	if (data.byteLength > RELAY_BOUNDS.bytesMax) {
		return { kind: 'too-large' };
	}
	const path = `${deps.path}/r-${randomUUID()}`;
	const answered = new AbortController();
	let answer: RelayedAnswer | null = null;
	const note = (found: Uint8Array | undefined) => {
		const parsed = found === undefined ? null : parseRequest(found);
		if (parsed?.kind === 'document' && parsed.document.state === 'answered') {
			answer = parsed.document;
			answered.abort();
		}
	};
	const watch = deps.zk.watchData(path, (value) => note(value?.data));
	try {
		await deps.zk.create(path, data, 'persistent');
	} catch (error) {
		if (!mayHaveHappened(error)) {
			watch.close();
			return { kind: 'unanswered', asked: false, detail: messageOf(error) };
		}
		// Its name is known: if it is there, the watch tells what becomes of it.
	}
	await deps.clock.sleep(withinMs, answered.signal);
	watch.close();
	await withdraw(deps, path, answer === null ? note : null);
	return toResult(answer, withinMs);
}

function toResult(answer: RelayedAnswer | null, withinMs: number): RelayResult {
	return answer === null
		? {
				kind: 'unanswered',
				asked: true,
				detail: `the console that holds the latch did not answer within ${withinMs} ms; what it did stands in the audit log`,
			}
		: { kind: 'answered', outcomes: answer.outcomes };
}

/** Takes one more look for an answer, where none came, and removes the znode; what cannot be removed the holder removes. */
async function withdraw({ zk }: Deps, path: string, note: ((data: Uint8Array | undefined) => void) | null) {
	try {
		if (note !== null) {
			note((await zk.read(path))?.data);
		}
		await zk.remove(path, -1);
	} catch (error) {
		if (codeOf(error) === '') {
			throw error;
		}
	}
}

function mayHaveHappened(error: unknown): boolean {
	return error instanceof Error && 'mayHaveHappened' in error && error.mayHaveHappened === true;
}

/** The port's errors carry a code; anything else is a fault of this program. */
function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
