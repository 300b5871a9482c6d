import { boundDraft, boundText } from '../core/audit-bounds';
import type { AuditDraft, AuditEntry } from '../core/audit-entry';
import { canonicalJson } from '../core/canonical-json';
import { parseHexId, toHex } from '../core/ids';
import type { AuditPort, Clock, ZnodeStat, ZooKeeperConnection, ZooKeeperPort } from '../core/ports';
import { parseOutboxEntry, sha256Hex, toGarbageDraft } from './outbox-entry';
import type { FoundAttempt } from './resolve-attempt';

export { encodeOutboxEntry } from './outbox-entry';

/** Znodes read, recorded and removed at a time; at most 1 MB each. */
const BATCH = 32;
/** How often is looked whether this console holds the latch by now, or whether what was left can go. */
const POLL_MS = 1_000;
const RETRY_MS = 100;
const RETRY_MS_MAX = 10_000;
/** Nobody holds the records back longer than this. */
const HOLD_MS_MAX = 10_000;

/** Codes of ZooKeeper errors that pass by themselves and that the console reports elsewhere. */
const PASSING = new Set([
	'not-connected',
	'connection-loss',
	'connection-changed',
	'session-expired',
	'session-moved',
	'deadline',
	'closed',
]);

export type OutboxDrainDeps = {
	readonly zk: ZooKeeperPort;
	/** Folder of the entries, e.g. '/rollcall/outbox'; may not exist yet. */
	readonly outboxPath: string;
	/** Must append in the order of the calls. */
	readonly audit: AuditPort;
	readonly clock: Clock;
	/** Only the console that holds the latch drains. Two that do it at once do no harm: a key is recorded once. */
	readonly holdsLatch: () => boolean;
	/** Told of each entry once it is in the database; again when the process died before the znode was removed. Must not throw. */
	readonly onEntry?: ((entry: AuditEntry) => void) | undefined;
};

export type OutboxDrain = {
	/** Why the outbox does not empty, for people; null when it does, or when only ZooKeeper is out of reach. */
	problem(): string | null;
	/**
	 * Looks for records by their keys: in the outbox first, read on the given connection (after its sync), then in the
	 * database. Records move that way only, so one that is found in neither was not written by then. Gives those found;
	 * rejects when either cannot be read.
	 */
	findAttempts(keys: readonly string[], connection: ZooKeeperConnection): Promise<ReadonlyMap<string, FoundAttempt>>;
	/**
	 * Leaves the records where they are, which is safe, until the returned function is called; 10 s at most. Recording
	 * hundreds keeps the process from the sweeps that a purge under way rests on.
	 */
	hold(): () => void;
	/** Resolves when nothing of it runs any more. Idempotent. */
	close(): Promise<void>;
};

type Znode = { readonly name: string; readonly path: string; readonly data: Uint8Array; readonly stat: ZnodeStat };

/**
 * Moves audit entries from ZooKeeper, where they were committed together with the deed, into the database: append, then
 * remove, in the order of the znodes' sequence. Dying at any point loses and doubles nothing, because the entry stays
 * until it is recorded, and recording it again finds its key. zxid of an entry is the czxid of its znode.
 */
export function createOutboxDrain(deps: OutboxDrainDeps): OutboxDrain {
	const { zk, outboxPath, clock } = deps;
	const stop = new AbortController();
	/** Names that cannot be read or removed, and why. They hold up nobody else. */
	const left = new Map<string, string>();
	/** When each of those who hold the records back began to. */
	const holds = new Set<{ readonly sinceMs: number }>();
	let failure: string | null = null;
	let pending = false;
	let changed = false;
	let wake = () => {};

	const watch = zk.watchChildren(outboxPath, (listing) => {
		pending = listing !== null && listing.names.length > 0;
		changed = true;
		wake();
	});

	const isHeld = () => [...holds].some(({ sinceMs }) => clock.nowMs() - sinceMs < HOLD_MS_MAX);
	const mayDrain = () => !stop.signal.aborted && deps.holdsLatch() && !isHeld();

	async function rest(ms: number, untilChanged: boolean): Promise<void> {
		const waking = new AbortController();
		wake = () => untilChanged && waking.abort();
		const onStop = () => waking.abort();
		stop.signal.addEventListener('abort', onStop, { once: true });
		if (!stop.signal.aborted && !(untilChanged && changed)) {
			await clock.sleep(ms, waking.signal);
		}
		stop.signal.removeEventListener('abort', onStop);
	}

	async function run(): Promise<void> {
		let failures = 0;
		while (!stop.signal.aborted) {
			await rest(POLL_MS, true);
			changed = false;
			if (!pending || !mayDrain() || zk.state().kind !== 'connected') {
				continue;
			}
			try {
				await drainAll(deps, left, mayDrain);
				failures = 0;
				failure = null;
			} catch (error) {
				failures += 1;
				failure = PASSING.has(codeOf(error)) ? failure : boundText(`${outboxPath}: ${messageOf(error)}`, 300);
				await rest(Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** (failures - 1)), false);
				changed = true;
			}
		}
	}
	const running = run();

	return {
		problem: () => failure ?? toProblem(left),
		findAttempts: (keys, connection) => findAttempts({ outboxPath, audit: deps.audit }, keys, connection),
		hold() {
			const held = { sinceMs: clock.nowMs() };
			holds.add(held);
			return () => {
				holds.delete(held);
				changed = true;
				wake();
			};
		},
		close: async () => {
			stop.abort();
			watch.close();
			await running;
		},
	};
}

