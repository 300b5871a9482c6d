import { numberFact } from './facts';
import { countBlocking, type GuardLine, type PlannedMemberView, toGuardLines } from './guard-lines';

export type PurgeTarget = { readonly path: string; readonly czxid: string; readonly id: string };

export type PurgeForm = {
	readonly reason: string;
	/** The member's id, or for several their number, as typed. */
	readonly confirm: string;
	/** An administrator lets an unreachable member's missing proof be replaced. */
	readonly override: boolean;
	/** By how many members an administrator lets the blast radius be exceeded, as typed. */
	readonly approval: string;
};

export const EMPTY_FORM: PurgeForm = { reason: '', confirm: '', override: false, approval: '' };

/** A dry run older than this is not shown as the present and lets nothing through, ms. Runs come about every second. */
export const PLAN_AGE_MS_MAX = 4_000;

/** Why the button is dead; the dialog shows a sentence for each. Ordered: what cannot be mended by typing comes first. */
export type Block =
	| { readonly code: 'role' }
	/** What is on the page is old, and with it what made somebody open the dialog. */
	| { readonly code: 'stale' }
	| { readonly code: 'plan-missing' }
	| { readonly code: 'plan-old' }
	| { readonly code: 'incarnation-gone'; readonly ids: readonly string[] }
	| { readonly code: 'guards'; readonly failing: number; readonly unknown: number }
	| { readonly code: 'reason-missing' }
	| { readonly code: 'confirm-mismatch'; readonly expected: string };

export type ReadinessInput = {
	readonly role: 'viewer' | 'operator' | 'admin';
	readonly targets: readonly PurgeTarget[];
	/** Members of the newest dry run that was made with exactly this form's override and approval; null before it. */
	readonly plan: readonly PlannedMemberView[] | null;
	readonly planAgeMs: number;
	/** The live stream of the cluster is broken. */
	readonly stale: boolean;
	readonly form: PurgeForm;
};

/** What has to be typed: the one member's id, or how many there are. */
export function expectedConfirm(targets: readonly PurgeTarget[]): string {
	const only = targets.length === 1 ? targets[0] : undefined;
	return only === undefined ? String(targets.length) : only.id;
}

/** Members beyond the blast radius, as the guard counts them; null while it is within the limit or cannot be counted. */
export function toExcess(lines: readonly GuardLine[]): number | null {
	const radius = lines.find((line) => line.guard === 'blast-radius');
	if (radius === undefined || (radius.code !== 'radius-exceeded' && radius.code !== 'radius-approved')) {
		return null;
	}
	const [used, allowed] = [numberFact(radius.facts, 'used'), numberFact(radius.facts, 'allowed')];
	return used === null || allowed === null || used <= allowed ? null : used - allowed;
}

/** The approved number, or null unless exactly the present excess was typed: one approved earlier does not cover more. */
export function parseApproval(text: string, excess: number | null): number | null {
	return excess !== null && text.trim() === String(excess) ? excess : null;
}

/** Ids of the targets that the dry run no longer finds as the same incarnation. */
export function missingTargets(targets: readonly PurgeTarget[], plan: readonly PlannedMemberView[]): string[] {
	// The server names one that is gone too, with the verdict `left`.
	const there = new Set(plan.filter(({ verdict }) => verdict !== 'left').map(({ path, czxid }) => `${czxid} ${path}`));
	return targets.filter(({ path, czxid }) => !there.has(`${czxid} ${path}`)).map((target) => target.id);
}

/** A second administrator's approval is missing and nothing else: what is sent then asks for it. */
export function isAwaitingSecond(line: Pick<GuardLine, 'guard' | 'code'>): boolean {
	return line.guard === 'second-person' && line.code === 'second-person-needed';
}

/** Null when the purge may be sent; the server checks everything again. */
export function decideBlock(input: ReadinessInput): Block | null {
	const { targets, plan, form } = input;
	if (input.role === 'viewer') {
		return { code: 'role' };
	}
	if (input.stale) {
		return { code: 'stale' };
	}
	if (plan === null) {
		return { code: 'plan-missing' };
	}
	if (input.planAgeMs > PLAN_AGE_MS_MAX) {
		return { code: 'plan-old' };
	}
	const gone = missingTargets(targets, plan);
	if (gone.length > 0) {
		return { code: 'incarnation-gone', ids: gone };
	}
	const { failing, unknown } = countBlocking(toGuardLines(plan).filter((line) => !isAwaitingSecond(line)));
	if (failing + unknown > 0) {
		return { code: 'guards', failing, unknown };
	}
	// A member without any guard that passed has been permitted by nothing.
	if (plan.some((member) => !member.guards.some((check) => check.result === 'pass'))) {
		return { code: 'guards', failing: 0, unknown: 1 };
	}
	if (form.reason.trim() === '') {
		return { code: 'reason-missing' };
	}
	const expected = expectedConfirm(targets);
	return form.confirm.trim() === expected.trim() ? null : { code: 'confirm-mismatch', expected };
}
