'use client';

import { Dialog } from '@base-ui/react/dialog';
import { type FormEvent, type ReactNode, type RefObject, useId, useRef, useState } from 'react';
import type { RecoveryView } from '@/lib/core/recovery-view';
import { useMessages } from '../messages/use-messages';
import { SubmitBar } from '../shell/submit-bar';
import type { ChangeResult } from './recovery-client';

/** Longest reason that is taken; the server's bound is higher. */
const REASON_LENGTH_MAX = 500;

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
	const [reasonId, blockId] = [useId(), useId()];
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
			<div className="px-5 pt-5 pb-4 sm:px-6">
				<Dialog.Title className="text-[18px] leading-6 font-[620] tracking-[-0.02em] [overflow-wrap:anywhere]">
					{props.title}
				</Dialog.Title>
				<Dialog.Description className="mt-1.5 text-[13.5px] text-ink2">{props.text}</Dialog.Description>
			</div>
			{props.children}
			<div className="px-5 pb-5 sm:px-6">
				<label htmlFor={reasonId} className="mb-[5px] block text-[12px] text-ink2">
					{dialog.reason}
				</label>
				<input
					id={reasonId}
					ref={field}
					className="field"
					value={reason}
					onChange={(event) => setReason(event.target.value)}
					placeholder={dialog.reasonHint}
					maxLength={REASON_LENGTH_MAX}
					required
					disabled={sending}
					autoComplete="off"
				/>
			</div>
			{problem === null ? null : (
				<p role="alert" className="border-t border-line px-5 py-3 text-dead-ink [overflow-wrap:anywhere] sm:px-6">
					{problem}
				</p>
			)}
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
