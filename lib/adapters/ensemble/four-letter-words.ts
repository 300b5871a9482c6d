import net from 'node:net';
import type { Clock } from '../../core/ports';
import { ANSWER_BYTES_MAX, failure, type Result, type TimedText, toFailure } from './server-source';

export type Word = 'cons' | 'conf' | 'mntr' | 'srvr' | 'dump';

/**
 * Sends one four-letter word to a client port and reads until the server closes: bounded in size, ended by the signal.
 * Nothing in the protocol marks the end of an answer, so each parser has to recognise a whole one.
 */
export function askWord(
	address: { host: string; port: number },
	word: Word,
	asking: { clock: Clock; signal: AbortSignal; bytesMax?: number },
): Promise<Result<TimedText>> {
	const { clock, signal, bytesMax = ANSWER_BYTES_MAX } = asking;
	const askedAtMs = clock.nowMs();
	return new Promise((resolve) => {
		if (signal.aborted) return resolve(toFailure(signal.reason, signal));
		const chunks: Buffer[] = [];
		let bytes = 0;
		const socket = net.connect(address, () => socket.write(word));
		const onAbort = (): void => {
			socket.destroy();
		};
		signal.addEventListener('abort', onAbort, { once: true });
		socket.on('data', (chunk: Buffer) => {
			bytes += chunk.length;
			chunks.push(chunk);
			if (bytes <= bytesMax) return;
			socket.destroy();
			resolve(failure('too-large', `more than ${bytesMax} bytes`));
		});
		socket.on('error', (error) => resolve(toFailure(error, signal)));
		// 'close' comes last, also after an error or an abort; a promise keeps its first answer.
		socket.on('close', () => {
			signal.removeEventListener('abort', onAbort);
			const text = Buffer.concat(chunks).toString('utf8');
			resolve(signal.aborted ? toFailure(signal.reason, signal) : toAnswer(text, askedAtMs, clock.nowMs()));
		});
	});
}

function toAnswer(text: string, askedAtMs: number, heardAtMs: number): Result<TimedText> {
	const head = text.slice(0, 200);
	if (head.includes('is not executed because it is not in the whitelist')) return failure('word-not-allowed', head);
	if (head.includes('not currently serving requests')) return failure('not-serving', head);
	return text === '' ? failure('truncated', 'an empty answer') : { ok: true, value: { text, askedAtMs, heardAtMs } };
}
