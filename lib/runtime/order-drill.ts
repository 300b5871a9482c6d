import { randomUUID } from 'node:crypto';
import type { Actor } from '@/lib/core/audit-entry';
import type { DrillOrder, DrillPurge } from '@/lib/core/drill';
import type { DrillRefusal } from '@/lib/core/drill-refusals';
import { toHex } from '@/lib/core/ids';
import { toJson } from '@/lib/core/json';
import type { MultiResult, ZooKeeperConnection, ZooKeeperOp } from '@/lib/core/ports';
import { encodeOutboxEntry } from './drain-outbox';
import { type DrillGround, isZooKeeperError, judgeNow, toDrillDraft } from './drill-ground';
import { standingOf } from './drill-opt-ins';
import { parseDrillOrder, parseOptIn, toDrillOrderData, toOptInData, toOptInName } from './drill-znodes';
import { ensure } from './prepare-root';
import { readSettings } from './read-settings';
import type { RollEntry } from './roll';

const ATTEMPTS_MAX = 5;
/** How long is looked for what became of an order whose answer was lost. */
const RESOLVE_MS_MAX = 30_000;
const RESOLVE_LOOK_MS = 250;

export type DrillWish = {
	readonly path: string;
	readonly czxid: string;
	readonly by: string;
	readonly reason: string;
	readonly scheduled: boolean;
	readonly purge: DrillPurge | null;
};

export type Ordered =
	| { readonly kind: 'ordered'; readonly order: DrillOrder }
	| { readonly kind: 'refused'; readonly refusals: readonly DrillRefusal[]; readonly detail: string }
	/** `detail` is for people. Where an order may have been written after all, it says so. */
	| { readonly kind: 'failed'; readonly detail: string };

export type OrderDeps = DrillGround & {
	readonly isRunning: () => boolean;
	/** Called in the turn in which the order is sent, with this console's monotonic time. */
	readonly onSending: (order: DrillOrder, atMs: number) => void;
};

/**
 * Orders a member to kill itself: its own opt-in gets the order in the same transaction that takes the cluster's one place
 * for a drill and writes the record. What has not opted in is never written to. Everything is read on one connection and
 * judged in the turn of the write; what changed meanwhile is judged again. Never rejects for what ZooKeeper says.
 */
export async function orderDrill(deps: OrderDeps, wish: DrillWish, actor: Actor): Promise<Ordered> {
	let detail = '';
	try {
		await ensure(deps.zk, deps.paths.runs, new Uint8Array());
		for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
			const tried = await deps.zk.onConnection((connection) => tryOnce(deps, wish, actor, connection));
			if (tried.kind === 'sent') {
				return await afterUnknown(deps, tried.order, tried.lost);
			}
			if (tried.kind !== 'again') {
				return tried;
			}
			detail = tried.detail;
		}
	} catch (error) {
		// Only reads reject: whatever goes wrong with the write itself is 'sent'.
		if (!isZooKeeperError(error)) {
			throw error;
		}
		return { kind: 'failed', detail: error.message };
	}
	return { kind: 'refused', refusals: ['changed-meanwhile'], detail };
}

type Tried =
	| Ordered
	| { readonly kind: 'again'; readonly detail: string }
	| { readonly kind: 'sent'; readonly order: DrillOrder; readonly lost: string };

const refused = (refusal: DrillRefusal, detail: string): Tried => ({ kind: 'refused', refusals: [refusal], detail });

