'use client';

import { useState } from 'react';
import { OPERATOR_ROLES, type OperatorRole, type PasswordView, type UserView } from '@/lib/core/accounts';
import { DeedForm } from './deed-form';
import { RoleChoice } from './deed-inputs';
import { changeUser, removeUser, resetPassword } from './settings-client';
import type { UserDeed } from './settings-dialogs';
import type { PaneProps } from './settings-window';
import { ShownOnce } from './shown-once';
import { useSettingsMessages } from './use-settings-messages';

type Props = PaneProps & { deed: UserDeed; user: UserView };

/** What an administrator does to somebody's account. */
export function UserDeedPane({ deed, user, ...pane }: Props) {
	switch (deed) {
		case 'role':
			return <ChangeRole {...pane} user={user} />;
		case 'reset':
			return <ResetPassword {...pane} user={user} />;
		default:
			return <PlainDeed {...pane} deed={deed} user={user} />;
	}
}

function ChangeRole({ user, going, onClose, onChanged }: Omit<Props, 'deed'>) {
	const { changeRole } = useSettingsMessages().t.settings.dialog;
	const [role, setRole] = useState<OperatorRole>(user.role ?? 'viewer');
	return (
		<DeedForm
			title={changeRole.title(user.username)}
			text={changeRole.text}
			go={changeRole.go}
			going={going}
			block={role === user.role ? changeRole.same : null}
			send={(reason) => changeUser(user.username, { role, reason })}
			onDone={() => {
				onChanged();
				onClose();
			}}
		>
			<RoleChoice roles={OPERATOR_ROLES} value={role} onChange={setRole} />
		</DeedForm>
	);
}

function ResetPassword({ user, going, onChanged }: Omit<Props, 'deed'>) {
	const { reset } = useSettingsMessages().t.settings.dialog;
	const [made, setMade] = useState<PasswordView | null>(null);
	if (made !== null) return <ShownOnce kind="user" name={made.username} secret={made.password} />;
	return (
		<DeedForm
			title={reset.title(user.username)}
			text={reset.text}
			go={reset.go}
			danger
			going={going}
			send={(reason) => resetPassword(user.username, reason)}
			onDone={(answer) => {
				setMade(answer);
				onChanged();
			}}
		/>
	);
}

function PlainDeed({ deed, user, going, onClose, onChanged }: Props & { deed: 'disable' | 'enable' | 'remove' }) {
	const words = useSettingsMessages().t.settings.dialog[deed];
	return (
		<DeedForm<{ username: string }>
			title={words.title(user.username)}
			text={words.text}
			go={words.go(user.username)}
			danger={deed !== 'enable'}
			going={going}
			send={(reason) =>
				deed === 'remove'
					? removeUser(user.username, reason)
					: changeUser(user.username, { disabled: deed === 'disable', reason })
			}
			onDone={() => {
				onChanged();
				onClose();
			}}
		/>
	);
}
