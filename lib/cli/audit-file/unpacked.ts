import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** The bytes of a file that gzip may have packed, told by its first two bytes; read as they are asked for. */
export async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined, undefined> {
	const source = chunks[Symbol.asyncIterator]();
	let start: Uint8Array = new Uint8Array();
	while (start.length < 2) {
		const next = await source.next();
		if (next.done === true) {
			break;
		}
		start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
	}
	const all = begun(start, source);
	yield* start[0] === 0x1f && start[1] === 0x8b ? gunzipped(all) : all;
}

async function* begun(
	start: Uint8Array,
	rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined, undefined> {
	yield start;
	for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
		yield next.value;
	}
}

/** Rejects where the file is cut off or damaged. */
async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined, undefined> {
	const gunzip = createGunzip();
	const feeding = pipeline(Readable.from(chunks), gunzip);
	// Also where the reader stops early; the failure itself reaches the loop below.
	feeding.catch(() => undefined);
	for await (const chunk of gunzip) {
		yield chunk as Uint8Array;
	}
	await feeding;
}
