'use client';

import type { ReactNode } from 'react';
import type { RecoveryView } from '@/lib/core/recovery-view';
import { useMessages } from '../messages/use-messages';
import { ReasonedForm, type ReasonedFormProps } from '../shell/reasoned-form';

export type ReasonFormProps = ReasonedFormProps<RecoveryView> & { children?: ReactNode };

/** A change of recovery, maintenance or the drills' schedule. */
export function ReasonForm(props: ReasonFormProps) {
	const { dialog } = useMessages().t.recovery;
	return (
		<ReasonedForm
			{...props}
			words={dialog}
			problemText={(sent) => (sent.kind === 'turned-down' ? dialog.refused(sent.detail) : dialog.unknown(sent.detail))}
		/>
	);
}
