'use client';

import type { RefObject } from 'react';
import { DialogWindow } from '../shell/dialog-window';
import { AddToken } from './add-token';
import { AddUser } from './add-user';
import { ChooseDeed, ChooseWebhookDeed } from './choose-deed';
import { OwnPassword, SignOutEverywhere } from './own-deeds';
import { RevokeToken } from './revoke-token';
import type { DialogsProps, SettingsRequest } from './settings-dialogs';
import { UserDeedPane } from './user-deed-pane';
import { WebhookDeedPane } from './webhook-deed-pane';
import { AddWebhook } from './webhook-forms';

/** What each pane gets. */
export type PaneProps = {
	readonly going: RefObject<boolean>;
	readonly onClose: () => void;
	readonly onChanged: () => void;
};

type ShownProps = PaneProps & Pick<DialogsProps, 'onAsk' | 'clusters'> & { shown: SettingsRequest };

function Pane({ shown, onAsk, clusters, ...pane }: ShownProps) {
	switch (shown.kind) {
		case 'add-user':
			return <AddUser {...pane} />;
		case 'add-token':
			return <AddToken {...pane} />;
		case 'add-webhook':
			return <AddWebhook {...pane} clusters={clusters} />;
		case 'own-password':
			return <OwnPassword {...pane} />;
		case 'sign-out-everywhere':
			return <SignOutEverywhere {...pane} />;
		case 'choose':
			return <ChooseDeed user={shown.user} onAsk={onAsk} />;
		case 'choose-webhook':
			return <ChooseWebhookDeed webhook={shown.webhook} onAsk={onAsk} />;
		case 'revoke':
			return <RevokeToken {...pane} token={shown.token} />;
		case 'role':
		case 'disable':
		case 'enable':
		case 'reset':
		case 'remove':
			return <UserDeedPane {...pane} deed={shown.kind} user={shown.user} />;
		default:
			return <WebhookDeedPane {...pane} deed={shown.kind} webhook={shown.webhook} clusters={clusters} />;
	}
}

export function SettingsWindow({ request, onClose, ...rest }: DialogsProps) {
	return (
		<DialogWindow request={request} onClose={onClose}>
			{(shown, going) => <Pane {...rest} shown={shown} going={going} onClose={onClose} />}
		</DialogWindow>
	);
}
