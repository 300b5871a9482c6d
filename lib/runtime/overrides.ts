import { randomUUID } from 'node:crypto';
import { guardsPass } from '../core/guards';
import { parseHexId, toHex } from '../core/ids';
import type { OverrideApproval, OverridesView } from '../core/override-view';
import type { AuditPort, Clock, Identity, LatchState, ZooKeeperPort } from '../core/ports';
import type { OutcomeReason } from '../core/purge-plan';
import type { OutcomesView } from '../core/purge-view';
import {
	type CarriedRequest,
	decideSecondPerson,
	isExpired,
	isPerson,
	OVERRIDE_BOUNDS,
	type PendingOverride,
} from '../core/second-person';
import { clearOverrides } from './clear-overrides';
import { isZooKeeperError } from './fenced-multi';
import { type OverrideDeed, toOverrideDraft } from './override-drafts';
import { FORBIDDEN, formallyWrong, isMine, toRequest, toView } from './override-request';
import { type FoundOverride, openOverrideStore } from './override-store';
import { parseOverrideId } from './override-znodes';

/** Several pages that ask at once are answered by one reading. */
const SHARED_MS = 500;

type Outcome = OutcomesView['outcomes'][number];

export type OverridesDeps = {
	readonly cluster: string;
	readonly observer: string;
	readonly zk: ZooKeeperPort;
	readonly clock: Clock;
	readonly audit: AuditPort;
	readonly paths: { readonly overrides: string; readonly outbox: string };
	readonly latch: () => LatchState;
	/** The policy here demands a second person. */
	readonly secondPerson: () => boolean;
	/** Carries a purge out under all guards, here or where the latch is held, with the approval that it is given. */
	readonly purge: (request: CarriedRequest, identity: Identity) => Promise<OutcomesView>;
	/** The member's outcome where the purge was not even begun, recorded. */
	readonly conclude: (
		request: CarriedRequest,
		identity: Identity,
		told: { readonly reason: OutcomeReason; readonly kind: 'refused' | 'failed'; readonly detail?: string },
	) => Promise<OutcomesView>;
	/** The id of the member that is registered there as this incarnation; null: none is. */
	readonly idOf: (member: { readonly path: string; readonly czxid: string }) => string | null;
	readonly onFault: (error: unknown) => void;
};

export type ApproveResult =
	| { readonly kind: 'told'; readonly outcomes: OutcomesView }
	| { readonly kind: 'unknown' | 'forbidden' | 'unavailable'; readonly detail: string };

export type WithdrawResult =
	| { readonly kind: 'withdrawn' }
	| { readonly kind: 'unknown' | 'forbidden' | 'unavailable'; readonly detail: string };

export type Overrides = {
	/** As ZooKeeper has them; never rejects for what it says. */
	view(identity: Identity): Promise<OverridesView>;
	/** Keeps what the outcomes say waits for a second person, and names it in them. */
	keepWaiting(request: CarriedRequest, identity: Identity, outcomes: OutcomesView): Promise<OutcomesView>;
	/** Rejects when a refusal cannot be recorded; nothing was done then. */
	approve(id: string, approval: OverrideApproval, identity: Identity): Promise<ApproveResult>;
	withdraw(id: string, identity: Identity): Promise<WithdrawResult>;
	close(): Promise<void>;
};

const GONE = 'it was approved, withdrawn or has expired: it waits no longer';

