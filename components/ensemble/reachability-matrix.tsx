'use client';

import type { EnsembleView, ReachabilityCell, ReachabilityView } from '@/lib/core/view';
import { useMessages } from '../messages/use-messages';
import { Part } from './part';

const SIGN: Record<ReachabilityCell['state'], string> = {
	reachable: 'sign',
	partly: 'sign sign-suspect',
	unreachable: 'sign sign-unreachable',
	unknown: 'sign sign-unknown',
};
const INK: Record<ReachabilityCell['state'], string> = {
	reachable: 'text-ink3',
	partly: 'text-suspect-ink',
	unreachable: 'text-unreachable-ink',
	unknown: 'text-ink3',
};

function Cell({ cell }: { cell: ReachabilityCell }) {
	const { t, f } = useMessages();
	const { state, watched, timedOut, refused } = cell;
	const aside = f.join([
		state === 'partly' ? t.ensemble.cellTimedOut(timedOut, watched) : null,
		state === 'unreachable' ? t.ensemble.cellAll(watched) : null,
		refused > 0 && state !== 'unknown' ? t.ensemble.cellRefused(refused) : null,
	]);
	return (
		<td className="px-3 py-2 align-top whitespace-nowrap" data-reach={state}>
			<span className={`inline-flex items-center gap-2 ${INK[state]}`}>
				<span aria-hidden="true" className={SIGN[state]} />
				{t.ensemble.cells[state]}
			</span>
			{aside === '' ? null : <small className="block pl-4.5 text-caption text-ink3">{aside}</small>}
		</td>
	);
}

function ObserverName({ observer }: { observer: ReachabilityView['observers'][number] }) {
	const { t, f } = useMessages();
	const trouble = observer.live === false ? t.ensemble.silent : observer.live === null ? t.ensemble.liveUnknown : null;
	return (
		<th scope="row" className="px-3 py-2 text-left align-top font-medium">
			<span className="wrap-anywhere">{observer.name}</span>
			<small className="block text-caption text-ink3">
				{f.join([observer.self ? t.ensemble.self : t.ensemble.kinds[observer.kind], observer.failureDomain])}
			</small>
			{trouble === null ? null : <small className="block text-caption text-suspect-ink">{trouble}</small>}
		</th>
	);
}

function Matrix({ reachability }: { reachability: ReachabilityView }) {
	const { t } = useMessages();
	const { observers, groups, cells } = reachability;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (WCAG 2.1.1)
		<section aria-label={t.ensemble.reach} tabIndex={0} className="panel overflow-x-auto">
			<table className="w-full border-collapse">
				<thead>
					<tr>
						<th scope="col" className="px-3 py-2 text-left text-caption font-medium text-ink3">
							{t.ensemble.observer}
						</th>
						{groups.map(({ group, members }) => (
							<th key={group} scope="col" className="px-3 py-2 text-left font-semibold whitespace-nowrap">
								<span className="block max-w-44 truncate" title={group}>
									{group === '' ? t.members.noGroup : group}
								</span>
								<small className="block text-caption font-medium text-ink3">{t.ensemble.members(members)}</small>
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{observers.map((observer, row) => (
						<tr
							key={`${observer.self} ${observer.name}`}
							className="border-t border-line2"
							data-observer={observer.name}
						>
							<ObserverName observer={observer} />
							{groups.map(({ group }, column) => {
								const cell = cells[row]?.[column];
								return cell ? <Cell key={group} cell={cell} /> : <td key={group} />;
							})}
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}

/** Observers x groups of members: 'make sure nodes reach each other'. */
export function ReachabilityMatrix({ view }: { view: EnsembleView }) {
	const { t, f } = useMessages();
	const { reachability, observersMin, observerDomainsMin } = view;
	const more = t.ensemble.leftOut(reachability.observersLeftOut, reachability.groupsLeftOut);
	const alone = reachability.observers.every(({ self }) => self);
	const wanted =
		observersMin > 1 || observerDomainsMin > 1 ? t.ensemble.observersWanted(observersMin, observerDomainsMin) : null;
	const note = [t.ensemble.reachExplained, wanted, alone ? t.ensemble.reachAlone : null];
	return (
		<Part title={t.ensemble.reach} note={note.filter((sentence) => sentence !== null).join(f.sentenceGap)}>
			{reachability.groups.length === 0 ? (
				<p className="text-ink2">{t.ensemble.noMembers}</p>
			) : (
				<Matrix reachability={reachability} />
			)}
			{more === '' ? null : <p className="mt-1.5 text-small text-ink3">{more}</p>}
		</Part>
	);
}
