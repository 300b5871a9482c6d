'use client';

import type { ReactNode } from 'react';
import type { Sent } from '../live/send-json';
import type { SettingsCatalogue } from '../messages/catalogue';
import { ReasonedForm, type ReasonedFormProps } from '../shell/reasoned-form';
import { useSettingsMessages } from './use-settings-messages';

type Props<T> = ReasonedFormProps<T> & {
	/** False: it is done to oneself and takes no reason. */
	reasoned?: boolean;
	/** Whatever it takes beside a reason. */
	children?: ReactNode;
};

/** Why nothing was done, in the reader's language where the code is known. */
function problemText(t: SettingsCatalogue, sent: Exclude<Sent<unknown>, { kind: 'answered' }>): string {
	const { dialog } = t.settings;
	const known = (dialog.problems as Readonly<Record<string, string | undefined>>)[sent.code ?? ''];
	return known ?? (sent.kind === 'turned-down' ? dialog.refused(sent.detail) : dialog.unknown(sent.detail));
}

/** A deed of the page Settings. */
export function DeedForm<T>({ children, reasoned = true, ...props }: Props<T>) {
	const { t } = useSettingsMessages();
	const { dialog } = t.settings;
	return (
		<ReasonedForm
			{...props}
			reasoned={reasoned}
			fields={children}
			words={{ ...dialog, recorded: reasoned ? dialog.recorded : dialog.recordedPlain }}
			problemText={(sent) => problemText(t, sent)}
		/>
	);
}
