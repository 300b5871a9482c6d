'use client';

import { DialogWindow } from '../shell/dialog-window';
import { ApproveForm } from './approve-form';
import type { OverrideDialogsProps } from './override-dialogs';
import { WithdrawForm } from './withdraw-form';

export function OverrideWindow({ clusterId, request, onClose, onSent }: OverrideDialogsProps) {
	return (
		<DialogWindow request={request} onClose={onClose}>
			{({ kind, override }, going) =>
				kind === 'approve' ? (
					<ApproveForm clusterId={clusterId} override={override} going={going} onSent={onSent} />
				) : (
					<WithdrawForm clusterId={clusterId} override={override} going={going} onSent={onSent} onClose={onClose} />
				)
			}
		</DialogWindow>
	);
}
