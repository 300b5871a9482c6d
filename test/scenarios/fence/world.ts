import { randomBytes, randomUUID } from 'node:crypto';
import { systemClock } from '@/lib/adapters/clock';
import { connectZooKeeper } from '@/lib/adapters/zookeeper/client';
import { holdLatch } from '@/lib/adapters/zookeeper/latch';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import type { Incarnation } from '@/lib/core/member';
import type { LatchPort, MultiResult, ZooKeeperConnection, ZooKeeperOp, ZooKeeperPort } from '@/lib/core/ports';
import type { OwnedZnode } from '@/lib/core/purge-plan';
import { type FencedDeleteDeps, type FencedDeleteRequest, fencedDelete } from '@/lib/runtime/fenced-delete';
import type { FindAttempts } from '@/lib/runtime/resolve-attempt';

export const EMPTY = new Uint8Array(0);
export const bytes = (text: string) => new TextEncoder().encode(text);

export type Connected = { readonly zk: ZooKeeperPort; readonly sessionId: bigint };

export async function until<T>(what: string, look: () => T | null | false | Promise<T | null | false>): Promise<T> {
	for (let tries = 0; tries < 3_000; tries += 1) {
		const found = await look();
		if (found) {
			return found;
		}
		await systemClock.sleep(20);
	}
	throw new Error(`${what}: not within a minute`);
}

export async function connected(
	connect: string,
	chroot = '',
	auth: { scheme: string; credentials: string } | null = null,
	sessionTimeoutMs = 15_000,
): Promise<Connected> {
	const zk = connectZooKeeper({ connect, chroot, sessionTimeoutMs, auth, tls: null, clock: systemClock });
	const sessionId = await until('connected', () => {
		const state = zk.state();
		return state.kind === 'connected' ? state.sessionId : null;
	});
	return { zk, sessionId };
}

/** Creates persistent znodes, those that are missing. */
export async function createAll(zk: ZooKeeperPort, ...paths: string[]): Promise<void> {
	for (const path of paths) {
		if ((await zk.stat(path)) === null) {
			await zk.create(path, EMPTY, 'persistent');
		}
	}
}

/** A purger of its own: session, latch, counters, settings and outbox, under its own root. */
export type Purger = { readonly zk: ZooKeeperPort; readonly latch: LatchPort; readonly deps: FencedDeleteDeps };

const PATHS = { settings: '/rollcall/settings', counters: '/rollcall/counters', outbox: '/rollcall/outbox/e-' };

export async function createPurger(connect: string, chroot: string, latchFolder = '/rollcall/leader'): Promise<Purger> {
	const { zk } = await connected(connect, chroot);
	await createAll(zk, '/rollcall', PATHS.settings, PATHS.counters, '/rollcall/outbox');
	const latch = holdLatch(zk, latchFolder, systemClock);
	const deps = {
		zk,
		latch,
		clock: systemClock,
		paths: PATHS,
		randomHex16: () => randomBytes(8).toString('hex'),
		findAttempts,
	};
	return { zk, latch, deps };
}

/** Records are the attempt's id and nothing else here; there is no database behind this outbox. */
export const findAttempts: FindAttempts = async (attemptIds, connection) => {
	const found = new Map<string, { outboxPath: string; zxid: bigint }>();
	const listing = await connection.children('/rollcall/outbox');
	for (const name of listing?.names ?? []) {
		const outboxPath = `/rollcall/outbox/${name}`;
		const entry = await connection.read(outboxPath);
		const id = entry?.data.toString() ?? '';
		if (entry && attemptIds.includes(id)) {
			found.set(id, { outboxPath, zxid: entry.stat.czxid });
		}
	}
	return found;
};

export async function recordsOf(zk: ZooKeeperPort, attemptId: string): Promise<number> {
	const listing = await zk.children('/rollcall/outbox');
	const entries = await Promise.all((listing?.names ?? []).map((name) => zk.read(`/rollcall/outbox/${name}`)));
	return entries.filter((entry) => entry?.data.toString() === attemptId).length;
}

export async function incarnationOf(zk: ZooKeeperPort, path: string): Promise<Incarnation> {
	const stat = await until(`${path} is registered`, () => zk.stat(path));
	return { path, czxid: stat.czxid, ephemeralOwner: stat.ephemeralOwner };
}

/** One ensemble with a session that owns stale registrations, and purgers each under a root of its own. */
export class Scene {
	readonly ensemble: Ensemble;
	readonly stale: ZooKeeperPort;
	readonly #purgers: Purger[] = [];

	private constructor(ensemble: Ensemble, stale: ZooKeeperPort) {
		this.ensemble = ensemble;
		this.stale = stale;
	}

