'use client';

import { Dialog } from '@base-ui/react/dialog';
import { Maximize2, X } from 'lucide-react';
import Link from 'next/link';
import { useRef, useSyncExternalStore } from 'react';
import type { MeView } from '@/lib/core/view';
import { useCluster } from '../live/use-cluster';
import { useMessages } from '../messages/use-messages';
import { PendingOverrides } from '../overrides/pending-overrides';
import { PageState } from '../shell/page-state';
import { MaintenanceLink } from './maintenance-note';
import { MemberView } from './member-view';
import { PurgeAction } from './purge-action';
import { useMember } from './use-member';

type Props = { clusterId: string; path: string; role: MeView['role']; onClose: () => void };

/** From this width on the drawer stands beside the page (--breakpoint-side); below, over it, and then it takes the focus. */
const BESIDE = '(min-width: 80rem)';

function subscribeToWidth(onChange: () => void) {
	const media = window.matchMedia(BESIDE);
	media.addEventListener('change', onChange);
	return () => media.removeEventListener('change', onChange);
}

function DrawerBody({ clusterId, path, role }: Omit<Props, 'onClose'>) {
	const { t } = useMessages();
	const { live, member, received, pending, absent, failed, retry } = useMember(clusterId, path);
	if (absent) return <PageState title={t.member.goneTitle} text={t.member.goneText} />;
	if (failed) {
		return (
			<PageState title={t.shell.offlineTitle} text={t.shell.offlineText} tone="bad">
				<button type="button" className="btn" onClick={retry}>
					{t.shell.retry}
				</button>
			</PageState>
		);
	}
	if (!member) {
		return (
			<div className="flex flex-col gap-3.5 px-4 sm:px-5">
				<span className="sr-only">{t.shell.loading}</span>
				<div className="skeleton h-14" />
				<div className="skeleton h-44" />
			</div>
		);
	}
	return (
		<>
			<div
				className={`min-h-0 flex-1 overflow-y-auto px-4 sm:px-5 pb-5 ${live.connection === 'stale' ? 'grayscale-55' : ''}`}
			>
				<MemberView
					clusterId={clusterId}
					member={member}
					received={received}
					pending={pending}
					clockOffsetMs={live.clockOffsetMs}
					wide={false}
				/>
			</div>
			<div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line px-4 sm:px-5 py-3.5">
				<PurgeAction key={path} clusterId={clusterId} member={member} role={role} connection={live.connection} />
				<MaintenanceLink clusterId={clusterId} path={path} role={role} />
			</div>
		</>
	);
}

function Name({ clusterId, path }: Pick<Props, 'clusterId' | 'path'>) {
	const { member } = useMember(clusterId, path);
	return member?.id ?? path.split('/').at(-1) ?? path;
}

function Overrides({ clusterId, path, role }: Omit<Props, 'onClose'>) {
	const { clockOffsetMs } = useCluster(clusterId);
	const className = 'mx-4 sm:mx-5 mb-3';
	return <PendingOverrides {...{ clusterId, role, path, clockOffsetMs, className }} />;
}

/**
 * The member beside (or, on small screens, over) the list; the list keeps its place. What changes with each event of the stream
 * is in parts of its own, so that the dialog is not drawn anew with it.
 */
export function MemberDrawer({ clusterId, path, role, onClose }: Props) {
	const { t } = useMessages();
	const title = useRef<HTMLHeadingElement>(null);
	const beside = useSyncExternalStore(
		subscribeToWidth,
		() => window.matchMedia(BESIDE).matches,
		() => true,
	);
	const icon =
		'grid size-8 place-items-center pointer-coarse:size-11 rounded-control text-ink3 hover:bg-hover hover:text-ink';
	return (
		<Dialog.Root open modal={!beside} disablePointerDismissal={beside} onOpenChange={(open) => open || onClose()}>
			<Dialog.Portal>
				{beside ? null : <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />}
				<Dialog.Popup
					initialFocus={title}
					finalFocus={false}
					data-beside={beside}
					className="fixed inset-y-0 right-0 z-40 flex w-full max-w-drawer flex-col border-l border-line bg-panel shadow-panel outline-none"
				>
					<div className="flex items-start gap-1 px-4 sm:px-5 pt-4 pb-2">
						<Dialog.Title
							ref={title}
							tabIndex={-1}
							className="min-w-0 flex-1 text-heading leading-8 font-bold outline-none wrap-anywhere"
						>
							<Name clusterId={clusterId} path={path} />
						</Dialog.Title>
						<Link
							href={`/c/${encodeURIComponent(clusterId)}/member?path=${encodeURIComponent(path)}`}
							aria-label={t.member.openPage}
							title={t.member.openPage}
							className={icon}
						>
							<Maximize2 size={15} aria-hidden="true" />
						</Link>
						<Dialog.Close aria-label={t.shell.close} title={t.shell.close} className={icon}>
							<X size={17} aria-hidden="true" />
						</Dialog.Close>
					</div>
					<Overrides clusterId={clusterId} path={path} role={role} />
					<DrawerBody clusterId={clusterId} path={path} role={role} />
				</Dialog.Popup>
			</Dialog.Portal>
		</Dialog.Root>
	);
}
