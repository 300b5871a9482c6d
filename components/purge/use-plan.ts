'use client';

import { useEffect, useState } from 'react';
import type { PlannedMemberView } from './guard-lines';
import { fetchPlan } from './purge-client';
import type { PurgeTarget } from './readiness';

/** Pause between two dry runs; they never overlap. */
const EVERY_MS = 1_000;
/** After 'too many requests'. */
const EVERY_MS_HELD_BACK = 4_000;

export type Consent = { readonly override: boolean; readonly approval: number | null };

export type PlanState = {
	/** Members of the newest dry run; null before the first. */
	readonly plan: readonly PlannedMemberView[] | null;
	/** It was made with the consent that the form shows now. */
	readonly current: boolean;
	/** Date.now() of its answer. */
	readonly receivedAtMs: number;
	/** What is wrong with asking; null when the newest dry run answered. */
	readonly trouble: { readonly kind: 'unanswered' } | { readonly kind: 'refused'; readonly detail: string } | null;
};

type Held = PlanState & { readonly consentKey: string };

const NOTHING: Held = { plan: null, current: false, receivedAtMs: 0, trouble: null, consentKey: '' };

/**
 * Dry-runs the purge again and again while `enabled`, one request at a time. A refusal (signed out, forbidden, unknown)
 * ends it, since each is recorded in the audit log and repeating it would change nothing.
 */
export function usePlan(
	cluster: string,
	targets: readonly PurgeTarget[],
	consent: Consent,
	enabled: boolean,
): PlanState {
	const [held, setHeld] = useState<Held>(NOTHING);
	const membersKey = JSON.stringify(targets.map(({ path, czxid }) => ({ path, czxid })));
	const consentKey = JSON.stringify(consent);
	useEffect(() => {
		if (!enabled) {
			return;
		}
		const ending = new AbortController();
		let timer: ReturnType<typeof setTimeout> | undefined;
		const request = {
			members: JSON.parse(membersKey) as { path: string; czxid: string }[],
			...toRequest(JSON.parse(consentKey) as Consent),
		};
		const run = async (): Promise<void> => {
			const answer = await fetchPlan(cluster, request, ending.signal);
			if (ending.signal.aborted) {
				return;
			}
			if (answer.kind === 'ok') {
				const plan = answer.value.plan.members;
				setHeld({ plan, current: true, receivedAtMs: Date.now(), trouble: null, consentKey });
			} else {
				const trouble =
					answer.kind === 'refused'
						? { kind: 'refused' as const, detail: answer.detail }
						: { kind: 'unanswered' as const };
				setHeld((before) => ({ ...before, trouble }));
			}
			if (answer.kind !== 'refused') {
				timer = setTimeout(run, EVERY_MS);
			} else if (answer.status === 429) {
				timer = setTimeout(run, EVERY_MS_HELD_BACK);
			}
		};
		void run();
		return () => {
			ending.abort();
			clearTimeout(timer);
		};
	}, [cluster, membersKey, consentKey, enabled]);
	return { ...held, current: held.plan !== null && held.consentKey === consentKey };
}

/** Only what was consented to is named: the server refuses either from anybody but an administrator. */
export function toRequest(consent: Consent): { override?: true; approval?: { members: number } } {
	return {
		...(consent.override ? { override: true as const } : {}),
		...(consent.approval === null ? {} : { approval: { members: consent.approval } }),
	};
}
