'use client';

import { ChevronDown, RotateCw, Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { debounce, parseAsString, useQueryStates } from 'nuqs';
import { type ReactNode, useId, useState, useTransition } from 'react';
import { useMessages } from '@/components/messages/use-messages';
import { AUDIT_ACTIONS } from '@/lib/core/audit-entry';
import { PURGE_OUTCOMES } from '@/lib/core/purge-plan';
import { FOR_IDS } from '../shell/for-ids';
import type { FilterName } from './audit-address';

const PARSERS = {
	cluster: parseAsString,
	actor: parseAsString,
	action: parseAsString,
	outcome: parseAsString,
	member: parseAsString,
	q: parseAsString,
	from: parseAsString,
	to: parseAsString,
	cursor: parseAsString,
	entry: parseAsString,
};
/** Typing asks the server once it pauses. */
const TYPING_MS = 350;
const MORE: readonly FilterName[] = ['actor', 'member', 'from', 'to'];
/** Also behind the button where the window is narrow: what was found has to be seen below them. */
const MORE_NARROW: readonly FilterName[] = ['cluster', 'action', 'outcome'];

/** 'YYYY-MM-DDTHH:mm' in the viewer's zone for a date-time field; '' when the text is no time. */
function toLocalField(iso: string | null): string {
	const atMs = iso === null ? Number.NaN : Date.parse(iso);
	if (!Number.isFinite(atMs)) {
		return '';
	}
	const shifted = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000);
	return shifted.toISOString().slice(0, 16);
}

function toIso(field: string): string | null {
	const atMs = Date.parse(field);
	return Number.isFinite(atMs) ? new Date(atMs).toISOString() : null;
}

/** Filters in the address: the page is rendered again by the server for each of them, and can be sent to a colleague. */
export function AuditFilterBar({ clusters }: { clusters: readonly { id: string; name: string }[] }) {
	const { t } = useMessages();
	const router = useRouter();
	const [pending, startTransition] = useTransition();
	const [values, setValues] = useQueryStates(PARSERS, { shallow: false, history: 'replace', startTransition });
	const [more, setMore] = useState(() => MORE.some((name) => values[name] !== null));
	const set = (name: FilterName, value: string | null, typed = false) =>
		// Another filter is another list: a place in the old one means nothing in it.
		setValues(
			{ [name]: value === '' ? null : value, cursor: null, entry: null },
			typed ? { limitUrlUpdates: debounce(TYPING_MS) } : {},
		);
	const active = Object.entries(values).some(
		([name, value]) => value !== null && name !== 'cursor' && name !== 'entry',
	);
	const narrowHidden = !more && MORE_NARROW.every((name) => values[name] === null);
	const choice = (name: 'cluster' | 'action' | 'outcome', label: string, options: [string, string][]) => (
		<Labelled label={label} className={narrowHidden ? 'max-sm:hidden' : ''}>
			{(id) => (
				<select
					id={id}
					className="field"
					value={values[name] ?? ''}
					onChange={(event) => set(name, event.target.value)}
				>
					<option value="">{t.audit.any}</option>
					{options.map(([value, text]) => (
						<option key={value} value={value}>
							{text}
						</option>
					))}
				</select>
			)}
		</Labelled>
	);
	const text = (name: 'actor' | 'member', label: string, hint: string) => (
		<Labelled label={label}>
			{(id) => (
				<input
					id={id}
					className="field"
					value={values[name] ?? ''}
					placeholder={hint}
					maxLength={name === 'member' ? 4_096 : 256}
					{...FOR_IDS}
					onChange={(event) => set(name, event.target.value, true)}
				/>
			)}
		</Labelled>
	);
	const moment = (name: 'from' | 'to', label: string) => (
		<Labelled label={label}>
			{(id) => (
				<input
					id={id}
					type="datetime-local"
					className="field"
					value={toLocalField(values[name])}
					onChange={(event) => set(name, toIso(event.target.value))}
				/>
			)}
		</Labelled>
	);
	return (
		<search aria-label={t.audit.filters} className="block px-4 nav:px-6" aria-busy={pending}>
			<div className="grid grid-cols-2 items-end gap-2 lg:grid-cols-[minmax(0,1.6fr)_repeat(3,minmax(0,1fr))_auto]">
				<Labelled label={t.audit.search} wide>
					{(id) => (
						<span className="relative block">
							<span className="pointer-events-none absolute inset-y-0 left-3 grid place-items-center text-ink3">
								<Search aria-hidden size={14} />
							</span>
							<input
								id={id}
								type="search"
								className="field pl-8!"
								value={values.q ?? ''}
								placeholder={t.audit.searchHint}
								maxLength={256}
								{...FOR_IDS}
								enterKeyHint="search"
								onChange={(event) => set('q', event.target.value, true)}
							/>
						</span>
					)}
				</Labelled>
				{choice(
					'action',
					t.audit.action,
					AUDIT_ACTIONS.map((action) => [action, t.audit.actions[action]]),
				)}
				{choice('outcome', t.audit.outcome, outcomeOptions(t.audit.outcomes))}
				{choice(
					'cluster',
					t.audit.cluster,
					clusters.map((cluster) => [cluster.id, cluster.name]),
				)}
				<div className={`flex justify-end gap-2 ${narrowHidden ? 'max-sm:col-span-2' : ''}`}>
					<button type="button" className="btn min-h-9" aria-expanded={more} onClick={() => setMore(!more)}>
						{t.audit.moreFilters}
						<ChevronDown aria-hidden size={14} className={more ? 'rotate-180' : ''} />
					</button>
					<button
						type="button"
						className="btn min-h-9 px-2.5!"
						aria-label={t.audit.refresh}
						title={t.audit.refresh}
						onClick={() => startTransition(() => router.refresh())}
					>
						<RotateCw aria-hidden size={14} />
					</button>
				</div>
			</div>
			{more && (
				<div className="mt-2 grid gap-2 sm:grid-cols-2 lg:grid-cols-4">
					{text('actor', t.audit.actor, t.audit.actorHint)}
					{text('member', t.audit.member, t.audit.memberHint)}
					{moment('from', t.audit.from)}
					{moment('to', t.audit.to)}
				</div>
			)}
			<div className="flex min-h-8 items-center gap-3 text-small text-ink3">
				{active && (
					<button type="button" className="min-h-6 text-accent underline" onClick={() => setValues(null)}>
						{t.audit.clear}
					</button>
				)}
				<span role="status">{pending ? t.audit.filtering : ''}</span>
			</div>
		</search>
	);
}

function outcomeOptions(texts: Readonly<Record<string, string | undefined>>): [string, string][] {
	return ['ok', ...PURGE_OUTCOMES].map((outcome) => [outcome, texts[outcome] ?? outcome]);
}

function Labelled(props: { label: string; wide?: boolean; className?: string; children: (id: string) => ReactNode }) {
	const id = useId();
	return (
		<div className={`min-w-0 ${props.wide ? 'col-span-2 lg:col-span-1' : ''} ${props.className ?? ''}`}>
			<label htmlFor={id} className="label mb-1 block">
				{props.label}
			</label>
			{props.children(id)}
		</div>
	);
}
