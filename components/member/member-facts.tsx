'use client';

import Link from 'next/link';
import type { MemberDetail } from '@/lib/core/view';
import type { LiveMember } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';
import { CopyText } from '../purge/copy-text';
import { Age } from '../verdict/age';
import { LongList } from './long-list';
import { Section } from './section';

/** Ids, addresses and ages: what one copies into a ticket. */
export function Identity({ member, nowMs }: { member: LiveMember; nowMs: number }) {
	const { t, f } = useMessages();
	const lines = [
		{ name: t.member.path, text: member.path },
		{ name: t.member.incarnation, text: member.czxid },
		...(member.ephemeralOwner === '0x0' ? [] : [{ name: t.member.owner, text: member.ephemeralOwner }]),
		...member.addresses.map((address) => ({
			name: address.name,
			text: `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`,
		})),
	];
	return (
		<dl className="grid grid-cols-[minmax(4.5rem,auto)_1fr] items-baseline gap-x-4 gap-y-0.5 text-small">
			{lines.map((line) => (
				<div key={`${line.name} ${line.text}`} className="contents">
					<dt className="text-ink3">{line.name}</dt>
					<dd className="min-w-0">
						<CopyText text={line.text} name={line.name} />
					</dd>
				</div>
			))}
			{member.ephemeralOwner === '0x0' ? (
				<>
					<dt className="text-ink3">{t.member.owner}</dt>
					<dd className="text-suspect-ink">{t.member.notEphemeral}</dd>
				</>
			) : null}
			<dt className="text-ink3">{t.member.registered}</dt>
			<dd>
				<Age atMs={member.registeredAtMs} nowMs={nowMs} text={f.ago} />
			</dd>
		</dl>
	);
}

export function Owned({ owned, path }: { owned: MemberDetail['owned']; path: string }) {
	const { t } = useMessages();
	const others = (owned ?? []).filter((znode) => znode.path !== path);
	return (
		<Section title={t.member.owned}>
			{owned === null ? <p className="text-suspect-ink">{t.member.ownedUnknown}</p> : null}
			{owned !== null && others.length === 0 ? <p className="text-ink2">{t.member.ownedNone}</p> : null}
			<LongList
				key={path}
				items={others}
				keyOf={(znode) => znode.path}
				className="flex items-baseline justify-between gap-3"
			>
				{(znode) => (
					<>
						<span className="mono wrap-anywhere">{znode.path}</span>
						<small className="text-caption whitespace-nowrap text-ink3">{t.member.ownedKinds[znode.kind]}</small>
					</>
				)}
			</LongList>
		</Section>
	);
}

function MemberLink({ cluster, path }: { cluster: string; path: string }) {
	return (
		<Link
			href={`/c/${encodeURIComponent(cluster)}/member?path=${encodeURIComponent(path)}`}
			className="mono text-accent underline underline-offset-2 wrap-anywhere"
		>
			{path}
		</Link>
	);
}

/** Members with the same id or address, here and in other clusters of this console. */
export function Conflicts({ member, clusterId }: { member: LiveMember; clusterId: string }) {
	const { t } = useMessages();
	const conflicts = [
		...member.conflictsWith.map((path) => ({ cluster: clusterId, path })),
		...member.conflictsElsewhere,
	];
	if (conflicts.length === 0) return null;
	return (
		<Section title={t.member.conflicts}>
			<LongList key={member.path} items={conflicts} keyOf={({ cluster, path }) => `${cluster}:${path}`}>
				{({ cluster, path }) => (
					<>
						<MemberLink cluster={cluster} path={path} />{' '}
						{cluster === clusterId ? null : (
							<small className="text-caption text-ink3">{t.evidence.conflictIn(cluster)}</small>
						)}
					</>
				)}
			</LongList>
		</Section>
	);
}

function sayValue(
	value: string | number | boolean,
	t: { yes: string; no: string },
	number: (value: number) => string,
): string {
	if (typeof value === 'boolean') return value ? t.yes : t.no;
	return typeof value === 'number' ? number(value) : value;
}

export function SelfReported({ values }: { values: LiveMember['selfReported'] }) {
	const { t, f } = useMessages();
	const entries = Object.entries(values);
	if (entries.length === 0) return null;
	return (
		<Section title={t.member.selfReported}>
			<dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-0.5 text-small">
				{entries.map(([key, value]) => (
					<div key={key} className="contents">
						<dt className="mono text-ink3">{key}</dt>
						<dd className="wrap-anywhere">{sayValue(value, t.member, f.number)}</dd>
					</div>
				))}
			</dl>
			<p className="mt-1 text-caption text-ink3">{t.member.selfReportedNote}</p>
		</Section>
	);
}

/** As it stands in ZooKeeper, and hostile: shown as text, never as HTML. */
export function Raw({ text, version }: { text: string; version: number }) {
	const { t } = useMessages();
	return (
		<details className="group">
			<summary className="label flex min-h-6 items-center gap-2">
				<span aria-hidden="true" className="transition-transform group-open:rotate-90">
					›
				</span>
				{t.member.raw}
				<span className="text-ink3">{t.member.rawVersion(version)}</span>
			</summary>
			{text === '' ? (
				<p className="text-ink3">{t.member.rawEmpty}</p>
			) : (
				<pre className="mono mt-1 rounded-control border border-line bg-bg p-2.5 whitespace-pre-wrap wrap-anywhere">
					{text}
				</pre>
			)}
		</details>
	);
}
