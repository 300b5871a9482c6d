'use client';

import { useState } from 'react';
import { PASSWORD_LENGTH } from '@/lib/core/accounts';
import { DeedForm } from './deed-form';
import { TextField } from './deed-inputs';
import { changeOwnPassword, signOutEverywhere } from './settings-client';
import type { PaneProps } from './settings-window';
import { useSettingsMessages } from './use-settings-messages';

/** Every session has ended: the next page is the sign-in, and then this one again. */
function toSignIn(): void {
	window.location.assign('/sign-in?next=%2Fsettings');
}

export function OwnPassword({ going }: PaneProps) {
	const { ownPassword } = useSettingsMessages().t.settings.dialog;
	const [current, setCurrent] = useState('');
	const [next, setNext] = useState('');
	const [repeat, setRepeat] = useState('');
	const { min, max } = PASSWORD_LENGTH;
	const short = next.length < min || next.length > max ? ownPassword.length(min, max) : null;
	const differs = next === repeat ? null : ownPassword.differs;
	return (
		<DeedForm
			title={ownPassword.title}
			text={ownPassword.text}
			go={ownPassword.go}
			reasoned={false}
			going={going}
			block={current === '' ? ownPassword.missing : (short ?? differs)}
			send={() => changeOwnPassword({ current, password: next })}
			onDone={toSignIn}
		>
			<TextField
				label={ownPassword.current}
				type="password"
				autoComplete="current-password"
				value={current}
				onChange={setCurrent}
			/>
			<TextField
				label={ownPassword.next}
				type="password"
				autoComplete="new-password"
				value={next}
				onChange={setNext}
				wrong={short}
			/>
			<TextField
				label={ownPassword.repeat}
				type="password"
				autoComplete="new-password"
				value={repeat}
				onChange={setRepeat}
				wrong={differs}
			/>
		</DeedForm>
	);
}

export function SignOutEverywhere({ going }: PaneProps) {
	const { everywhere } = useSettingsMessages().t.settings.dialog;
	return <DeedForm {...everywhere} reasoned={false} going={going} send={signOutEverywhere} onDone={toSignIn} />;
}
