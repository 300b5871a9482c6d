import type { ZooKeeperPort } from '@/lib/core/ports';
import { ZooKeeperError } from '../zookeeper/client';

/** Others may create and remove the same folder meanwhile. */
const TRIES_MAX = 8;

export type OwnZnode = {
	readonly path: string;
	readonly data: Uint8Array;
	/** Its parent, where it comes and goes with its children; null: it must be there. */
	readonly folder: string | null;
};

/** Whose session is it: the present one's, an earlier one's of this observer, or somebody else's. */
export type Whose = (sessionId: bigint) => 'present' | 'earlier' | 'other';

/**
 * Writes an ephemeral znode of the present session, replacing what an earlier session left over. 'taken': another session's
 * is there, which is never touched. Rejects with a ZooKeeperError; to be repeated then, whatever became of it.
 */
export async function writeOwn(zk: ZooKeeperPort, znode: OwnZnode, whose: Whose): Promise<'written' | 'taken'> {
	for (let tries = 0; tries < TRIES_MAX; tries++) {
		const stat = await zk.stat(znode.path);
		const owner = stat ? whose(stat.ephemeralOwner) : null;
		if (owner === 'other') {
			return 'taken';
		}
		if (stat === null) {
			if (await create(zk, znode)) {
				return 'written';
			}
		} else if (owner === 'present') {
			if (await unless(['no-node', 'bad-version'], zk.set(znode.path, znode.data, stat.version))) {
				return 'written';
			}
		} else {
			await unless(['no-node', 'bad-version'], zk.remove(znode.path, stat.version));
		}
	}
	throw new ZooKeeperError('other', znode.path, { detail: 'others change it faster than it can be written' });
}

/** Removes it if it belongs to this observer. */
export async function removeOwn(zk: ZooKeeperPort, path: string, whose: Whose): Promise<void> {
	const stat = await zk.stat(path);
	if (stat !== null && whose(stat.ephemeralOwner) !== 'other') {
		await unless(['no-node', 'bad-version'], zk.remove(path, stat.version));
	}
}

/** Removes a member's folder that has nothing in it; whoever was quicker, to remove it or to use it, is right. */
export async function removeEmptyFolder(zk: ZooKeeperPort, folder: string, version: number): Promise<void> {
	await unless(['no-node', 'not-empty', 'bad-version'], zk.remove(folder, version));
}

export async function removeFolderIfEmpty(zk: ZooKeeperPort, folder: string): Promise<void> {
	const stat = await zk.stat(folder);
	if (stat?.numChildren === 0) {
		await removeEmptyFolder(zk, folder, stat.version);
	}
}

/** False when there is to be another look. */
async function create(zk: ZooKeeperPort, { path, data, folder }: OwnZnode): Promise<boolean> {
	const excused = folder === null ? (['node-exists'] as const) : (['node-exists', 'no-node'] as const);
	if (await unless(excused, zk.create(path, data, 'ephemeral'))) {
		return true;
	}
	if (folder === null) {
		return false;
	}
	// Both in one transaction, so that nobody removes the folder as an empty one between.
	const result = await zk.multi([
		{ kind: 'create', path: folder, data: new Uint8Array(0), mode: 'persistent' },
		{ kind: 'create', path, data, mode: 'ephemeral' },
	]);
	if (result.kind === 'failed' && result.code !== 'node-exists') {
		throw new ZooKeeperError(result.code, result.index === 0 ? folder : path);
	}
	return result.kind === 'committed';
}

/** False where it failed with one of these. */
async function unless(codes: readonly ZooKeeperError['code'][], call: Promise<unknown>): Promise<boolean> {
	try {
		await call;
		return true;
	} catch (error) {
		if (error instanceof ZooKeeperError && codes.includes(error.code)) {
			return false;
		}
		throw error;
	}
}
