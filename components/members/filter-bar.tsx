'use client';

import { ArrowDownWideNarrow, X } from 'lucide-react';
import type { RefObject } from 'react';
import { useMessages } from '../messages/use-messages';
import { FOR_IDS } from '../shell/for-ids';
import type { MemberFilters, SetMemberFilters } from './use-member-filters';

/** More groups than this are chosen from a list. */
const GROUP_CHIPS_MAX = 4;

type Props = {
	filters: MemberFilters;
	setFilters: SetMemberFilters;
	groups: { name: string; count: number }[];
	attention: number;
	left: number;
	searchRef: RefObject<HTMLInputElement | null>;
	/** Shown when sorting again would change something. */
	onResort: (() => void) | null;
};

function SearchField({ filters, setFilters, searchRef }: Pick<Props, 'filters' | 'setFilters' | 'searchRef'>) {
	const { t } = useMessages();
	return (
		<div className="relative w-full sm:w-67.5">
			<input
				ref={searchRef}
				type="search"
				value={filters.q}
				onChange={(event) => setFilters({ q: event.target.value || null })}
				onKeyDown={(event) => event.key === 'Escape' && setFilters({ q: null })}
				placeholder={t.members.search}
				aria-label={t.members.search}
				aria-keyshortcuts="/"
				maxLength={200}
				{...FOR_IDS}
				enterKeyHint="search"
				className="field pr-9 [&::-webkit-search-cancel-button]:hidden"
			/>
			{filters.q === '' ? (
				<span
					aria-hidden="true"
					className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 rounded-tag border border-line px-1.5 text-caption text-ink3 pointer-coarse:hidden"
				>
					/
				</span>
			) : (
				<button
					type="button"
					aria-label={t.members.clearSearch}
					onClick={() => {
						void setFilters({ q: null });
						searchRef.current?.focus();
					}}
					className="absolute top-1/2 right-1.5 grid size-6 -translate-y-1/2 place-items-center rounded-tag text-ink3 hover:text-ink"
				>
					<X size={14} aria-hidden="true" />
				</button>
			)}
		</div>
	);
}

function GroupFilter({ filters, setFilters, groups }: Pick<Props, 'filters' | 'setFilters' | 'groups'>) {
	const { t } = useMessages();
	if (groups.length < 2) return null;
	if (groups.length > GROUP_CHIPS_MAX) {
		return (
			<select
				aria-label={t.members.moreGroups}
				value={filters.group ?? ''}
				onChange={(event) => setFilters({ group: event.target.value || null })}
				className="chip max-w-52"
			>
				<option value="">{t.members.allGroups}</option>
				{groups.map((group) => (
					<option key={group.name} value={group.name}>
						{t.members.group(group.name || t.members.noGroup, group.count)}
					</option>
				))}
			</select>
		);
	}
	return groups.map((group) => (
		<button
			key={group.name}
			type="button"
			className="chip"
			aria-pressed={filters.group === group.name}
			onClick={() => setFilters({ group: filters.group === group.name ? null : group.name })}
		>
			{t.members.group(group.name || t.members.noGroup, group.count)}
		</button>
	));
}

/** Search and filter chips. All of it lives in the URL (use-member-filters.ts). */
export function FilterBar({ filters, setFilters, groups, attention, left, searchRef, onResort }: Props) {
	const { t } = useMessages();
	const all = filters.verdict === null && filters.group === null;
	return (
		<div className="flex flex-wrap items-center gap-2">
			<SearchField filters={filters} setFilters={setFilters} searchRef={searchRef} />
			<fieldset className="flex flex-wrap items-center gap-1.5">
				<legend className="sr-only">{t.members.filters}</legend>
				<button
					type="button"
					className="chip"
					aria-pressed={all}
					onClick={() => setFilters({ verdict: null, group: null })}
				>
					{t.members.all}
				</button>
				<button
					type="button"
					className="chip"
					aria-pressed={filters.verdict === 'attention'}
					onClick={() => setFilters({ verdict: filters.verdict === 'attention' ? null : 'attention' })}
				>
					{t.members.attention(attention)}
				</button>
				<GroupFilter filters={filters} setFilters={setFilters} groups={groups} />
				{left > 0 || filters.verdict === 'left' ? (
					<button
						type="button"
						className="chip"
						aria-pressed={filters.verdict === 'left'}
						data-filter="left"
						onClick={() => setFilters({ verdict: filters.verdict === 'left' ? null : 'left' })}
					>
						{t.members.left(left)}
					</button>
				) : null}
			</fieldset>
			{onResort ? (
				<button type="button" className="chip ml-auto" title={t.members.resortWhy} onClick={onResort}>
					<ArrowDownWideNarrow size={13} aria-hidden="true" />
					{t.members.resort}
				</button>
			) : null}
		</div>
	);
}
