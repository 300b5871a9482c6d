'use client';

import type { RefObject } from 'react';
import type { RecoveryChange } from '@/lib/core/recovery-view';
import { useMessages } from '../messages/use-messages';
import { SETTLE_MS_SAFE } from './knob-draft';
import { valueText } from './knob-text';
import { useKnobWords } from './knob-words';
import { targetText } from './maintenance-list';
import { ReasonForm } from './reason-form';
import { endMaintenance, putRecovery } from './recovery-client';
import type { DialogRequest, DialogsProps } from './recovery-dialogs';

type Wish = Exclude<DialogRequest, { kind: 'begin-maintenance' }>;
type Props = DialogsProps & { shown: Wish; going: RefObject<boolean> };

/** The dialog of one change: what it does, its reason, and its sending. */
export function ChangePane(props: Props) {
	const { shown, clusterId, onClose, onDone } = props;
	const words = useWords(props);
	return (
		<ReasonForm
			{...words}
			going={props.going}
			send={(reason) =>
				shown.kind === 'end-maintenance'
					? endMaintenance(clusterId, shown.one.id, reason)
					: putRecovery(clusterId, { ...toChange(shown), reason })
			}
			onDone={(view) => {
				onDone(view);
				onClose();
				if (shown.kind === 'knobs') shown.onDone();
			}}
		>
			{shown.kind === 'knobs' ? <KnobChanges changes={shown.changes} /> : null}
		</ReasonForm>
	);
}

function toChange(wish: Exclude<Wish, { kind: 'end-maintenance' }>): Omit<RecoveryChange, 'reason'> {
	switch (wish.kind) {
		case 'kill-switch':
			return { killSwitch: wish.on };
		case 'switch':
			return wish.path === null ? { enabled: wish.to } : { registrations: { [wish.path]: wish.to } };
		case 'knobs':
			return { policy: Object.fromEntries(wish.changes.map(({ name, sent }) => [name, sent])) };
	}
}

function useWords({ shown, view }: Props): { title: string; text: string; go: string; danger?: boolean } {
	const { t } = useMessages();
	const { dialog } = t.recovery;
	switch (shown.kind) {
		case 'kill-switch': {
			const { text, textOff, ...release } = dialog.release;
			return shown.on
				? { ...dialog.kill, danger: true }
				: { ...release, text: view.automaticRecovery ? text : textOff };
		}
		case 'switch': {
			const registration = view.registrations.find(({ path }) => path === shown.path);
			const configured = shown.path === null ? view.configured : (registration?.configured ?? false);
			const { title, ...rest } = (shown.to ?? configured) ? dialog.enable : dialog.disable;
			return { ...rest, title: title(shown.path ?? t.recovery.wholeCluster) };
		}
		case 'knobs':
			return { ...dialog.knobs, title: dialog.knobs.title(shown.changes.length) };
		case 'end-maintenance':
			return { ...dialog.end, title: dialog.end.title(targetText(t, shown.one.target)) };
	}
}

/** From what to what, and what a short settling time costs. */
function KnobChanges({ changes }: { changes: Extract<Wish, { kind: 'knobs' }>['changes'] }) {
	const { t, f } = useMessages();
	const words = useKnobWords();
	const settle = changes.find(({ name, to }) => name === 'settleMs' && to < SETTLE_MS_SAFE);
	return (
		<div className="px-5 pb-4 sm:px-6">
			<ul className="panel max-h-60 overflow-y-auto bg-bg" tabIndex={changes.length > 5 ? 0 : undefined}>
				{changes.map(({ name, from, to, sent }) => {
					const text = words[name];
					return (
						<li
							key={name}
							className="flex flex-wrap justify-between gap-x-4 border-t border-line2 px-3 py-2 first:border-t-0"
						>
							<span>{text.label}</span>
							<span className="text-right">
								<b className="font-semibold">
									{t.recovery.dialog.knobs.change(f.number(from), valueText(text, to, f))}
								</b>
								{sent === null ? (
									<small className="block text-caption text-ink3">{t.recovery.dialog.knobs.back}</small>
								) : null}
							</span>
						</li>
					);
				})}
			</ul>
			{settle === undefined ? null : (
				<p className="mt-2.5 rounded-control border border-banner-line bg-banner px-3 py-2 text-body">
					{t.recovery.settleCost(settle.to)}
				</p>
			)}
		</div>
	);
}
