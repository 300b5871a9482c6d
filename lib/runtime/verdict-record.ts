import { randomUUID } from 'node:crypto';
import type { AuditDraft } from '@/lib/core/audit-entry';
import type { Transition } from '@/lib/core/detector';
import { toHex } from '@/lib/core/ids';
import { toJson } from '@/lib/core/json';
import type { Clock } from '@/lib/core/ports';
import type { DecisionContext } from '@/lib/core/proof';
import type { RollEntry } from './roll';

type Recorder = { readonly clock: Clock; readonly observer: string; readonly config: { readonly id: string } };

function systemDraft(deps: Recorder, entry: RollEntry): Omit<AuditDraft, 'action' | 'outcome' | 'detail'> {
	return {
		key: randomUUID(),
		atMs: Math.round(deps.clock.wallMs()),
		actor: { kind: 'system', name: deps.observer, role: null, sourceAddress: null },
		cluster: deps.config.id,
		member: entry.registration.incarnation.path,
		memberId: entry.registration.id,
		czxid: toHex(entry.registration.incarnation.czxid),
		reason: null,
		zxid: null,
	};
}

/** A change of verdict, with the complete input that the core decided on. */
export function toVerdictDraft(
	deps: Recorder,
	change: {
		readonly context: DecisionContext;
		readonly entry: RollEntry;
		readonly transition: Transition;
		/** Changes since the last entry that were not recorded. */
		readonly leftOutBefore: number;
	},
): AuditDraft {
	const { context, entry, transition, leftOutBefore } = change;
	return {
		...systemDraft(deps, entry),
		action: 'member.verdict',
		outcome: transition.to,
		detail: {
			from: transition.from,
			to: transition.to,
			reasons: [...transition.reasons],
			leftOutBefore,
			input: toJson({
				state: entry.state,
				context,
				nowMs: transition.atMs,
			}),
		},
	};
}

/** A commit more than 2 s after its evidence. */
export function toLateDraft(deps: Recorder, entry: RollEntry, attempt: string): AuditDraft {
	return { ...systemDraft(deps, entry), action: 'member.late-purge', outcome: 'ok', detail: { attempt } };
}