/** What becomes of overrides that need a second administrator: kept, shown, approved once, withdrawn, expired. */
export function keepOverrides(deps: OverridesDeps): Overrides {
	const { clock, audit } = deps;
	const store = openOverrideStore(deps);
	const clearing = clearOverrides({ ...deps, store });
	let shared: { readonly atMs: number; readonly all: Promise<FoundOverride[]> } | null = null;

	function readShared(): Promise<FoundOverride[]> {
		const nowMs = clock.nowMs();
		if (shared === null || nowMs - shared.atMs > SHARED_MS) {
			shared = { atMs: nowMs, all: store.all() };
		}
		return shared.all;
	}

	function toDraft(deed: OverrideDeed) {
		return toOverrideDraft(deps, deed);
	}

	/** The one that waits under this id; else why there is none, recorded. */
	async function findWaiting(
		text: string,
		action: OverrideDeed['action'],
		identity: Identity,
	): Promise<
		| { readonly kind: 'found'; readonly found: FoundOverride; readonly override: PendingOverride }
		| { readonly kind: 'unknown' | 'unavailable'; readonly detail: string }
	> {
		const id = parseOverrideId(text);
		let found: FoundOverride | null = null;
		let nowMs = 0;
		try {
			found = id === null ? null : await store.find(id);
			// By ZooKeeper's clock, which stamped it: consoles may differ by more than it lives.
			nowMs = found === null ? 0 : await store.nowMs();
		} catch (error) {
			if (isZooKeeperError(error)) {
				return { kind: 'unavailable', detail: error.message };
			}
			throw error;
		}
		if (found?.override && !isExpired(found.stat.ctimeMs, nowMs) && !clearing.isOld(found.name)) {
			return { kind: 'found', found, override: found.override };
		}
		const override = found?.override ?? null;
		const more = { why: override ? 'expired' : 'unknown', id: text.slice(0, 100) };
		const { actor } = identity;
		await audit.append(toDraft({ action, actor, outcome: 'refused', reason: 'override-unknown', override, more }));
		return { kind: 'unknown', detail: GONE };
	}

	/** One outcome that waits for a second person, with the id under which it does. */
	async function keepOne(request: CarriedRequest, { actor, role }: Identity, outcome: Outcome): Promise<Outcome> {
		const override: PendingOverride = {
			id: randomUUID(),
			path: outcome.path,
			czxid: toHex(parseHexId(outcome.czxid) ?? 0n),
			memberId: outcome.id,
			requester: actor,
			role,
			reason: request.reason?.trim() ?? '',
			requestedAtMs: Math.round(clock.wallMs()),
		};
		const draft = toDraft({ action: 'override.request', actor, outcome: 'ok', reason: override.reason, override });
		const added = await store.add(override, draft);
		switch (added.kind) {
			case 'pending': {
				const detail = `it waits for a second administrator as override ${added.id}`;
				return { ...outcome, detail, overrideId: added.id };
			}
			case 'full': {
				const detail = `${OVERRIDE_BOUNDS.pendingMax} overrides wait for a second administrator already`;
				return { ...outcome, reason: 'overrides-full', detail };
			}
			case 'failed':
				return { ...outcome, outcome: 'failed', reason: 'connection', detail: added.detail };
		}
	}

	/** Why this person's approval does not count, recorded; null when it does. The purge asks it again. */
	async function forbids(override: PendingOverride, { actor, role }: Identity): Promise<string | null> {
		const incarnation = { path: override.path, czxid: parseHexId(override.czxid) ?? 0n };
		const check = decideSecondPerson({ incarnation, asker: actor, role, approved: override });
		if (guardsPass([check])) {
			return null;
		}
		const more = { why: check.code };
		await audit.append(
			toDraft({ action: 'override.approve', actor, outcome: 'refused', reason: 'forbidden', override, more }),
		);
		return FORBIDDEN[check.code] ?? check.code;
	}

	/**
	 * It is claimed, by removing it at the version that was read, before the purge and not in the purge's own multi: so that
	 * it is used up whatever comes of the purge, that two who approve at once do not both set one going, and that a batch,
	 * its retries and a console that goes on for another need no znode more to agree on. A console that dies between the
	 * two leaves nothing purged and nothing pending: it is asked for anew.
	 */
	async function claimAndPurge(
		found: FoundOverride,
		request: CarriedRequest,
		identity: Identity,
	): Promise<ApproveResult> {
		const { actor } = identity;
		const { override } = found;
		const deed = { action: 'override.approve', actor, override } as const;
		const claimed = await store.remove(found, toDraft({ ...deed, outcome: 'ok', reason: request.reason ?? null }));
		shared = null;
		switch (claimed.kind) {
			case 'removed':
				return { kind: 'told', outcomes: await deps.purge(request, identity) };
			case 'gone':
				await audit.append(toDraft({ ...deed, outcome: 'refused', reason: 'override-unknown' }));
				return { kind: 'unknown', detail: GONE };
			case 'failed': {
				const told = { kind: 'failed', reason: 'connection', detail: claimed.detail } as const;
				return { kind: 'told', outcomes: await deps.conclude(request, identity, told) };
			}
		}
	}

	return {
		async view(identity) {
			const secondPerson = deps.secondPerson();
			try {
				const all = await readShared();
				const waiting = all.filter(
					({ name, stat }) => !isExpired(stat.ctimeMs, clock.wallMs()) && !clearing.isOld(name),
				);
				const overrides = waiting.flatMap(({ stat, override }) => (override ? toView(override, stat, identity) : []));
				overrides.sort((one, other) => one.expiresAtMs - other.expiresAtMs);
				return { secondPerson, known: true, overrides };
			} catch (error) {
				if (isZooKeeperError(error)) {
					return { secondPerson, known: false, overrides: [] };
				}
				throw error;
			}
		},

		async keepWaiting(request, identity, { outcomes }) {
			const told: Outcome[] = [];
			const mayWait = request.override === true && request.approved === undefined && isPerson(identity.actor);
			for (const outcome of outcomes) {
				const waits = mayWait && outcome.reason === 'second-person-needed';
				// One after the other: each is added on what the one before has left.
				told.push(waits ? await keepOne(request, identity, outcome) : outcome);
			}
			shared = null;
			return { outcomes: told };
		},

		async approve(text, approval, identity) {
			const waiting = await findWaiting(text, 'override.approve', identity);
			if (waiting.kind !== 'found') {
				return waiting;
			}
			const { found, override } = waiting;
			const forbidden = await forbids(override, identity);
			if (forbidden !== null) {
				return { kind: 'forbidden', detail: forbidden };
			}
			const request = toRequest(override, approval);
			const formal = formallyWrong(request, deps.idOf(override) ?? override.memberId);
			return formal === null
				? claimAndPurge(found, request, identity)
				: { kind: 'told', outcomes: await deps.conclude(request, identity, { kind: 'refused', reason: formal }) };
		},

		async withdraw(text, identity) {
			const waiting = await findWaiting(text, 'override.withdraw', identity);
			if (waiting.kind !== 'found') {
				return waiting;
			}
			const { found, override } = waiting;
			const { actor } = identity;
			const deed = { action: 'override.withdraw', actor, override } as const;
			if (identity.role !== 'admin' && !isMine(override, identity)) {
				await audit.append(toDraft({ ...deed, outcome: 'refused', reason: 'forbidden' }));
				return { kind: 'forbidden', detail: 'only an administrator, or whoever asked for it, may withdraw it' };
			}
			const removed = await store.remove(found, toDraft({ ...deed, outcome: 'ok', reason: null }));
			shared = null;
			switch (removed.kind) {
				case 'removed':
					return { kind: 'withdrawn' };
				case 'gone':
					await audit.append(toDraft({ ...deed, outcome: 'refused', reason: 'override-unknown' }));
					return { kind: 'unknown', detail: GONE };
				case 'failed':
					return { kind: 'unavailable', detail: removed.detail };
			}
		},

		close: clearing.close,
	};
}