function toProblem(left: ReadonlyMap<string, string>): string | null {
	const [first] = left;
	return first === undefined
		? null
		: boundText(`${left.size} znodes of the outbox are left where they are; ${first[0]}: ${first[1]}`, 300);
}

/** Rejects at the first failure that concerns more than one znode; what was recorded by then is removed all the same. */
async function drainAll(deps: OutboxDrainDeps, left: Map<string, string>, mayGoOn: () => boolean): Promise<void> {
	const names = inOrder((await deps.zk.children(deps.outboxPath))?.names ?? []);
	for (const name of left.keys()) {
		if (!names.includes(name)) {
			left.delete(name);
		}
	}
	for (let start = 0; start < names.length; start += BATCH) {
		if (!mayGoOn()) {
			return;
		}
		const read = names.slice(start, start + BATCH).map((name) => readZnode(deps, left, name));
		const znodes = (await Promise.all(read)).filter((znode) => znode !== null);
		const recorded = await Promise.allSettled(znodes.map((znode) => record(deps, znode)));
		const done = znodes.filter((_, index) => recorded[index]?.status === 'fulfilled');
		await Promise.all(done.map((znode) => removeZnode(deps, left, znode)));
		const failed = recorded.find((result) => result.status === 'rejected');
		if (failed !== undefined) {
			throw failed.reason;
		}
	}
}

/** By ZooKeeper's sequence number; what bears none comes last. */
function inOrder(names: readonly string[]): string[] {
	const sequence = (name: string) => Number(/^e-(\d{10})$/.exec(name)?.[1] ?? Number.POSITIVE_INFINITY);
	return names.toSorted((a, b) => {
		const [first, second] = [sequence(a), sequence(b)];
		return first === second ? (a < b ? -1 : 1) : first - second;
	});
}

/** null: gone meanwhile, or not ours to read; then it is left, since removing it unread would lose what it says. */
async function readZnode(deps: OutboxDrainDeps, left: Map<string, string>, name: string): Promise<Znode | null> {
	const path = `${deps.outboxPath}/${name}`;
	try {
		const value = await deps.zk.read(path);
		return value === null ? null : { name, path, ...value };
	} catch (error) {
		if (codeOf(error) !== 'no-auth') {
			throw error;
		}
		left.set(name, messageOf(error));
		return null;
	}
}

async function record(deps: OutboxDrainDeps, znode: Znode): Promise<void> {
	const parsed = parseOutboxEntry(znode.data);
	if (parsed.kind === 'garbage') {
		await recordGarbage(deps, znode, parsed.problem);
		return;
	}
	const draft = boundDraft({ ...parsed.draft, zxid: toHex(znode.stat.czxid) }, sha256Hex);
	const entry = await deps.audit.append(draft);
	if (canonicalJson(draft) !== canonicalJson(toDraft(entry))) {
		await recordGarbage(deps, znode, 'another entry with this key is in the database already');
		return;
	}
	deps.onEntry?.(entry);
}

async function recordGarbage(deps: OutboxDrainDeps, znode: Znode, problem: string): Promise<void> {
	const entry = await deps.audit.append(toGarbageDraft(znode, problem, deps.clock.wallMs()));
	deps.onEntry?.(entry);
}

/** The entry without its place in the chain. */
function toDraft(entry: AuditEntry): AuditDraft {
	const { sequence: _sequence, previousHash: _previousHash, hash: _hash, ...draft } = entry;
	return draft;
}

/** At the version that was recorded: data written since is read and recorded first. */
async function removeZnode(deps: OutboxDrainDeps, left: Map<string, string>, znode: Znode): Promise<void> {
	try {
		await deps.zk.remove(znode.path, znode.stat.version);
		left.delete(znode.name);
	} catch (error) {
		const code = codeOf(error);
		if (code === 'not-empty' || code === 'no-auth') {
			left.set(znode.name, messageOf(error));
		} else if (code !== 'no-node' && code !== 'bad-version') {
			throw error;
		}
	}
}

async function findAttempts(
	places: { readonly outboxPath: string; readonly audit: AuditPort },
	keys: readonly string[],
	connection: ZooKeeperConnection,
): Promise<Map<string, FoundAttempt>> {
	const wanted = new Set(keys);
	const found = new Map<string, FoundAttempt>();
	const names = (await connection.children(places.outboxPath))?.names ?? [];
	for (let start = 0; start < names.length && found.size < wanted.size; start += BATCH) {
		const paths = names.slice(start, start + BATCH).map((name) => `${places.outboxPath}/${name}`);
		const values = await Promise.all(paths.map((path) => connection.read(path)));
		for (const [index, value] of values.entries()) {
			const parsed = value === null ? null : parseOutboxEntry(value.data);
			if (value !== null && parsed?.kind === 'draft' && wanted.has(parsed.draft.key)) {
				found.set(parsed.draft.key, { outboxPath: paths[index] ?? null, zxid: value.stat.czxid });
			}
		}
	}
	for (const key of [...wanted].filter((each) => !found.has(each))) {
		const entry = await places.audit.byKey(key);
		if (entry !== null) {
			found.set(key, { outboxPath: null, zxid: entry.zxid === null ? null : parseHexId(entry.zxid) });
		}
	}
	return found;
}

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
