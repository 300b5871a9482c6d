import { ArchivedKeyError } from '../core/audit-archive';
import type { AuditEntry } from '../core/audit-entry';
import type { AuditPort, Clock } from '../core/ports';
import { isTold, type PauseCause, type Webhook, type WebhookTrouble } from '../core/webhook';
import { deliveryId, toPayload } from '../core/webhook-payload';
import type { Attempt, FollowPort, SendWebhook, WebhookStore } from '../core/webhook-port';
import { isGivenUp, retryDelayMs } from '../core/webhook-retry';
import { toPauseDraft } from './webhook-draft';
import type { Follower } from './webhook-follower';

export type TurnDeps = {
	readonly log: FollowPort;
	readonly store: Pick<WebhookStore, 'secret'>;
	readonly send: SendWebhook;
	readonly audit: Pick<AuditPort, 'append'>;
	readonly clock: Clock;
	/** 0 … 1. */
	readonly random: () => number;
	/** The console's name, under which it records a pause. */
	readonly observer: string;
	readonly baseUrl: string | null;
	readonly stop: AbortSignal;
	/** Whether this console may begin a delivery now. */
	readonly mayDeliver: () => boolean;
	readonly onProblem: (message: string, detail: Readonly<Record<string, unknown>>) => void;
};

/**
 * Delivers the next few entries of one webhook, one after the other; ends with the first that fails. Afterwards `settled` is
 * past what was delivered, `unsaved` holds what came of it, and after a failure `notBeforeMs` says when to try again. Rejects
 * as the database does.
 */
export async function takeTurn(follower: Follower, deps: TurnDeps): Promise<void> {
	const { webhook } = follower;
	const secret = await deps.store.secret(webhook.id);
	if (secret === null) {
		return;
	}
	const { entries, reached } = await deps.log.next(webhook.filter, follower.settled);
	for (const entry of entries.filter((each) => isTold(webhook, each))) {
		if (deps.stop.aborted || !deps.mayDeliver() || follower.webhook.revision !== webhook.revision) {
			return;
		}
		const message = { id: deliveryId(entry), body: JSON.stringify(toPayload(entry, deps.baseUrl)) };
		const attempt = await deps.send({ url: webhook.url, secret }, message, deps.stop);
		if (deps.stop.aborted && attempt.problem !== null) {
			return;
		}
		if (attempt.problem !== null) {
			return failed(follower, webhook, attempt, deps);
		}
		delivered(follower, webhook, entry, deps.clock);
	}
	if (follower.webhook.revision === webhook.revision) {
		follower.settled = Math.max(follower.settled, reached);
		follower.isPending = false;
	}
}

function delivered(follower: Follower, { id, revision }: Webhook, { sequence }: AuditEntry, clock: Clock): void {
	const lastDeliveredAtMs = Math.round(clock.wallMs());
	follower.failedAtMs = null;
	follower.settled = Math.max(follower.settled, sequence);
	follower.unsaved = { id, revision, settled: sequence, trouble: null, lastDeliveredAtMs, pausedFor: null };
}

async function failed(follower: Follower, webhook: Webhook, attempt: Attempt, deps: TurnDeps): Promise<void> {
	if (follower.webhook.revision !== webhook.revision) {
		return;
	}
	const { clock } = deps;
	const nowMs = clock.nowMs();
	const trouble = addFailure(follower, attempt, { nowMs, wallMs: Math.round(clock.wallMs()) });
	const cause = pauseCause(trouble);
	const isPaused = cause !== null && (await isRecorded(deps, webhook, trouble, cause));
	follower.failedAtMs = nowMs;
	follower.notBeforeMs = nowMs + retryDelayMs(trouble.attempts, deps.random(), attempt.retryAfterMs);
	follower.unsaved = {
		id: webhook.id,
		revision: webhook.revision,
		settled: follower.settled,
		trouble,
		lastDeliveredAtMs: follower.unsaved?.lastDeliveredAtMs ?? webhook.lastDeliveredAtMs,
		pausedFor: isPaused ? { cause, atMs: Math.round(clock.wallMs()) } : null,
	};
}

/** Time counts between the failures of one console alone: no clock of another is asked, and none that was set. */
function addFailure(
	{ webhook, unsaved, failedAtMs }: Follower,
	{ problem }: Attempt,
	{ nowMs, wallMs }: { nowMs: number; wallMs: number },
): WebhookTrouble {
	const before = unsaved === null ? webhook.trouble : unsaved.trouble;
	return {
		attempts: (before?.attempts ?? 0) + 1,
		failingMs: (before?.failingMs ?? 0) + (failedAtMs === null ? 0 : Math.round(nowMs - failedAtMs)),
		sinceAtMs: before?.sinceAtMs ?? wallMs,
		problem: problem ?? { code: 'connection-failed', detail: 'no answer' },
	};
}

function pauseCause({ problem, failingMs }: WebhookTrouble): Exclude<PauseCause, 'person'> | null {
	if (problem.code === 'gone') {
		return 'gone';
	}
	return isGivenUp(failingMs) ? 'failing' : null;
}

/** Recorded before it is done: where it cannot be, it is tried again like anything else that failed. */
async function isRecorded(
	deps: TurnDeps,
	webhook: Webhook,
	trouble: WebhookTrouble,
	cause: Exclude<PauseCause, 'person'>,
): Promise<boolean> {
	try {
		await deps.audit.append(toPauseDraft(deps, webhook, trouble, cause));
		return true;
	} catch (error) {
		deps.onProblem('the pause of a webhook cannot be recorded, and is not made', {
			webhook: webhook.id,
			error: String(error),
		});
		// Recorded long ago, and in an archive file by now.
		return error instanceof ArchivedKeyError;
	}
}
