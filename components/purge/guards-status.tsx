'use client';

import { useMessages } from '@/components/messages/use-messages';
import { countBlocking, type GuardLine } from './guard-lines';
import { PLAN_AGE_MS_MAX } from './readiness';
import type { PlanState } from './use-plan';
import { useThrottledText } from './use-throttled-text';

/** A screen reader hears a change of the guards at most this often. */
const SAID_EVERY_MS = 4_000;

/** How fresh the guards are, and what is wrong with asking; changes of the result are announced politely. */
export function GuardsStatus({
	state,
	lines,
	ageMs,
}: {
	state: PlanState;
	lines: readonly GuardLine[];
	ageMs: number;
}) {
	const { t } = useMessages();
	const said = useThrottledText(useAnnouncement(state, lines), SAID_EVERY_MS);
	const old = state.plan !== null && ageMs > PLAN_AGE_MS_MAX;
	return (
		<>
			<div className="mt-2 text-small text-ink3">
				{state.trouble?.kind === 'unanswered' && <p className="text-dead-ink">{t.purge.planUnanswered}</p>}
				{state.trouble?.kind === 'refused' && (
					<p className="text-dead-ink wrap-anywhere">{t.purge.planRefused(state.trouble.detail)}</p>
				)}
				{old && <p className="text-suspect-ink">{t.purge.checkedOld(ageMs)}</p>}
				{state.plan !== null && !old && <p aria-hidden>{t.purge.checkedAgo(ageMs)}</p>}
			</div>
			<p className="sr-only" role="status" data-testid="guards-announced">
				{said}
			</p>
		</>
	);
}

function useAnnouncement(state: PlanState, lines: readonly GuardLine[]): string {
	const { t } = useMessages();
	if (state.trouble !== null) {
		return state.trouble.kind === 'refused' ? t.purge.planRefused(state.trouble.detail) : t.purge.announceUnanswered;
	}
	if (state.plan === null) {
		return '';
	}
	const { failing, unknown } = countBlocking(lines);
	if (failing + unknown === 0) {
		return t.purge.announceReady;
	}
	const names = lines
		.filter((line) => line.result === 'fail' || line.result === 'unknown')
		.map((line) => t.purge.guardNames[line.guard]);
	return t.purge.announceNotReady(failing, unknown, names);
}
