import type { ZooKeeperPort } from '@/lib/core/ports';
import { parsePresence } from './documents';
import { toObserverName } from './names';

/** Presences of one wished name that are read: its own, and those with a suffix. */
const READ_MAX = 16;

/**
 * Where this session comes from, as it has written itself into the presence of an observer of this name. What another
 * session wrote under the name does not count. Null: it has written none. Rejects with a ZooKeeperError.
 */
export async function readToldAddress(
	zk: ZooKeeperPort,
	observersPath: string,
	name: string,
	sessionId: bigint,
): Promise<string | null> {
	const base = toObserverName(name);
	const names = (await zk.children(observersPath))?.names ?? [];
	const isNamed = (child: string) => child.startsWith(base) && /^(-\d+)?$/.test(child.slice(base.length));
	for (const each of names.filter(isNamed).sort().slice(0, READ_MAX)) {
		const value = await zk.read(`${observersPath}/${each}`);
		const told = value?.stat.ephemeralOwner === sessionId ? parsePresence(value.data)?.sessionIp : undefined;
		if (told !== undefined) {
			return told;
		}
	}
	return null;
}
