'use client';

import { Dialog } from '@base-ui/react/dialog';
import { type ReactNode, type RefObject, useId } from 'react';
import { useMessages } from '../messages/use-messages';
import { Around } from '../purge/around';
import { FOR_IDS } from './for-ids';

/** Longest reason that is taken; the server's bound is higher. */
export const REASON_LENGTH_MAX = 500;

/** The head of a dialog's form: what it does, in a title and a sentence or two; `children` go below. */
export function DeedHead({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
	return (
		<div className="px-5 pt-5 pb-4 sm:px-6">
			<Dialog.Title className="text-heading leading-6 font-bold tracking-tight wrap-anywhere">{title}</Dialog.Title>
			<Dialog.Description className="mt-1.5 text-lead text-ink2 wrap-anywhere">{text}</Dialog.Description>
			{children}
		</div>
	);
}

/** Why nothing was done, or that it is not known. */
export function DeedProblem({ text }: { text: string }) {
	return (
		<p role="alert" className="border-t border-line px-5 py-3 text-dead-ink wrap-anywhere sm:px-6">
			{text}
		</p>
	);
}

type FieldProps = { readonly value: string; readonly onChange: (value: string) => void; readonly disabled: boolean };

/** Why it is done: goes into the audit log. */
export function ReasonField(
	props: FieldProps & { label: string; hint: string; inputRef?: RefObject<HTMLInputElement | null> | undefined },
) {
	const id = useId();
	return (
		<div>
			<label htmlFor={id} className="mb-1 block text-small text-ink2">
				{props.label}
			</label>
			<input
				id={id}
				ref={props.inputRef}
				className="field"
				value={props.value}
				onChange={(event) => props.onChange(event.target.value)}
				placeholder={props.hint}
				enterKeyHint="next"
				maxLength={REASON_LENGTH_MAX}
				required
				disabled={props.disabled}
				autoComplete="off"
			/>
		</div>
	);
}

/** What has to be typed out before it is done: `expected`, a member's id or a number; `children` follow it in the label. */
export function ConfirmField(props: FieldProps & { expected: string; children?: ReactNode }) {
	const { t } = useMessages();
	const id = useId();
	return (
		<div>
			<label htmlFor={id} className="mb-1 block text-small text-ink2 wrap-anywhere">
				<Around text={t.purge.confirm()}>
					<span className="mono text-ink">{props.expected}</span>
				</Around>
				{props.children}
			</label>
			<input
				id={id}
				className="field"
				value={props.value}
				onChange={(event) => props.onChange(event.target.value)}
				required
				disabled={props.disabled}
				autoComplete="off"
				{...FOR_IDS}
				enterKeyHint="go"
			/>
		</div>
	);
}
