'use client';

import type { RefObject } from 'react';
import { DialogWindow } from '../shell/dialog-window';
import { AddToken } from './add-token';
import { AddUser } from './add-user';
import { ChooseDeed } from './choose-deed';
import { OwnPassword, SignOutEverywhere } from './own-deeds';
import { RevokeToken } from './revoke-token';
import type { DialogsProps, SettingsRequest } from './settings-dialogs';
import { UserDeedPane } from './user-deed-pane';

/** What each pane gets. */
export type PaneProps = {
	readonly going: RefObject<boolean>;
	readonly onClose: () => void;
	readonly onChanged: () => void;
};

function Pane({ shown, onAsk, ...pane }: PaneProps & Pick<DialogsProps, 'onAsk'> & { shown: SettingsRequest }) {
	switch (shown.kind) {
		case 'add-user':
			return <AddUser {...pane} />;
		case 'add-token':
			return <AddToken {...pane} />;
		case 'own-password':
			return <OwnPassword {...pane} />;
		case 'sign-out-everywhere':
			return <SignOutEverywhere {...pane} />;
		case 'choose':
			return <ChooseDeed user={shown.user} onAsk={onAsk} />;
		case 'revoke':
			return <RevokeToken {...pane} token={shown.token} />;
		default:
			return <UserDeedPane {...pane} deed={shown.kind} user={shown.user} />;
	}
}

export function SettingsWindow({ request, onClose, onAsk, onChanged }: DialogsProps) {
	return (
		<DialogWindow request={request} onClose={onClose}>
			{(shown, going) => <Pane shown={shown} going={going} onClose={onClose} onAsk={onAsk} onChanged={onChanged} />}
		</DialogWindow>
	);
}
