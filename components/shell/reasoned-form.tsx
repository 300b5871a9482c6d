'use client';

import { type FormEvent, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import type { Sent } from '../live/send-json';
import { DeedHead, DeedProblem, ReasonField } from './deed-fields';
import { SubmitBar } from './submit-bar';

export type ReasonedFormProps<T> = {
	title: string;
	/** What it does, in a sentence or two. */
	text: string;
	go: string;
	danger?: boolean | undefined;
	/** What is missing or wrong, beside a missing reason; null when nothing is. */
	block?: string | null | undefined;
	/** While it is sent its dialog stays. */
	going: RefObject<boolean>;
	send: (reason: string) => Promise<Sent<T>>;
	onDone: (answer: T) => void;
};

type Words = {
	readonly reason: string;
	readonly reasonHint: string;
	readonly reasonMissing: string;
	readonly cancel: string;
	readonly sending: string;
	/** What is recorded of it. */
	readonly recorded: string;
};

type Props<T> = ReasonedFormProps<T> & {
	words: Words;
	/** False: it takes no reason. */
	reasoned?: boolean;
	/** Why nothing was done, or that it is not known. */
	problemText: (sent: Exclude<Sent<T>, { kind: 'answered' }>) => string;
	/** Below the head, from edge to edge. */
	children?: ReactNode;
	/** Above the reason. */
	fields?: ReactNode;
};

/** Title, what it does, whatever it takes, a reason, and the button that says what it does. */
export function ReasonedForm<T>({ words, problemText, reasoned = true, ...props }: Props<T>) {
	const statusId = useId();
	const form = useRef<HTMLFormElement>(null);
	const field = useRef<HTMLInputElement>(null);
	const [reason, setReason] = useState('');
	const [sending, setSending] = useState(false);
	const [problem, setProblem] = useState<string | null>(null);
	// Where one dialog led to this one, what had the focus is gone.
	useEffect(() => {
		if (document.activeElement === document.body) form.current?.querySelector('input')?.focus();
	}, []);
	const block = props.block ?? (reasoned && reason.trim() === '' ? words.reasonMissing : null);
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
		else setProblem(problemText(sent));
	}
	return (
		<form ref={form} onSubmit={submit} noValidate>
			<DeedHead title={props.title} text={props.text} />
			{props.children}
			<div className="flex flex-col gap-4 px-5 pb-5 empty:hidden sm:px-6">
				{props.fields}
				{reasoned ? (
					<ReasonField
						label={words.reason}
						hint={words.reasonHint}
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
				status={sending ? words.sending : (block ?? words.recorded)}
				cancel={words.cancel}
				go={props.go}
				danger={props.danger ?? false}
				sending={sending}
				blocked={block !== null}
			/>
		</form>
	);
}
