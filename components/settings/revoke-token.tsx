'use client';

import type { TokenView } from '@/lib/core/accounts';
import { DeedForm } from './deed-form';
import { revokeToken } from './settings-client';
import type { PaneProps } from './settings-window';
import { useSettingsMessages } from './use-settings-messages';

export function RevokeToken({ token, going, onClose, onChanged }: PaneProps & { token: TokenView }) {
	const { revoke } = useSettingsMessages().t.settings.dialog;
	return (
		<DeedForm
			title={revoke.title(token.name)}
			text={revoke.text}
			go={revoke.go(token.name)}
			danger
			going={going}
			send={(reason) => revokeToken(token.name, reason)}
			onDone={() => {
				onChanged();
				onClose();
			}}
		/>
	);
}
