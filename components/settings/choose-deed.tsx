'use client';

import { Dialog } from '@base-ui/react/dialog';
import type { UserView } from '@/lib/core/accounts';
import { useMessages } from '../messages/use-messages';
import { DeedHead } from '../shell/deed-fields';
import type { DialogsProps, UserDeed } from './settings-dialogs';

/** What can be done to one account; each leads to its own dialog. */
export function ChooseDeed({ user, onAsk }: Pick<DialogsProps, 'onAsk'> & { user: UserView }) {
	const { settings } = useMessages().t;
	const deeds: UserDeed[] = ['role', 'reset', user.disabled ? 'enable' : 'disable', 'remove'];
	return (
		<>
			<DeedHead title={settings.actionsOf(user.username)} text={settings.chooseText} />
			<ul className="flex flex-col gap-2 px-5 pb-5 sm:px-6">
				{deeds.map((kind) => (
					<li key={kind}>
						<button
							type="button"
							className={`btn w-full justify-start! ${kind === 'remove' ? 'text-dead-ink!' : ''}`}
							onClick={() => onAsk({ kind, user })}
						>
							{settings.change[kind]}
						</button>
					</li>
				))}
			</ul>
			<div className="flex justify-end border-t border-line bg-bg px-5 py-3.5 sm:px-6">
				<Dialog.Close className="btn">{settings.dialog.cancel}</Dialog.Close>
			</div>
		</>
	);
}
