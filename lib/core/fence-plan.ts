import {
	type FenceStrength,
	type FenceSurvey,
	type FenceTarget,
	guardPair,
	MULTI_BYTES_MAX,
	MULTI_REMOVALS_MAX,
} from './fence';
import type { ZooKeeperErrorCode, ZooKeeperOp } from './ports';
import type { OutcomeReason } from './purge-plan';

/** What one operation of the multi is for; `path` is what a person must be told when it fails. */
export type FenceMeaning =
	| { readonly kind: 'latch' | 'settings' | 'counters' | 'victim' | 'owned' | 'outbox'; readonly path: string }
	| {
			readonly kind: 'guard';
			/** The ancestor, not the guard's own name. */
			readonly path: string;
			readonly forVictim: boolean;
			readonly forOwned: readonly string[];
	  };

export type FencePlan = {
	readonly kind: 'planned';
	readonly ops: readonly ZooKeeperOp[];
	/** One per operation. */
	readonly meanings: readonly FenceMeaning[];
	readonly strength: FenceStrength;
	/** Paths this multi removes, the victim first. */
	readonly removes: readonly string[];
	/** Upper estimate of the request's size. */
	readonly bytes: number;
};

export type FencePlanInput = {
	readonly survey: Extract<FenceSurvey, { kind: 'ready' }>;
	/** The purger's own latch; its name is unique, and it is ephemeral: gone with the purger's session. */
	readonly latch: { readonly path: string; readonly version: number };
	readonly settings: { readonly path: string; readonly version: number };
	/** `data` null: unchanged, but its version is checked, so that an attempt of unknown outcome can be made void. */
	readonly counters: { readonly path: string; readonly version: number; readonly data: Uint8Array | null };
	/** Folder-and-prefix of the record, e.g. '/rollcall/outbox/e-', and the record. */
	readonly outbox: { readonly path: string; readonly data: Uint8Array };
	/** 16 fresh hex digits. */
	readonly random: string;
};

export type FencePlanRefusal = { readonly kind: 'impossible'; readonly detail: string };

/**
 * The multi, in the order that makes its first failing index tell why: still the purger and still allowed, counted,
 * nothing created since the look, the znodes at the versions looked at, the record. Pure.
 */
export function planFence(input: FencePlanInput): FencePlan | FencePlanRefusal {
	const { survey, latch, settings, counters, outbox } = input;
	const targets = [...(survey.victim === null ? [] : [survey.victim]), ...survey.owned];
	if (targets.length === 0) {
		return { kind: 'impossible', detail: 'nothing to remove: an empty transaction would succeed and say nothing' };
	}
	const steps: { op: ZooKeeperOp; meaning: FenceMeaning }[] = [
		{ op: { kind: 'check', ...latch }, meaning: { kind: 'latch', path: latch.path } },
		{ op: { kind: 'check', ...settings }, meaning: { kind: 'settings', path: settings.path } },
		{ op: countersOp(counters), meaning: { kind: 'counters', path: counters.path } },
	];
	for (const { path, count, forVictim, forOwned } of survey.guards) {
		const meaning: FenceMeaning = { kind: 'guard', path, forVictim, forOwned };
		steps.push(...guardPair(path, count, input.random).map((op) => ({ op, meaning })));
	}
	steps.push(...targets.map((target) => removal(target, target === survey.victim ? 'victim' : 'owned')));
	steps.push({
		op: { kind: 'create', path: outbox.path, data: outbox.data, mode: 'persistent-sequential' },
		meaning: { kind: 'outbox', path: outbox.path },
	});
	const bytes = steps.reduce((sum, step) => sum + sizeOf(step.op), 0);
	if (bytes > MULTI_BYTES_MAX || targets.length > MULTI_REMOVALS_MAX) {
		return {
			kind: 'impossible',
			detail: `${targets.length} znodes in ${bytes} bytes; a multi may hold ${MULTI_REMOVALS_MAX} in ${MULTI_BYTES_MAX}`,
		};
	}
	return {
		kind: 'planned',
		ops: steps.map((step) => step.op),
		meanings: steps.map((step) => step.meaning),
		strength: survey.strength,
		removes: targets.map((target) => target.path),
		bytes,
	};
}

