'use client';

import { memo, useMemo, useState } from 'react';
import { useMessages } from '@/components/messages/use-messages';
import { Around } from './around';
import type { PlannedMemberView } from './guard-lines';
import type { PurgeTarget } from './readiness';

/** Znodes shown for one member before the rest is counted; a hostile session may own thousands. */
const OWNED_MAX = 50;
/** Members shown before the rest is asked for. */
const SHOWN_AT_FIRST = 50;
const SHOWN_MORE = 200;

type ListProps = { targets: readonly PurgeTarget[]; plan: readonly PlannedMemberView[] | null };

/** Every incarnation of the purge, and everything of its session that goes with it. Drawn anew with each dry run only. */
export const GoesList = memo(function GoesList({ targets, plan }: ListProps) {
	const { t } = useMessages();
	const [shown, setShown] = useState(SHOWN_AT_FIRST);
	const planned = useMemo(() => new Map(plan?.map((each) => [`${each.path} ${each.czxid}`, each])), [plan]);
	const rest = targets.length - shown;
	const only = targets.length === 1 ? targets[0] : undefined;
	return (
		<>
			<ul className="max-h-65 overflow-y-auto" data-testid="goes" {...scrollable(targets.length > 3)}>
				{targets.slice(0, shown).map((target) => (
					<MemberGoes
						key={`${target.path} ${target.czxid}`}
						target={target}
						planned={planned.get(`${target.path} ${target.czxid}`) ?? null}
						several={only === undefined}
					/>
				))}
				{rest > 0 && (
					<li className="py-1">
						<button type="button" className="btn" onClick={() => setShown(shown + SHOWN_MORE)}>
							{t.purge.goesMore(Math.min(rest, SHOWN_MORE), rest)}
						</button>
					</li>
				)}
			</ul>
			<p className="mt-3 text-body text-ink2">
				{only === undefined ? (
					t.purge.incarnationsNote
				) : (
					<Around text={t.purge.incarnation(1)}>
						<span className="mono">{only.czxid}</span>
					</Around>
				)}
			</p>
		</>
	);
});

/** A part that scrolls has to be reachable by keyboard. */
function scrollable(scrolls: boolean): { tabIndex?: number } {
	return scrolls ? { tabIndex: 0 } : {};
}

function MemberGoes(props: { target: PurgeTarget; planned: PlannedMemberView | null; several: boolean }) {
	const { t } = useMessages();
	const { target, planned, several } = props;
	const owned = planned?.owned ?? [];
	const registered = owned.some((znode) => znode.path === target.path);
	const rows = registered ? owned : [{ path: target.path, kind: 'registration' as const }, ...owned];
	return (
		<li className={several ? 'mb-2' : ''}>
			{several && (
				<p className="flex justify-between gap-3 pt-1 text-small">
					<span className="font-medium wrap-anywhere">{target.id}</span>
					<span className="mono text-ink3">{target.czxid}</span>
				</p>
			)}
			<ul>
				{rows.slice(0, OWNED_MAX).map((znode) => (
					<li key={znode.path} className="flex items-baseline justify-between gap-3 border-b border-line2 py-1">
						<span className="mono wrap-anywhere">{znode.path}</span>
						<span className="shrink-0 text-caption text-ink3">{t.purge.ownedKinds[znode.kind]}</span>
					</li>
				))}
			</ul>
			{rows.length > OWNED_MAX && (
				<p className="py-1 text-small text-ink3">{t.purge.ownedMore(rows.length - OWNED_MAX)}</p>
			)}
		</li>
	);
}
