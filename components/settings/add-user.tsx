'use client';

import { useState } from 'react';
import { OPERATOR_ROLES, type OperatorRole, type PasswordView } from '@/lib/core/accounts';
import { nameProblem } from './account-names';
import { DeedForm } from './deed-form';
import { RoleChoice, TextField } from './deed-inputs';
import { createUser } from './settings-client';
import type { PaneProps } from './settings-window';
import { ShownOnce } from './shown-once';
import { useSettingsMessages } from './use-settings-messages';

/** A name and a role; then the generated password, once. */
export function AddUser({ going, onChanged }: PaneProps) {
	const { t } = useSettingsMessages();
	const { dialog } = t.settings;
	const [username, setUsername] = useState('');
	const [role, setRole] = useState<OperatorRole>('viewer');
	const [made, setMade] = useState<PasswordView | null>(null);
	if (made !== null) return <ShownOnce kind="user" name={made.username} secret={made.password} />;
	const wrong = nameProblem('user', username) ? dialog.usernameBad : null;
	return (
		<DeedForm
			{...dialog.addUser}
			going={going}
			block={wrong}
			send={(reason) => createUser({ username, role, reason })}
			onDone={(answer) => {
				setMade(answer);
				onChanged();
			}}
		>
			<TextField
				label={dialog.username}
				placeholder={dialog.usernameHint}
				value={username}
				onChange={setUsername}
				maxLength={32}
				autoComplete="off"
				wrong={wrong}
			/>
			<RoleChoice roles={OPERATOR_ROLES} value={role} onChange={setRole} />
		</DeedForm>
	);
}
