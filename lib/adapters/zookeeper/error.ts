import type { ZooKeeperErrorCode } from '@/lib/core/ports';

const MEANING: Record<ZooKeeperErrorCode, string> = {
	'no-node': 'There is no such znode.',
	'node-exists': 'The znode exists already.',
	'bad-version': 'The znode was changed meanwhile: its version is another one.',
	'no-auth': 'The credentials do not permit this; check zooKeeper.auth and the ACL of the path.',
	'not-empty': 'The znode has children.',
	'no-children-for-ephemerals': 'An ephemeral znode cannot have children.',
	'bad-arguments': 'The request is malformed; it was not carried out.',
	'quota-exceeded': 'A quota set on the tree refuses this; raise it with setquota.',
	'connection-loss': 'The connection was lost with the request under way: it may or may not have happened.',
	'session-expired': 'ZooKeeper ended this session; a new one is being opened.',
	'session-moved': 'The session lives on another server now.',
	'not-connected': 'There is no connection to ZooKeeper; nothing was sent.',
	'connection-changed': 'The connection that this had begun on is gone; start again from its first read.',
	deadline: 'ZooKeeper did not answer in time.',
	closed: 'The client is closed.',
	other: 'ZooKeeper gave an error that has no name here.',
};

/** An operation that did not succeed. `code` comes from the closed union of lib/core/ports.ts. */
export class ZooKeeperError extends Error {
	override readonly name = 'ZooKeeperError';
	readonly code: ZooKeeperErrorCode;
	/** As the caller named it, without the chroot; null where no single path is concerned. */
	readonly path: string | null;
	/** True when it was a write that had been sent and got no answer: find out by reading before repeating it. */
	readonly mayHaveHappened: boolean;

	constructor(
		code: ZooKeeperErrorCode,
		path: string | null,
		more: { detail?: string | undefined; mayHaveHappened?: boolean | undefined } = {},
	) {
		const where = path === null ? '' : ` (${path.slice(0, 500)})`;
		super(`${code}${where}: ${MEANING[code]}${more.detail ? ` ${more.detail}` : ''}`);
		this.code = code;
		this.path = path;
		this.mayHaveHappened = more.mayHaveHappened ?? false;
	}
}

/** ZooKeeper's own numbers (KeeperException.Code of 3.8). */
const CODES: ReadonlyMap<number, ZooKeeperErrorCode> = new Map([
	[-4, 'connection-loss'],
	[-8, 'bad-arguments'],
	[-101, 'no-node'],
	[-102, 'no-auth'],
	[-103, 'bad-version'],
	[-108, 'no-children-for-ephemerals'],
	[-110, 'node-exists'],
	[-111, 'not-empty'],
	[-112, 'session-expired'],
	[-114, 'no-auth'],
	[-115, 'no-auth'],
	[-118, 'session-moved'],
	[-125, 'quota-exceeded'],
]);

export function toErrorCode(code: number): ZooKeeperErrorCode {
	return CODES.get(code) ?? 'other';
}

/**
 * Whether an error that the server sent for a whole request says that nothing was done. Those listed are refused before
 * anything is applied; others (a system or marshalling error) may come after it.
 */
export function provesNothingDone(code: number): boolean {
	return CODES.has(code) && code !== -4;
}
