'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useCallback, useDeferredValue, useEffect, useMemo, useRef } from 'react';
import type { MeView } from '@/lib/core/view';
import type { LiveMember } from '../live/live-cluster';
import { notAliveOf } from '../live/not-alive';
import { useCluster } from '../live/use-cluster';
import { useMessages } from '../messages/use-messages';
import { Freshness } from '../shell/freshness';
import { loadLater } from '../shell/load-later';
import { PageHeader } from '../shell/page-header';
import { PageState } from '../shell/page-state';
import { recoveryText } from '../shell/recovery-text';
import { Refusal } from '../shell/refusal';
import { takesLetters } from '../shell/takes-letters';
import { Board } from './board';
import { FilterBar } from './filter-bar';
import { createMatcher, groupsOf } from './member-query';
import { MembersSkeleton } from './members-skeleton';
import { MembersSummary } from './members-summary';
import { MembersTable } from './members-table';
import { Tally } from './tally';
import { useBoardPlaces } from './use-board-places';
import { useLeftMembers } from './use-left-members';
import { type SetMemberFilters, useMemberFilters } from './use-member-filters';
import { useMemberOrder } from './use-member-order';

const MemberDrawer = dynamic(
	loadLater(() => import('../member/member-drawer').then((module) => module.MemberDrawer)),
	{
		ssr: false,
	},
);

function useSearchKey(search: React.RefObject<HTMLInputElement | null>) {
	useEffect(() => {
		function onKeyDown(event: KeyboardEvent) {
			if (event.key !== '/' || event.metaKey || event.ctrlKey || event.altKey || takesLetters(event.target)) return;
			event.preventDefault();
			search.current?.focus();
			search.current?.select();
		}
		document.addEventListener('keydown', onKeyDown);
		return () => document.removeEventListener('keydown', onKeyDown);
	}, [search]);
}

function memberHref(clusterId: string, path: string): string {
	return `/c/${encodeURIComponent(clusterId)}/member?path=${encodeURIComponent(path)}`;
}

function useRows(live: ReturnType<typeof useCluster>, clusterId: string) {
	const { filters, setFilters } = useMemberFilters();
	const showsLeft = filters.verdict === 'left';
	const left = useLeftMembers(clusterId, showsLeft);
	const members = showsLeft ? left : live.members;
	const direction = filters.sort === 'attention' ? 'asc' : filters.direction;
	const { order, resort, generation } = useMemberOrder(
		members,
		showsLeft ? left : live.verdictsVersion,
		filters.sort,
		direction,
	);
	// What is typed stands in its field at once; the thousands of rows and cells that it concerns follow.
	const q = useDeferredValue(filters.q.trim());
	const query = useMemo(
		() => ({ q, verdict: filters.verdict, group: filters.group }),
		[q, filters.verdict, filters.group],
	);
	const passes = useMemo(() => /*#__NOINLINE__*/ createMatcher(query), [query]);
	const rows = useMemo(() => {
		const found: LiveMember[] = [];
		for (const path of order.paths) {
			const member = members.get(path);
			if (member && passes(member)) found.push(member);
		}
		return found;
	}, [order, members, passes]);
	return { filters, setFilters, order, resort, generation, query, passes, rows, total: members.size };
}

/** Opens a member's drawer and closes it. */
function useOpening(setFilters: SetMemberFilters, selected: string | null) {
	const opener = useRef<Element | null>(null);
	const open = useCallback(
		(path: string) => {
			opener.current = document.activeElement;
			void setFilters({ member: path });
		},
		[setFilters],
	);
	const close = useCallback(() => {
		void setFilters({ member: null });
		// Back to where it was opened from; a row drawn anew meanwhile is found by its path.
		requestAnimationFrame(() => {
			const row =
				selected === null ? null : document.querySelector<HTMLElement>(`[data-member-link="${CSS.escape(selected)}"]`);
			const board = opener.current instanceof HTMLElement && opener.current.role === 'listbox' ? opener.current : null;
			(board ?? row)?.focus({ preventScroll: true });
		});
	}, [setFilters, selected]);
	return { open, close };
}

