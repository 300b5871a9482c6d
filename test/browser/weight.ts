import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page, Request } from '@playwright/test';
import { z } from 'zod';

const BUILD = fileURLToPath(new URL('../../.next', import.meta.url));
const CHUNKS = join(BUILD, 'static/chunks');

const manifestSchema = z.object({ rootMainFiles: z.array(z.string()).min(1) });

/** Names of files in the build's folder of chunks. */
export type Chunks = ReadonlySet<string>;

/**
 * What Next and React bring: the files that the build itself lists as those of every page, an empty one too. Polyfills for
 * browsers without modules are not among them, for no browser that runs the console loads them.
 */
export function frameworkChunks(): Chunks {
	const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(BUILD, 'build-manifest.json'), 'utf8')));
	return new Set(manifest.rootMainFiles.map((file) => file.replace(/^static\/chunks\//, '')));
}

/** Compressed as the console's server does, in bytes. */
export function gzipBytes(chunks: Iterable<string>): number {
	return [...chunks].reduce((sum, name) => sum + gzipSync(readFileSync(join(CHUNKS, name))).length, 0);
}

/** Chunks of the build with this text in them. Throws when there is none: the mark is no longer one. */
export function chunksWith(mark: string): Chunks {
	const found = readdirSync(CHUNKS).filter(
		(name) => name.endsWith('.js') && readFileSync(join(CHUNKS, name), 'utf8').includes(mark),
	);
	if (found.length === 0) throw new Error(`no chunk of the build contains '${mark}'`);
	return new Set(found);
}

/** The chunks that a page asks for while `load` runs. */
export async function chunksOf(page: Page, load: () => Promise<void>): Promise<Chunks> {
	const asked = new Set<string>();
	const onRequest = (request: Request) => {
		const name = /\/_next\/static\/chunks\/([^/?]+\.js)(?:\?|$)/.exec(request.url())?.[1];
		if (name !== undefined && existsSync(join(CHUNKS, name))) asked.add(name);
	};
	page.on('request', onRequest);
	try {
		await load();
	} finally {
		page.off('request', onRequest);
	}
	return asked;
}
