import { randomUUID } from 'node:crypto';
import type { Actor } from '@/lib/core/audit-entry';
import type { Identity } from '@/lib/core/ports';
import { createTokenBuckets } from '@/lib/core/token-buckets';
import type { Rollcall } from '@/lib/runtime/rollcall';
import { edgeClock } from './clock';
import type { ProblemCode, ProblemError } from './problem';

/** What counts as a refusal: a deed that was well asked for and not done (a malformed request or a wrong address is none). */
const REFUSALS: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
	'sign-in-needed',
	'forbidden',
	'origin-foreign',
	'too-many-requests',
	'member-unknown',
	'override-unknown',
	'archive-unknown',
	'webhook-unknown',
	'webhook-changed',
	'webhooks-full',
	'archive-out-of-order',
	'archive-differs',
	'settings-unavailable',
	'overrides-unavailable',
]);

/**
 * Somebody signed in is recorded in bursts of 30, then one every 2 s; all strangers together in bursts of 30, then one
 * every 10 s, so that nobody can flood the log. What was left out is counted in the next entry.
 */
const ofPeople = createTokenBuckets({ capacity: 30, refillPerSecond: 0.5, keysMax: 10_000 });
const ofStrangers = createTokenBuckets({ capacity: 30, refillPerSecond: 0.1, keysMax: 1 });
let leftOut = 0;

/** Records that a state-changing request was refused. Rejects when the log cannot be written. */
export async function recordRefusal(
	running: Rollcall,
	asked: { request: Request; identity: Identity | null; sourceAddress: string | null; cluster: string | null },
	refusal: ProblemError,
): Promise<void> {
	if (!REFUSALS.has(refusal.code)) {
		return;
	}
	const actor: Actor = asked.identity?.actor ?? {
		kind: 'system',
		name: 'stranger',
		role: null,
		sourceAddress: asked.sourceAddress,
	};
	const buckets = asked.identity === null ? ofStrangers : ofPeople;
	const key = asked.identity === null ? 'stranger' : `${actor.kind}:${actor.name}`;
	if (!buckets.take(key, edgeClock.nowMs()).taken) {
		leftOut += 1;
		return;
	}
	const counted = leftOut;
	leftOut = 0;
	await running.audit.append({
		key: randomUUID(),
		atMs: edgeClock.wallMs(),
		actor,
		action: 'request.refused',
		outcome: 'refused',
		cluster: asked.cluster?.slice(0, 100) ?? null,
		member: null,
		memberId: null,
		czxid: null,
		reason: refusal.code,
		zxid: null,
		detail: {
			method: asked.request.method,
			path: new URL(asked.request.url).pathname.slice(0, 500),
			detail: refusal.message.slice(0, 500),
			leftOutBefore: counted,
		},
	});
}
