'use client';

import { type FormEvent, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import type { Sent } from '../live/send-json';
import type { Catalogue } from '../messages/catalogue';
import { useMessages } from '../messages/use-messages';
import { DeedHead, DeedProblem, ReasonField } from '../shell/deed-fields';
import { SubmitBar } from '../shell/submit-bar';

type Props<T> = {
	title: string;
	/** What it does, in a sentence or two. */
	text: string;
	go: string;
	danger?: boolean;
	/** What is missing or wrong, beside a missing reason; null when nothing is. */
	block?: string | null;
	/** False: it is done to oneself and takes no reason. */
	reasoned?: boolean;
	children?: ReactNode;
	going: RefObject<boolean>;
	send: (reason: string) => Promise<Sent<T>>;
	onDone: (answer: T) => void;
};

/** Why nothing was done, in the reader's language where the code is known. */
export function problemText(t: Catalogue, sent: Exclude<Sent<unknown>, { kind: 'answered' }>): string {
	const { dialog } = t.settings;
	const known = (dialog.problems as Readonly<Record<string, string | undefined>>)[sent.code ?? ''];
	return known ?? (sent.kind === 'turned-down' ? dialog.refused(sent.detail) : dialog.unknown(sent.detail));
}

/** Title, what it does, whatever it takes, a reason, and the button that says what it does. */
export function DeedForm<T>(props: Props<T>) {
	const { t } = useMessages();
	const statusId = useId();
	const field = useRef<HTMLInputElement>(null);
	const [reason, setReason] = useState('');
	const [sending, setSending] = useState(false);
	const [problem, setProblem] = useState<string | null>(null);
	const { dialog } = t.settings;
	const reasoned = props.reasoned !== false;
	const form = useRef<HTMLFormElement>(null);
	// Where one dialog led to this one, what had the focus is gone.
	useEffect(() => {
		if (document.activeElement === document.body) form.current?.querySelector('input')?.focus();
	}, []);
	const block = props.block ?? (reasoned && reason.trim() === '' ? dialog.reasonMissing : null);
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
		const sent = await props.send(reason.trim()).finally(() => {
			props.going.current = false;
			setSending(false);
		});
		if (sent.kind === 'answered') props.onDone(sent.answer);
		else setProblem(problemText(t, sent));
	}
	const status = sending ? dialog.sending : (block ?? (reasoned ? dialog.recorded : dialog.recordedPlain));
	return (
		<form ref={form} onSubmit={submit} noValidate>
			<DeedHead title={props.title} text={props.text} />
			<div className="flex flex-col gap-4 px-5 pb-5 empty:hidden sm:px-6">
				{props.children}
				{reasoned ? (
					<ReasonField
						label={dialog.reason}
						hint={dialog.reasonHint}
						value={reason}
						onChange={setReason}
						disabled={sending}
						inputRef={field}
					/>
				) : null}
			</div>
			{problem === null ? null : <DeedProblem text={problem} />}
			<SubmitBar
				id={statusId}
				status={status}
				cancel={dialog.cancel}
				go={props.go}
				danger={props.danger ?? false}
				sending={sending}
				blocked={block !== null}
			/>
		</form>
	);
}
