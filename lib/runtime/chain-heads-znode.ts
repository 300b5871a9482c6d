import { z } from 'zod';
import { EPOCH_MS_MAX } from '../core/audit-bounds';
import { HEADS_BOUNDS, type HeadsDocument, type KeptHeads, toHeadsText } from '../core/chain-heads';
import type { ZooKeeperPort } from '../core/ports';
import { sha256Hex } from './outbox-entry';
import { parseJsonData } from './parse-json-data';
import { ensure } from './prepare-root';

const chainId = z.string().regex(/^[0-9a-f]{32}$/);

const documentSchema = z
	.strictObject({
		chain: chainId,
		heads: z
			.array(
				z.strictObject({
					sequence: z.int().positive(),
					hash: z.string().regex(/^[0-9a-f]{64}$/),
					atMs: z.int().min(-EPOCH_MS_MAX).max(EPOCH_MS_MAX),
					console: z.string().max(HEADS_BOUNDS.consoleMax),
				}),
			)
			.min(1)
			.max(HEADS_BOUNDS.headsMax),
	})
	.refine(({ heads }) => heads.every((head, index) => head.sequence > (heads[index - 1]?.sequence ?? 0)));

/** Parses the data of the znode chains/<chain>; total over hostile data. */
export function parseHeads(data: Uint8Array, chain: string): KeptHeads {
	if (data.byteLength === 0) {
		return { kind: 'emptied' };
	}
	const parsed = documentSchema.safeParse(parseJsonData(data, HEADS_BOUNDS.bytesMax));
	return parsed.success && parsed.data.chain === chain
		? { kind: 'document', document: parsed.data }
		: { kind: 'unreadable' };
}

export type ChainPaths = {
	/** Heads of the chain. */
	readonly document: string;
	/** Which chain was last written by this console from a database at this place. */
	readonly place: string;
};

export function chainPathsOf(rootPath: string, chain: string, console: string, place: string): ChainPaths {
	const at = sha256Hex(`${console}\n${place}`).slice(0, 16);
	return { document: `${rootPath}/chains/${chain}`, place: `${rootPath}/chains/at-${at}` };
}

export type FoundHeads = {
	readonly kept: KeptHeads;
	/** Data version of the document; null: there is none. */
	readonly version: number | null;
	/** Of the document's last change. */
	readonly mzxid: bigint | null;
	/** null: nothing was written from this place. '?' of a znode that names no chain. */
	readonly writtenHere: string | null;
};

/**
 * Reads both, no older than this call: a server that lags behind would show fewer heads than the database remembers.
 * Rejects with a ZooKeeperError.
 */
export function readHeads(zk: ZooKeeperPort, paths: ChainPaths, chain: string): Promise<FoundHeads> {
	return zk.onConnection(async (connection) => {
		await connection.sync();
		const place = await connection.read(paths.place);
		const value = await connection.read(paths.document);
		const named = place === null ? null : chainId.safeParse(place.data.toString('latin1'));
		return {
			kept: value === null ? { kind: 'none' } : parseHeads(value.data, chain),
			version: value?.stat.version ?? null,
			mzxid: value?.stat.mzxid ?? null,
			writtenHere: named === null ? null : (named.data ?? '?'),
		};
	});
}

/** Somebody else wrote since it was read. */
const RACES = new Set<unknown>(['bad-version', 'node-exists', 'no-node']);

/**
 * Writes the document in place of what was found. false: somebody else wrote since then. Rejects with a ZooKeeperError, or
 * when what people left cannot be replaced; it may have happened then.
 */
export async function writeHeads(
	zk: ZooKeeperPort,
	paths: ChainPaths,
	document: HeadsDocument,
	found: FoundHeads,
): Promise<boolean> {
	const data = Buffer.from(toHeadsText(document));
	const { version } = found;
	try {
		if (version === null) {
			await ensure(zk, parentOf(paths.document), new Uint8Array());
			await zk.create(paths.document, data, 'persistent');
		} else if (found.kept.kind === 'emptied') {
			return await replace(zk, paths.document, data, version);
		} else {
			await zk.set(paths.document, data, version);
		}
		return true;
	} catch (error) {
		if (error instanceof Error && 'code' in error && RACES.has(error.code)) {
			return false;
		}
		throw error;
	}
}

/** Made anew, since whoever emptied it may have made it without the ACL that Rollcall's own znodes have. */
async function replace(zk: ZooKeeperPort, path: string, data: Uint8Array, version: number): Promise<boolean> {
	const result = await zk.multi([
		{ kind: 'delete', path, version },
		{ kind: 'create', path, data, mode: 'persistent' },
	]);
	if (result.kind === 'committed') {
		return true;
	}
	if (result.kind === 'failed' && RACES.has(result.code)) {
		return false;
	}
	throw new Error(`${path} could not be replaced: ${result.kind === 'failed' ? result.code : result.detail}`);
}

/** Notes that heads of the chain are written from here; whoever is first stays. */
export function notePlace(zk: ZooKeeperPort, paths: ChainPaths, chain: string): Promise<void> {
	return ensure(zk, paths.place, Buffer.from(chain));
}

function parentOf(path: string): string {
	return path.slice(0, path.lastIndexOf('/'));
}
