'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { SWRConfig } from 'swr';
import type { MeView } from '@/lib/core/view';
import { FollowCluster } from '../live/follow-cluster';
import { notAliveOf } from '../live/not-alive';
import { useCluster } from '../live/use-cluster';
import { useMessages } from '../messages/use-messages';
import { GoToButton } from '../palette/go-to-button';
import { Palette } from '../palette/palette';
import { useKeyboard } from '../palette/use-keyboard';
import { Announcer } from './announcer';
import { ClusterSwitcher } from './cluster-switcher';
import { ImpairmentBanner } from './impairment-banner';
import { Logo } from './logo';
import { LanguageSwitch, ThemeSwitch } from './preferences';
import { SignOut } from './sign-out';
import type { Theme } from './theme';
import { type ClusterSummary, LastCluster, useCurrentCluster } from './use-current-cluster';

type Entry = { href: string; text: string; current: boolean; badge: number };

function useEntries(cluster: string | null, notAlive: number): Entry[] {
	const { t } = useMessages();
	const pathname = usePathname();
	const entries: Entry[] = [];
	if (cluster !== null) {
		const base = `/c/${encodeURIComponent(cluster)}`;
		const onMembers = pathname === base || pathname === `${base}/member`;
		entries.push({ href: base, text: t.shell.members, current: onMembers, badge: 0 });
		entries.push({
			href: `${base}/suspects`,
			text: t.shell.suspects,
			current: pathname === `${base}/suspects`,
			badge: notAlive,
		});
		entries.push({
			href: `${base}/recovery`,
			text: t.shell.recovery,
			current: pathname === `${base}/recovery`,
			badge: 0,
		});
		entries.push({ href: `${base}/drills`, text: t.shell.drills, current: pathname === `${base}/drills`, badge: 0 });
		entries.push({
			href: `${base}/ensemble`,
			text: t.shell.ensemble,
			current: pathname === `${base}/ensemble`,
			badge: 0,
		});
	} else {
		entries.push({ href: '/', text: t.shell.clusters, current: pathname === '/', badge: 0 });
	}
	entries.push({ href: '/audit', text: t.shell.audit, current: pathname.startsWith('/audit'), badge: 0 });
	entries.push({ href: '/settings', text: t.shell.settings, current: pathname === '/settings', badge: 0 });
	return entries;
}

function NavLink({ entry }: { entry: Entry }) {
	const { t, f } = useMessages();
	return (
		<Link
			href={entry.href}
			aria-current={entry.current ? 'page' : undefined}
			className="flex min-h-8 items-center justify-between gap-2 rounded-control px-2.5 py-1 font-medium pointer-coarse:min-h-10 whitespace-nowrap text-ink2 hover:bg-hover aria-[current=page]:bg-hover aria-[current=page]:font-semibold aria-[current=page]:text-ink"
		>
			{entry.text}
			{entry.badge > 0 ? (
				<span
					className="rounded-full bg-dead/12 px-1.5 text-caption leading-4.5 font-semibold text-dead-ink"
					title={t.shell.suspectsBadge(entry.badge)}
				>
					{f.number(entry.badge)}
				</span>
			) : null}
		</Link>
	);
}

type FrameProps = { me: MeView; theme: Theme; children: ReactNode };

/**
 * The frame of every page: at the side from 900 px on, a bar on top below. It holds the cluster's stream open, so that going
 * from page to page of one cluster never interrupts it. `clusters` are those that the server knows as it draws the page (null:
 * it starts), so that the navigation is complete from the first paint on.
 */
export function Shell(props: FrameProps & { clusters: readonly ClusterSummary[] | null; lastCluster: string | null }) {
	const { clusters, lastCluster, ...frame } = props;
	return (
		<SWRConfig value={{ fallback: clusters === null ? {} : { '/api/clusters': { clusters } } }}>
			<LastCluster value={lastCluster}>
				<FollowCurrent>
					<Frame {...frame} />
				</FollowCurrent>
			</LastCluster>
		</SWRConfig>
	);
}

function FollowCurrent({ children }: { children: ReactNode }) {
	const { id, onPage } = useCurrentCluster();
	return <FollowCluster clusterId={onPage ? id : null}>{children}</FollowCluster>;
}

function Frame({ me, theme, children }: FrameProps) {
	const { t } = useMessages();
	const { id, onPage } = useCurrentCluster();
	const live = useCluster(onPage ? id : null);
	const entries = useEntries(id, live.cluster ? notAliveOf(live.cluster.counts) : 0);
	const { open, setOpen } = useKeyboard(id);
	const languageAndOut = (
		<>
			<LanguageSwitch />
			<SignOut />
		</>
	);
	const who = (
		<span className="min-w-0 truncate" title={t.shell.signedInAs(me.username, t.shell.roles[me.role])}>
			{t.shell.signedInAs(me.username, t.shell.roles[me.role])}
		</span>
	);
	return (
		<div className="nav:pl-nav">
			<a
				href="#content"
				className="sr-only rounded-control bg-panel px-3 py-2 shadow-panel focus-visible:not-sr-only focus-visible:fixed focus-visible:top-2 focus-visible:left-2 focus-visible:z-50"
			>
				{t.shell.skip}
			</a>
			{/* Narrow: its first row scrolls away, the navigation stays, unless there is no height to spare for it. */}
			<header className="z-30 border-line bg-bg max-nav:sticky max-nav:-top-15 max-nav:border-b low:max-nav:static nav:fixed nav:inset-y-0 nav:left-0 nav:flex nav:w-nav nav:flex-col nav:border-r nav:p-2.5 nav:pt-4">
				<div className="flex items-center gap-2 px-3 max-nav:h-15 nav:px-2 nav:pb-4">
					<Link href="/" className="flex items-center gap-2.5 py-1 text-section font-bold tracking-tight">
						<Logo />
						<span className="max-phone:sr-only">{t.shell.product}</span>
					</Link>
					<div className="min-w-0 flex-1 nav:hidden">
						<ClusterSwitcher current={id} live={live.cluster} />
					</div>
					<div className="-mr-1.5 flex items-center pointer-fine:gap-1.5 nav:hidden">
						<GoToButton narrow onOpen={() => setOpen('palette')} />
						{languageAndOut}
					</div>
				</div>
				<div className="flex flex-col gap-2 max-nav:hidden nav:mb-3">
					<ClusterSwitcher current={id} live={live.cluster} />
					<GoToButton onOpen={() => setOpen('palette')} />
				</div>
				<nav
					aria-label={t.shell.navigation}
					className="flex gap-0.5 max-nav:flex-wrap max-nav:px-1.5 max-nav:py-1 nav:flex-col"
				>
					{entries.map((entry) => (
						<NavLink key={entry.href} entry={entry} />
					))}
				</nav>
				<div className="mt-auto hidden flex-col gap-2 px-2 text-small text-ink3 nav:flex">
					{who}
					<div className="flex items-center justify-between">
						<ThemeSwitch initial={theme} />
						{languageAndOut}
					</div>
				</div>
			</header>
			<main id="content" tabIndex={-1} className="outline-none max-nav:min-h-dvh">
				<ImpairmentBanner live={live} />
				{children}
				<Announcer live={live} />
			</main>
			<Palette open={open} onOpen={setOpen} cluster={id} />
			<footer className="px-4 py-4 text-small text-ink3 nav:hidden">{who}</footer>
		</div>
	);
}
