'use client';

import { ArrowLeft } from 'lucide-react';
import Link from 'next/link';
import type { MeView } from '@/lib/core/view';
import { useCluster } from '../live/use-cluster';
import { useMessages } from '../messages/use-messages';
import { PendingOverrides } from '../overrides/pending-overrides';
import { Freshness } from '../shell/freshness';
import { PageHeader } from '../shell/page-header';
import { PageState } from '../shell/page-state';
import { Refusal } from '../shell/refusal';
import { VerdictName } from '../verdict/verdict-name';
import { MaintenanceLink } from './maintenance-note';
import { MemberView } from './member-view';
import { mayOpenPurge, PurgeAction } from './purge-action';
import { useMember } from './use-member';

type Props = { clusterId: string; path: string; role: MeView['role'] };

/** The drawer as a page of its own, for a link in a ticket. What waits for a second administrator outlasts the member. */
export function MemberPage(props: Props) {
	const live = useCluster(props.clusterId);
	return (
		<>
			<PendingOverrides {...props} clockOffsetMs={live.clockOffsetMs} className="mx-4 mt-4 nav:mx-6" />
			<MemberBody {...props} />
		</>
	);
}

function MemberBody({ clusterId, path, role }: Props) {
	const { t } = useMessages();
	const { live, member, received, pending, absent, failed, retry } = useMember(clusterId, path);
	const back = `/c/${encodeURIComponent(clusterId)}`;
	if (live.refusal) return <Refusal refusal={live.refusal} />;
	if (absent || failed) {
		return (
			<PageState
				title={absent ? t.member.goneTitle : t.shell.offlineTitle}
				text={absent ? t.member.goneText : t.shell.offlineText}
				tone={absent ? 'calm' : 'bad'}
				heading="h1"
			>
				{failed ? (
					<button type="button" className="btn" onClick={retry}>
						{t.shell.retry}
					</button>
				) : null}
				<Link href={back} className="btn">
					{t.member.backToMembers}
				</Link>
			</PageState>
		);
	}
	return (
		<>
			<Link
				href={back}
				className="mx-4 mt-3 inline-flex min-h-6 items-center gap-1 text-small text-ink3 hover:text-ink nav:mx-6"
			>
				<ArrowLeft size={13} aria-hidden="true" />
				{t.member.backToMembers}
			</Link>
			<PageHeader
				title={member?.id ?? path.split('/').at(-1)}
				summary={member ? <VerdictName verdict={member.verdict} /> : t.shell.loading}
				aside={
					<>
						<Freshness live={live} />
						{member && mayOpenPurge(member, role) ? (
							<PurgeAction clusterId={clusterId} member={member} role={role} connection={live.connection} />
						) : member ? (
							<span className="max-sm:hidden">
								<MaintenanceLink clusterId={clusterId} path={path} role={role} />
							</span>
						) : null}
					</>
				}
			/>
			<div className={`flex flex-col gap-5 px-4 pb-10 nav:px-6 ${live.connection === 'stale' ? 'grayscale-55' : ''}`}>
				<h2 className="sr-only">{t.member.drawer(member?.id ?? path)}</h2>
				{member ? (
					<>
						<MemberView
							clusterId={clusterId}
							member={member}
							received={received}
							pending={pending}
							clockOffsetMs={live.clockOffsetMs}
							wide
						/>
						{/* In the header it would push all of this down once the member is known. */}
						<span className="sm:hidden">
							{mayOpenPurge(member, role) ? null : <MaintenanceLink clusterId={clusterId} path={path} role={role} />}
						</span>
					</>
				) : (
					<div aria-hidden="true" className="flex flex-col gap-3.5">
						<div className="skeleton h-14" />
						<div className="skeleton h-56" />
					</div>
				)}
			</div>
		</>
	);
}
