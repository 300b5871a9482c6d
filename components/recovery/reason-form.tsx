'use client';

import { type FormEvent, type ReactNode, type RefObject, useId, useRef, useState } from 'react';
import type { RecoveryView } from '@/lib/core/recovery-view';
import { useMessages } from '../messages/use-messages';
import { DeedHead, DeedProblem, ReasonField } from '../shell/deed-fields';
import { SubmitBar } from '../shell/submit-bar';
import type { ChangeResult } from './recovery-client';

export type ReasonFormProps = {
	title: string;
	/** What it does, in a sentence or two. */
	text: string;
	go: string;
	danger?: boolean;
	/** Why it cannot be sent yet, beside a missing reason; null when it can. */
	block?: string | null;
	children?: ReactNode;
	going: RefObject<boolean>;
	send: (reason: string) => Promise<ChangeResult>;
	onDone: (view: RecoveryView) => void;
};

/** Title, what it does, whatever else it takes, a reason, and the button that says what it does. */
export function ReasonForm(props: ReasonFormProps) {
	const { t } = useMessages();
	const blockId = useId();
	const field = useRef<HTMLInputElement>(null);
	const [reason, setReason] = useState('');
	const [sending, setSending] = useState(false);
	const [problem, setProblem] = useState<string | null>(null);
	const { dialog } = t.recovery;
	const block = props.block ?? (reason.trim() === '' ? dialog.reasonMissing : null);
	async function submit(event: FormEvent): Promise<void> {
		event.preventDefault();
		if (sending) return;
		if (block !== null) {
			if (!props.block) field.current?.focus();
			return;
		}
		setSending(true);
		setProblem(null);
		props.going.current = true;
		const result = await props.send(reason.trim()).finally(() => {
			props.going.current = false;
			setSending(false);
		});
		if (result.kind === 'answered') {
			props.onDone(result.answer);
		} else {
			setProblem(result.kind === 'turned-down' ? dialog.refused(result.detail) : dialog.unknown(result.detail));
		}
	}
	return (
		<form onSubmit={submit} noValidate>
			<DeedHead title={props.title} text={props.text} />
			{props.children}
			<div className="px-5 pb-5 sm:px-6">
				<ReasonField
					label={dialog.reason}
					hint={dialog.reasonHint}
					value={reason}
					onChange={setReason}
					disabled={sending}
					inputRef={field}
				/>
			</div>
			{problem === null ? null : <DeedProblem text={problem} />}
			<SubmitBar
				id={blockId}
				status={sending ? dialog.sending : (block ?? dialog.recorded)}
				cancel={dialog.cancel}
				go={props.go}
				danger={props.danger ?? false}
				sending={sending}
				blocked={block !== null}
			/>
		</form>
	);
}
