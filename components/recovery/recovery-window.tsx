'use client';

import { DialogWindow } from '../shell/dialog-window';
import { BeginMaintenance } from './begin-maintenance';
import { ChangePane } from './change-pane';
import type { DialogsProps } from './recovery-dialogs';

export function RecoveryWindow(props: DialogsProps) {
	return (
		<DialogWindow request={props.request} onClose={props.onClose}>
			{(shown, going) =>
				shown.kind === 'begin-maintenance' ? (
					<BeginMaintenance {...props} path={shown.path} going={going} />
				) : (
					<ChangePane {...props} shown={shown} going={going} />
				)
			}
		</DialogWindow>
	);
}