export function MembersPage({ clusterId, role }: { clusterId: string; role: MeView['role'] }) {
	const { t } = useMessages();
	const live = useCluster(clusterId);
	const { filters, setFilters, order, resort, generation, query, passes, rows, total } = useRows(live, clusterId);
	const places = useBoardPlaces(live.members, live.verdictsVersion);
	// biome-ignore lint/correctness/useExhaustiveDependencies: groups change with the members' coming and going alone
	const groups = useMemo(() => groupsOf(live.members.values()), [live.verdictsVersion]);
	const search = useRef<HTMLInputElement>(null);
	/*#__NOINLINE__*/ useSearchKey(search);

	const selected = filters.member;
	// The row is chosen at once; its frame on the board and all that its drawer says follow.
	const drawn = useDeferredValue(selected);
	const { open, close } = /*#__NOINLINE__*/ useOpening(setFilters, selected);
	const filtered = query.q !== '' || query.group !== null || query.verdict !== null;
	// biome-ignore lint/correctness/useExhaustiveDependencies: as above; a search for what changes by the second would flicker
	const faded = useMemo(() => {
		if (!filtered || query.verdict === 'left') return null;
		const shown = new Set(rows.map(({ path }) => path));
		return (path: string) => !shown.has(path);
	}, [filtered, passes, live.verdictsVersion]);

	if (live.refusal) return <Refusal refusal={live.refusal} />;
	const cluster = live.cluster;
	if (!cluster) return <MembersSkeleton />;
	const watched = cluster.registrations.map((registration) => registration.path);
	const empty =
		total === 0 && !filtered ? (
			<PageState title={t.members.noneRegistered} text={t.members.noneRegisteredText(watched)}>
				<Link href={`/c/${encodeURIComponent(clusterId)}/guide`} className="btn">
					{t.members.checkSetUp}
				</Link>
			</PageState>
		) : (
			<PageState title={t.members.noneMatch} text={t.members.noneMatchText}>
				<button type="button" className="btn" onClick={() => setFilters({ q: null, verdict: null, group: null })}>
					{t.members.clearFilters}
				</button>
			</PageState>
		);
	return (
		<div className={filters.member === null ? '' : 'side:pr-drawer'}>
			<PageHeader
				title={t.members.title}
				summary={
					<MembersSummary
						members={live.members}
						version={live.verdictsVersion}
						groups={groups.length}
						watched={watched}
						ready={cluster.ready}
					/>
				}
				aside={
					<>
						<Freshness live={live} />
						<Link
							href={`/c/${encodeURIComponent(clusterId)}/recovery`}
							className="text-small text-ink3 underline-offset-2 hover:underline"
						>
							{recoveryText(t, cluster)}
						</Link>
					</>
				}
			/>
			<div className={`flex flex-col gap-3.5 px-4 pb-10 nav:px-6 ${live.connection === 'stale' ? 'grayscale-55' : ''}`}>
				<div className="border-t border-line pt-2 [&>ul]:-mx-2">
					<Tally counts={cluster.counts} pressed={filters.verdict} onPress={(verdict) => setFilters({ verdict })} />
				</div>
				{live.members.size > 0 ? (
					<Board
						members={live.members}
						version={live.verdictsVersion}
						places={places}
						selected={drawn}
						faded={faded}
						onOpen={open}
					/>
				) : null}
				<FilterBar
					filters={filters}
					setFilters={setFilters}
					groups={groups}
					attention={notAliveOf(cluster.counts)}
					left={cluster.counts.left}
					searchRef={search}
					onResort={order.unsorted ? resort : null}
				/>
				<MembersTable
					rows={rows}
					sort={filters.sort}
					direction={filters.sort === 'attention' ? 'asc' : filters.direction}
					onSort={(sort, direction) => {
						void setFilters({ sort, direction });
						resort();
					}}
					selected={filters.member}
					onOpen={open}
					hrefOf={(path) => memberHref(clusterId, path)}
					clockOffsetMs={live.clockOffsetMs}
					asked={`${filters.sort} ${filters.direction} ${generation} ${JSON.stringify(query)}`}
					empty={empty}
				/>
				<p className="text-small text-ink3">
					{t.members.shown(rows.length, total)}
					<span className="max-nav:hidden"> · {t.members.keys}</span>
				</p>
			</div>
			{filters.member !== null && drawn !== null ? (
				<MemberDrawer clusterId={clusterId} path={drawn} role={role} onClose={close} />
			) : null}
		</div>
	);
}