/** What a multi that did nothing means for the attempt. */
export type FenceFailure =
	| { readonly kind: 'refused'; readonly reason: OutcomeReason; readonly path: string }
	| { readonly kind: 'stale'; readonly reason: 'incarnation-changed' | 'data-changed' }
	/** Verify everything again, then retry. */
	| { readonly kind: 'contended'; readonly reason: 'parent-busy' | 'counters-busy'; readonly path: string }
	/** The guard is not permitted here: leave this ancestor out. */
	| { readonly kind: 'unguardable'; readonly path: string }
	/** What the registration's own multi should leave to later ones. */
	| { readonly kind: 'split'; readonly paths: readonly string[]; readonly path: string }
	/** May not be removed by us: it stays. */
	| { readonly kind: 'denied'; readonly path: string }
	| { readonly kind: 'failed'; readonly detail: string };

/** Reads the failing index of a multi. Whatever is not understood fails; nothing here ever means success. Pure. */
export function classifyFailure(plan: FencePlan, index: number, code: ZooKeeperErrorCode): FenceFailure {
	const meaning = plan.meanings[index];
	return meaning === undefined
		? { kind: 'failed', detail: `ZooKeeper failed operation ${index} of ${plan.ops.length} with ${code}` }
		: classifyMeaning(meaning, code);
}

/** The same for the operation itself; never success. Pure. */
export function classifyMeaning(meaning: FenceMeaning, code: ZooKeeperErrorCode): FenceFailure {
	const { path } = meaning;
	if (code === 'quota-exceeded') {
		return { kind: 'refused', reason: 'quota', path };
	}
	const moved = code === 'no-node' || code === 'bad-version';
	switch (meaning.kind) {
		case 'latch':
			return moved ? { kind: 'refused', reason: 'latch-lost', path } : unexpected(meaning, code);
		case 'settings':
			return moved ? { kind: 'refused', reason: 'settings-changed', path } : unexpected(meaning, code);
		case 'counters':
			return code === 'bad-version' ? { kind: 'contended', reason: 'counters-busy', path } : unexpected(meaning, code);
		case 'guard':
			return guardFailure(meaning, code);
		case 'victim':
			return code === 'no-node' || code === 'bad-version'
				? { kind: 'stale', reason: code === 'no-node' ? 'incarnation-changed' : 'data-changed' }
				: unexpected(meaning, code);
		case 'owned':
			if (code === 'no-auth') {
				return { kind: 'denied', path };
			}
			return moved ? { kind: 'split', paths: [path], path } : unexpected(meaning, code);
		case 'outbox':
			return code === 'no-node' ? { kind: 'refused', reason: 'audit-unavailable', path } : unexpected(meaning, code);
	}
}

function guardFailure(meaning: Extract<FenceMeaning, { kind: 'guard' }>, code: ZooKeeperErrorCode): FenceFailure {
	if (code === 'no-auth') {
		return { kind: 'unguardable', path: meaning.path };
	}
	// NO_NODE says only that something was created there: with the victim's czxid unchanged that is no staleness.
	if (code === 'no-node' || code === 'node-exists' || code === 'bad-version' || code === 'not-empty') {
		return meaning.forVictim
			? { kind: 'contended', reason: 'parent-busy', path: meaning.path }
			: { kind: 'split', paths: meaning.forOwned, path: meaning.path };
	}
	return unexpected(meaning, code);
}

function unexpected(meaning: FenceMeaning, code: ZooKeeperErrorCode): FenceFailure {
	if (code === 'no-auth') {
		return { kind: 'refused', reason: 'no-permission', path: meaning.path };
	}
	return { kind: 'failed', detail: `ZooKeeper refused the ${meaning.kind} operation on ${meaning.path} with ${code}` };
}

export function countersOp(counters: FencePlanInput['counters']): ZooKeeperOp {
	return counters.data === null
		? { kind: 'check', path: counters.path, version: counters.version }
		: { kind: 'set', path: counters.path, data: counters.data, version: counters.version };
}

function removal(target: FenceTarget, kind: 'victim' | 'owned'): { op: ZooKeeperOp; meaning: FenceMeaning } {
	return {
		op: { kind: 'delete', path: target.path, version: target.stat.version },
		meaning: { kind, path: target.path },
	};
}

/** Upper estimate of an operation's part in a request, bytes: path, ACL, version, header and lengths. */
export function sizeOf(op: ZooKeeperOp): number {
	return op.path.length * 3 + 128 + ('data' in op ? op.data.byteLength : 0);
}