async function tryOnce(
	deps: OrderDeps,
	wish: DrillWish,
	actor: Actor,
	connection: ZooKeeperConnection,
): Promise<Tried> {
	const { paths } = deps;
	const name = toOptInName(wish.path);
	if (name === null) {
		return refused('not-opted-in', 'no opt-in can be named after this path');
	}
	await connection.sync();
	const settings = await connection.read(deps.settingsPath);
	const registration = await connection.stat(wish.path);
	const running = await connection.stat(paths.running);
	const optInPath = `${paths.optIns}/${name}`;
	const optIn = await connection.read(optInPath);

	// One synchronous turn from here to the write.
	const entry = deps.roll.entries.get(wish.path);
	if (entry === undefined || registration === null) {
		return refused('not-registered', 'nobody is registered at this path');
	}
	const { incarnation } = entry.registration;
	if (
		toHex(incarnation.czxid) !== wish.czxid ||
		registration.czxid !== incarnation.czxid ||
		registration.ephemeralOwner !== incarnation.ephemeralOwner
	) {
		return refused('incarnation-changed', 'another incarnation is registered there by now');
	}
	const document = optIn === null ? null : parseOptIn(optIn.data);
	const found =
		optIn !== null && document?.path === wish.path
			? { optIn: document, ephemeralOwner: optIn.stat.ephemeralOwner }
			: undefined;
	const refusals = judgeNow(deps, entry, {
		optIn: standingOf(found, incarnation),
		purge: wish.purge,
		isRunning: running !== null,
		settings: settings === null ? null : readSettings(settings.data),
	});
	if (refusals.length > 0 || optIn === null || found === undefined || settings === null) {
		return { kind: 'refused', refusals, detail: refusals.join(', ') };
	}
	const order = toOrder(deps, entry, wish, found.optIn.replaced);
	const command = { drillId: order.drillId, by: order.by, orderedAt: new Date(order.orderedAtMs).toISOString() };
	const record = toDrillDraft(deps, {
		key: order.drillId,
		actor,
		action: 'drill.start',
		outcome: 'ordered',
		order,
		detail: toJson(order),
	});
	const create = (path: string, data: Uint8Array, mode: 'persistent' | 'ephemeral' | 'persistent-sequential') =>
		({ kind: 'create', path, data, mode }) as const;
	const ops: ZooKeeperOp[] = [
		{ kind: 'check', path: deps.settingsPath, version: settings.stat.version },
		{
			kind: 'set',
			path: optInPath,
			data: toOptInData({ ...found.optIn, order: command }),
			version: optIn.stat.version,
		},
		create(paths.running, toDrillOrderData(order), 'persistent'),
		create(paths.runner(order.drillId), Buffer.from(deps.observer), 'ephemeral'),
		create(`${deps.outboxPath}/e-`, encodeOutboxEntry(record), 'persistent-sequential'),
	];
	deps.onSending(order, deps.clock.nowMs());
	return afterWrite(await send(connection, ops), order);
}

/** Whatever goes wrong once it may have been sent is an unknown outcome, never a failure. */
async function send(connection: ZooKeeperConnection, ops: readonly ZooKeeperOp[]): Promise<MultiResult> {
	try {
		return await connection.multi(ops);
	} catch (error) {
		return { kind: 'unknown', detail: error instanceof Error ? error.message : String(error) };
	}
}

function afterWrite(result: MultiResult, order: DrillOrder): Tried {
	switch (result.kind) {
		case 'committed':
			return { kind: 'ordered', order };
		case 'unknown':
			return { kind: 'sent', order, lost: result.detail };
		case 'failed':
			if (result.index === 2 && result.code === 'node-exists') {
				return refused('drill-running', 'another drill was ordered at the same time');
			}
			return result.code === 'bad-version' || result.code === 'no-node'
				? { kind: 'again', detail: 'settings or opt-in changed at the same time: try again' }
				: { kind: 'failed', detail: `ZooKeeper answered ${result.code} to part ${result.index} of the order` };
	}
}

/** The order's own znode tells whether it was written. */
async function afterUnknown(deps: OrderDeps, order: DrillOrder, lost: string): Promise<Ordered> {
	const untilMs = deps.clock.nowMs() + RESOLVE_MS_MAX;
	while (deps.clock.nowMs() < untilMs) {
		await deps.clock.sleep(RESOLVE_LOOK_MS);
		try {
			const value = await deps.zk.onConnection(async (connection) => {
				await connection.sync();
				return connection.read(deps.paths.running);
			});
			if (value !== null && parseDrillOrder(value.data)?.drillId === order.drillId) {
				return { kind: 'ordered', order };
			}
			if ((await deps.audit.byKey(order.drillId)) !== null) {
				return { kind: 'ordered', order };
			}
		} catch (error) {
			if (!isZooKeeperError(error)) {
				throw error;
			}
		}
	}
	return {
		kind: 'failed',
		detail: `${lost}; whether the order was written shows on this page, once ZooKeeper answers`,
	};
}

function toOrder({ clock }: DrillGround, entry: RollEntry, wish: DrillWish, replaced: boolean): DrillOrder {
	const { registration, state } = entry;
	return {
		drillId: randomUUID(),
		path: wish.path,
		czxid: wish.czxid,
		id: registration.id,
		group: registration.group,
		by: wish.by,
		reason: wish.reason,
		scheduled: wish.scheduled,
		purge: wish.purge ?? 'automatic',
		orderedAtMs: Math.round(clock.wallMs()),
		sessionTimeoutMs: state.session.timeoutMs,
		replaced,
	};
}
