'use client';

import { useMemo, useState } from 'react';
import type { MeView } from '@/lib/core/view';
import type { LiveMember } from '../live/live-cluster';
import { useCluster } from '../live/use-cluster';
import { isPurgeable, mayPurge } from '../member/purge-action';
import { useMessages } from '../messages/use-messages';
import { PendingOverrides } from '../overrides/pending-overrides';
import { Freshness } from '../shell/freshness';
import { LoadingText } from '../shell/loading-text';
import { PageHeader } from '../shell/page-header';
import { Refusal } from '../shell/refusal';
import { AllWell } from './all-well';
import { PurgeSelection } from './purge-selection';
import { SuspectCard } from './suspect-card';
import { worstFirst } from './worst-first';

/** Cards shown at first; each asks for its own evidence. */
const SHOWN_AT_FIRST = 20;

/** A selection names incarnations: a member that registered again is not selected any more. */
const keyOf = (member: LiveMember) => `${member.czxid} ${member.path}`;

function Skeleton({ title }: { title: string }) {
	return (
		<>
			<PageHeader title={title} summary={<LoadingText />} />
			<div aria-hidden="true" className="flex flex-col gap-3 px-4 nav:px-6">
				<div className="skeleton h-36" />
				<div className="skeleton h-36" />
			</div>
		</>
	);
}

/** The working page of an incident: only who is not alive, worst first, with the proof so far and what it lacks. */
export function SuspectsPage({ clusterId, role }: { clusterId: string; role: MeView['role'] }) {
	const { t } = useMessages();
	const live = useCluster(clusterId);
	const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
	const [shownMax, setShownMax] = useState(SHOWN_AT_FIRST);
	const suspects = useMemo(() => worstFirst(live.members.values()), [live.members]);
	if (live.refusal) return <Refusal refusal={live.refusal} />;
	if (!live.cluster) return <Skeleton title={t.suspects.title} />;

	const selectable = mayPurge(role) ? suspects.filter(isPurgeable) : [];
	const selected = selectable.filter((member) => chosen.has(keyOf(member)));
	function choose(member: LiveMember, wanted: boolean) {
		const next = new Set(chosen);
		if (wanted) next.add(keyOf(member));
		else next.delete(keyOf(member));
		setChosen(next);
	}
	const rest = suspects.length - shownMax;
	return (
		<>
			<PageHeader
				title={t.suspects.title}
				summary={suspects.length > 0 ? t.suspects.summary(suspects.length) : undefined}
				aside={<Freshness live={live} />}
			/>
			<PendingOverrides
				clusterId={clusterId}
				role={role}
				clockOffsetMs={live.clockOffsetMs}
				path={null}
				className="mx-4 mb-4 nav:mx-6"
			/>
			{suspects.length === 0 ? <AllWell clusterId={clusterId} live={live} /> : null}
			<div className={`flex flex-col gap-3 px-4 pb-24 nav:px-6 ${live.connection === 'stale' ? 'grayscale-55' : ''}`}>
				{selectable.length > 1 ? (
					<label className="inline-flex min-h-6 items-center gap-2 self-start pointer-coarse:min-h-11 text-small text-ink2">
						<input
							type="checkbox"
							className="size-4 accent-dead-fill"
							checked={selected.length === selectable.length}
							onChange={(event) => setChosen(event.target.checked ? new Set(selectable.map(keyOf)) : new Set())}
						/>
						{t.suspects.selectAll}
					</label>
				) : null}
				<ul className="flex flex-col gap-3">
					{suspects.slice(0, shownMax).map((member) => (
						<SuspectCard
							key={member.path}
							clusterId={clusterId}
							member={member}
							role={role}
							live={live}
							selected={chosen.has(keyOf(member))}
							onSelect={selectable.length > 1 ? (wanted) => choose(member, wanted) : null}
						/>
					))}
				</ul>
				{rest > 0 ? (
					<button type="button" className="btn self-start" onClick={() => setShownMax(shownMax + SHOWN_AT_FIRST)}>
						{t.suspects.more(Math.min(rest, SHOWN_AT_FIRST))}
					</button>
				) : null}
			</div>
			<PurgeSelection
				clusterId={clusterId}
				role={role}
				selected={selected}
				enabled={live.connection === 'live'}
				onClear={() => setChosen(new Set())}
			/>
		</>
	);
}
