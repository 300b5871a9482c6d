'use client';

import { useId, useState } from 'react';
import type { NewTokenView } from '@/lib/core/accounts';
import type { Role } from '@/lib/core/ports';
import { nameProblem } from './account-names';
import { DeedForm } from './deed-form';
import { RoleChoice, TextField } from './deed-inputs';
import { createToken } from './settings-client';
import type { PaneProps } from './settings-window';
import { ShownOnce } from './shown-once';
import { useSettingsMessages } from './use-settings-messages';

const ROLES: readonly Role[] = ['viewer', 'operator', 'admin', 'reporter', 'member'];
const DAYS = [7, 30, 90, 365] as const;
/** A token that is forgotten should end by itself. */
const DAYS_AT_FIRST = 90;

function Lasts({ days, onChange }: { days: number | null; onChange: (days: number | null) => void }) {
	const { t } = useSettingsMessages();
	const { addToken } = t.settings.dialog;
	const id = useId();
	return (
		<div>
			<label htmlFor={id} className="mb-1 block text-small text-ink2">
				{addToken.expires}
			</label>
			<select
				id={id}
				className="field"
				value={days ?? ''}
				onChange={(event) => onChange(event.target.value === '' ? null : Number(event.target.value))}
			>
				{DAYS.map((each) => (
					<option key={each} value={each}>
						{addToken.days(each)}
					</option>
				))}
				<option value="">{addToken.forever}</option>
			</select>
		</div>
	);
}

/** A name, a role and an end; then the token, once. */
export function AddToken({ going, onChanged }: PaneProps) {
	const { t } = useSettingsMessages();
	const { addToken } = t.settings.dialog;
	const [name, setName] = useState('');
	const [role, setRole] = useState<Role>('viewer');
	const [days, setDays] = useState<number | null>(DAYS_AT_FIRST);
	const [made, setMade] = useState<NewTokenView | null>(null);
	if (made !== null) return <ShownOnce kind="token" name={made.name} secret={made.token} />;
	const wrong = nameProblem('token', name) ? addToken.nameBad : null;
	return (
		<DeedForm
			title={addToken.title}
			text={addToken.text}
			go={addToken.go}
			going={going}
			block={wrong}
			send={(reason) => createToken({ name, role, expiresInDays: days, reason })}
			onDone={(answer) => {
				setMade(answer);
				onChanged();
			}}
		>
			<TextField
				label={addToken.name}
				placeholder={addToken.nameHint}
				value={name}
				onChange={setName}
				maxLength={64}
				autoComplete="off"
				wrong={wrong}
			/>
			<RoleChoice roles={ROLES} value={role} onChange={setRole} />
			<Lasts days={days} onChange={setDays} />
		</DeedForm>
	);
}
