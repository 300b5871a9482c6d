import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, link, open, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ChainHead } from '@/lib/core/audit-chain';
import { readLines } from '../audit-file/read-lines';
import { unpacked } from '../audit-file/unpacked';
import { verifyFile } from '../audit-file/verify-file';

/** Longest file name of common file systems, bytes. */
const NAME_BYTES_MAX = 255;

/** Text that is written at once, UTF-16 code units. */
const CHUNK_LENGTH = 64 * 1024;

/** Something about the file that a person can mend. */
export class ArchiveFileError extends Error {
	override readonly name = 'ArchiveFileError';
}

export type Measured = { readonly sha256: string; readonly bytes: number };

/**
 * Writes the lines to `path`, packed with gzip when its name ends in .gz, readable for its owner alone. They are on the disk
 * when it resolves, under that name only when they are whole. Throws ArchiveFileError when a file with this name exists;
 * nothing is ever overwritten.
 */
export async function writeArchive(path: string, lines: AsyncIterable<string>): Promise<void> {
	const file = resolve(path);
	const name = basename(file);
	if (Buffer.byteLength(name) > NAME_BYTES_MAX - 30) {
		throw new ArchiveFileError(`the file's name has at most ${NAME_BYTES_MAX - 30} bytes; this one is '${name}'`);
	}
	const partial = `${file}.${randomBytes(6).toString('hex')}.part`;
	const handle = await open(partial, 'wx', 0o600);
	try {
		await fill(handle, lines, name.endsWith('.gz'));
		// Unlike rename, link does not replace what is there.
		await link(partial, file).catch((error: unknown) => {
			throw isExisting(error)
				? new ArchiveFileError(
						`${file} exists, and is not overwritten: choose another name, or remove it if it is what an interrupted run left and no entry audit.archive names its SHA-256`,
					)
				: error;
		});
	} finally {
		await handle.close();
		await unlink(partial);
	}
	await syncFolder(dirname(file));
}

async function fill(handle: FileHandle, lines: AsyncIterable<string>, isPacked: boolean): Promise<void> {
	const write = (source: AsyncIterable<Uint8Array>) => writeFile(handle, source);
	if (isPacked) {
		await pipeline(toChunks(lines), createGzip(), write);
	} else {
		await pipeline(toChunks(lines), write);
	}
	await handle.sync();
}

async function* toChunks(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array, undefined, undefined> {
	let text = '';
	for await (const line of lines) {
		text += line;
		if (text.length >= CHUNK_LENGTH) {
			yield Buffer.from(text);
			text = '';
		}
	}
	yield Buffer.from(text);
}

async function syncFolder(folder: string): Promise<void> {
	const handle = await open(folder, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** SHA-256 and size of the bytes as they are on the disk. */
export async function measureFile(path: string): Promise<Measured> {
	const hash = createHash('sha256');
	let bytes = 0;
	for await (const chunk of createReadStream(path)) {
		hash.update(chunk as Uint8Array);
		bytes += (chunk as Uint8Array).byteLength;
	}
	return { sha256: hash.digest('hex'), bytes };
}

/** Reads the file back. Throws ArchiveFileError unless it holds exactly the chain from after `before` to `last`. */
export async function checkArchive(path: string, before: ChainHead, last: ChainHead): Promise<void> {
	const read = await verifyFile(readLines(unpacked(createReadStream(path))), [last]);
	const problem =
		read.firstBroken?.text ??
		(read.first === before.sequence + 1 && read.head?.sequence === last.sequence ? null : 'it holds other entries');
	if (problem !== null) {
		throw new ArchiveFileError(`${path} is not what was written, and is not sealed: ${problem}`);
	}
}

function isExisting(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