	static async open(extraConfig: Record<string, string> = {}): Promise<Scene> {
		const ensemble = await startEnsemble({ servers: 3, extraConfig });
		return new Scene(ensemble, (await connected(ensemble.connect, '', null, 40_000)).zk);
	}

	/** A purger under /<name>, which has a folder for members. */
	async purger(name: string, latchFolder?: string): Promise<Purger> {
		await createAll(this.stale, `/${name}`, `/${name}/app`, `/${name}/app/members`);
		const purger = await createPurger(this.ensemble.connect, `/${name}`, latchFolder);
		this.#purgers.push(purger);
		await until('the latch is held or waited for', () => purger.latch.state().kind !== 'unknown');
		return purger;
	}

	/** A stale registration, named as the purger of that root sees it. */
	async register(name: string, path: string): Promise<Incarnation> {
		await this.stale.create(`/${name}${path}`, EMPTY, 'ephemeral');
		return { ...(await incarnationOf(this.stale, `/${name}${path}`)), path };
	}

	async close(): Promise<void> {
		for (const { latch, zk } of this.#purgers) {
			await latch.close();
			await zk.close();
		}
		await this.stale.close();
		await this.ensemble.stop();
	}
}

/** Evidence that never notices anything: what keeps a healthy member alive then is the fence alone. */
export function credulous(incarnation: Incarnation, owned: readonly OwnedZnode[] = []): FencedDeleteRequest {
	let count = 0;
	return {
		incarnation,
		dataVersion: 0,
		owned,
		attemptId: randomUUID(),
		decideNow: (turn) => ({
			kind: 'write',
			outbox: bytes(turn.attemptId),
			counters: turn.part === 'registration' ? bytes(`counted ${++count}`) : null,
		}),
		verifyAgain: async () => ({ kind: 'verified' }),
	};
}

export function purge(purger: Purger, request: FencedDeleteRequest) {
	return fencedDelete(purger.deps, request);
}

/** What stands in the purger's way; each is awaited before the real call is made. */
export type Hooks = {
	beforeStat?(path: string): Promise<void>;
	beforeMulti?(ops: readonly ZooKeeperOp[]): Promise<void>;
	/** Another multi in place of this one: to show what each part of the fence is for. */
	rewrite?(ops: readonly ZooKeeperOp[]): readonly ZooKeeperOp[];
	/** Added to each round trip to the leader. */
	readonly slowerMs?: number;
	/** Stands in for the answer: `real` carries the multi out. */
	answer?(real: () => Promise<MultiResult>, ops: readonly ZooKeeperOp[]): Promise<MultiResult>;
	/** Told when a multi has been handed to the client. */
	onSent?(): void;
	onResult?(result: MultiResult): void;
};

/** The same real connection, slowed down at chosen points: as any network may. */
export function hooked(purger: Purger, hooks: Hooks): Purger {
	const { zk } = purger;
	const slow = (connection: ZooKeeperConnection): ZooKeeperConnection => ({
		sessionId: connection.sessionId,
		sync: async () => {
			await systemClock.sleep(hooks.slowerMs ?? 0);
			return { roundTripMs: (await connection.sync()).roundTripMs + (hooks.slowerMs ?? 0) };
		},
		read: (path) => connection.read(path),
		children: (path) => connection.children(path),
		stat: async (path) => {
			await hooks.beforeStat?.(path);
			return connection.stat(path);
		},
		multi: async (ops) => {
			await hooks.beforeMulti?.(ops);
			const real = () => connection.multi(hooks.rewrite?.(ops) ?? ops);
			const answer = hooks.answer === undefined ? real() : hooks.answer(real, ops);
			hooks.onSent?.();
			const result = await answer;
			hooks.onResult?.(result);
			return result;
		},
	});
	const port: ZooKeeperPort = {
		state: () => zk.state(),
		onState: (listener) => zk.onState(listener),
		lastHeardAtMs: () => zk.lastHeardAtMs(),
		stat: (path) => zk.stat(path),
		read: (path) => zk.read(path),
		children: (path) => zk.children(path),
		create: (path, data, mode) => zk.create(path, data, mode),
		set: (path, data, version) => zk.set(path, data, version),
		remove: (path, version) => zk.remove(path, version),
		multi: (ops) => zk.multi(ops),
		onConnection: (work) => zk.onConnection((connection) => work(slow(connection))),
		watchChildren: (path, onListing) => zk.watchChildren(path, onListing),
		watchData: (path, onData) => zk.watchData(path, onData),
		close: () => zk.close(),
	};
	return { ...purger, deps: { ...purger.deps, zk: port } };
}
