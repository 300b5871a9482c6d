'use client';

import { Dialog } from '@base-ui/react/dialog';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { useMessages } from '@/components/messages/use-messages';
import type { PurgeDialogProps } from './purge-dialog';
import { PurgePlanPane } from './purge-plan-pane';
import { PurgeResult } from './purge-result';
import { PurgeUnknown } from './purge-unknown';
import type { PurgeTarget } from './readiness';
import { usePurge } from './use-purge';

/** The dialog's frame. What is inside starts anew each time it opens. */
export function PurgeWindow(props: PurgeDialogProps) {
	const going = useRef(false);
	return (
		<Dialog.Root
			open={props.open}
			disablePointerDismissal
			onOpenChange={(open) => {
				// Closed under way, the outcome would be lost on the one who asked for it.
				if (open || !going.current) {
					props.onOpenChange(open);
				}
			}}
		>
			<Dialog.Portal>
				<Dialog.Backdrop className="fixed inset-0 z-60 bg-scrim" />
				<Dialog.Viewport className="fixed inset-0 z-60 grid place-items-center-safe scroll-pb-28 overflow-y-auto p-0 sm:p-6">
					<PurgePopup {...props} going={going} />
				</Dialog.Viewport>
			</Dialog.Portal>
		</Dialog.Root>
	);
}

/** On a phone the reason lies far below, and its keyboard would cover what is to be read first. */
function fitsScreen(): boolean {
	return window.matchMedia('(min-width: 640px) and (min-height: 700px)').matches;
}

function PurgePopup(props: PurgeDialogProps & { going: RefObject<boolean> }) {
	const { t } = useMessages();
	// Rows go on changing behind the dialog: it stays about what it was opened for.
	const [targets] = useState<readonly PurgeTarget[]>(props.members);
	const { phase, send } = usePurge(props.cluster, targets);
	const first = useRef<HTMLInputElement>(null);
	const heading = useRef<HTMLHeadingElement>(null);
	props.going.current = phase.kind === 'going';
	const settled = phase.kind === 'done' || phase.kind === 'unknown';
	useEffect(() => {
		// The form that held the focus is gone: the outcome is what is read next.
		if (settled) {
			heading.current?.focus();
		}
	}, [settled]);
	const id = targets[0]?.id ?? '';
	const title =
		phase.kind === 'done'
			? phase.outcomes.every((each) => each.overrideId !== undefined)
				? t.purge.waitingTitle
				: t.purge.resultTitle(phase.outcomes.filter((each) => each.outcome === 'purged').length, phase.outcomes.length)
			: t.purge.title(targets.length, id);
	return (
		<Dialog.Popup
			initialFocus={() => (fitsScreen() && first.current !== null ? first.current : heading.current)}
			className="min-h-dvh w-full bg-panel shadow-panel sm:min-h-0 sm:max-w-dialog-wide sm:overflow-clip sm:rounded-dialog sm:border sm:border-line"
		>
			<div className="px-5 pt-5 pb-4 sm:px-6.5">
				<Dialog.Title
					ref={heading}
					tabIndex={-1}
					className="text-title font-bold tracking-tight outline-none wrap-anywhere"
				>
					{title}
				</Dialog.Title>
				{!settled && (
					<Dialog.Description className="mt-1 text-lead text-ink2">{t.purge.lead(targets.length)}</Dialog.Description>
				)}
			</div>
			{settled ? (
				<>
					{phase.kind === 'done' ? (
						<PurgeResult
							cluster={props.cluster}
							outcomes={phase.outcomes}
							answeredAtMs={phase.answeredAtMs}
							known={phase.known}
							elsewhere={phase.elsewhere}
						/>
					) : (
						<PurgeUnknown cluster={props.cluster} targets={targets} detail={phase.detail} />
					)}
					<div className="flex justify-end border-t border-line bg-bg px-5 py-3.5 sm:px-6.5">
						<Dialog.Close className="btn">{t.purge.done}</Dialog.Close>
					</div>
				</>
			) : (
				<PurgePlanPane
					cluster={props.cluster}
					role={props.role}
					targets={targets}
					going={phase.kind === 'going'}
					refusal={phase.kind === 'asking' ? phase.refusal : null}
					reasonRef={first}
					onPurge={send}
				/>
			)}
		</Dialog.Popup>
	);
}
