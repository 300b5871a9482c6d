'use client';

import { Dialog } from '@base-ui/react/dialog';
import type { UserView } from '@/lib/core/accounts';
import type { WebhookView } from '@/lib/core/webhook-view';
import { useMessages } from '../messages/use-messages';
import { DeedHead } from '../shell/deed-fields';
import type { DialogsProps, SettingsRequest, UserDeed } from './settings-dialogs';
import { hostOf } from './webhook-told';
import { useWebhookWords } from './webhook-words';

type Deed = { readonly request: SettingsRequest; readonly name: string; readonly danger?: boolean };
type AskProps = Pick<DialogsProps, 'onAsk'>;

/** What can be done to something; each leads to its own dialog. */
function Deeds({ title, text, deeds, onAsk }: AskProps & { title: string; text: string; deeds: readonly Deed[] }) {
	const { dialog } = useMessages().t.settings;
	return (
		<>
			<DeedHead title={title} text={text} />
			<ul className="flex flex-col gap-2 px-5 pb-5 sm:px-6">
				{deeds.map(({ request, name, danger }) => (
					<li key={request.kind}>
						<button
							type="button"
							className={`btn w-full justify-start! ${danger === true ? 'text-dead-ink!' : ''}`}
							onClick={() => onAsk(request)}
						>
							{name}
						</button>
					</li>
				))}
			</ul>
			<div className="flex justify-end border-t border-line bg-bg px-5 py-3.5 sm:px-6">
				<Dialog.Close className="btn">{dialog.cancel}</Dialog.Close>
			</div>
		</>
	);
}

/** To one account. */
export function ChooseDeed({ user, onAsk }: AskProps & { user: UserView }) {
	const { settings } = useMessages().t;
	const kinds: UserDeed[] = ['role', 'reset', user.disabled ? 'enable' : 'disable', 'remove'];
	const deeds = kinds.map((kind) => ({
		request: { kind, user },
		name: settings.change[kind],
		danger: kind === 'remove',
	}));
	return <Deeds title={settings.actionsOf(user.username)} text={settings.chooseText} deeds={deeds} onAsk={onAsk} />;
}

/** About one webhook. */
export function ChooseWebhookDeed({ webhook, onAsk }: AskProps & { webhook: WebhookView }) {
	const webhooks = useWebhookWords();
	const kinds = ['test', 'edit', webhook.paused === null ? 'pause' : 'resume', 'secret', 'remove'] as const;
	const deeds = kinds.map((kind) => ({
		request: { kind: `${kind}-webhook` as const, webhook },
		name: webhooks.change[kind],
		danger: kind === 'remove',
	}));
	return (
		<Deeds title={webhooks.actionsOf(hostOf(webhook.url))} text={webhooks.chooseText} deeds={deeds} onAsk={onAsk} />
	);
}
