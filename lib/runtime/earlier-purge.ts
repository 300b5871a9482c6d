import { namedAttempt, type PurgeDeps, type PurgeOptions } from './purge-options';
import type { Result } from './purge-record';
import { readCounters } from './read-counters';

type Asked = Pick<PurgeDeps, 'zk' | 'paths' | 'findAttempts'>;
type Named = { readonly path: string; readonly czxid: string };

/**
 * What this very request has purged already, when it is carried out again: its attempts' ids stand in the counters, which
 * are written in the purge's own multi, in the outbox, or in the database. Only an attempt whose id is fixed can be found.
 * Nothing is found when ZooKeeper cannot be asked: nothing can be purged then either.
 */
export async function findEarlier<M extends Named>(
	deps: Asked,
	members: readonly M[],
	options: PurgeOptions,
): Promise<Map<M, Result>> {
	const named = members.flatMap((member) => {
		const attempt = namedAttempt(options, member);
		return attempt === null ? [] : [{ member, attempt }];
	});
	const found = await lookFor(
		deps,
		named.map(({ attempt }) => attempt),
	);
	const earlier = new Map<M, Result>();
	for (const { member, attempt } of named) {
		const zxid = found.get(attempt);
		if (zxid !== undefined) {
			earlier.set(member, purgedEarlier(attempt, zxid));
		}
	}
	return earlier;
}

/** zxids of the attempts that have committed; null: committed, but its record is not to be had here. */
async function lookFor(deps: Asked, attempts: readonly string[]): Promise<Map<string, bigint | null>> {
	const found = new Map<string, bigint | null>();
	if (attempts.length === 0 || deps.zk.state().kind !== 'connected') {
		return found;
	}
	try {
		const records = await deps.zk.onConnection(async (connection) => {
			// What another server has committed must be seen by this one.
			await connection.sync();
			const counters = await connection.read(deps.paths.counters);
			for (const { attempt } of (counters && readCounters(counters.data))?.entries ?? []) {
				found.set(attempt, null);
			}
			return deps.findAttempts(attempts, connection);
		});
		for (const [attempt, { zxid }] of records) {
			found.set(attempt, zxid);
		}
	} catch (error) {
		// The port's errors carry a code, and the multi finds out the rest; anything else is a fault of this program.
		if (!(error instanceof Error && 'code' in error)) {
			throw error;
		}
	}
	return found;
}

function purgedEarlier(attempt: string, zxid: bigint | null): Result {
	return {
		kind: 'purged',
		reason: 'committed',
		detail: 'this request had purged it already',
		guards: [],
		zxid,
		left: [],
		attempt,
	};
}
