'use client';

import { Dialog } from '@base-ui/react/dialog';

type Props = {
	/** Of the line that says why it cannot be sent, or what will be recorded. */
	id: string;
	status: string;
	cancel: string;
	/** What the button does. */
	go: string;
	danger: boolean;
	sending: boolean;
	/** Something is missing still. */
	blocked: boolean;
};

/** The foot of a dialog's form: what holds it up, the way out, and the button that says what it does. */
export function SubmitBar({ id, status, cancel, go, danger, sending, blocked }: Props) {
	const dead = sending || blocked;
	const alive = danger ? 'btn btn-danger max-w-full' : 'btn max-w-full border-ink! bg-ink! text-bg!';
	return (
		<div className="sticky bottom-0 flex flex-wrap items-center justify-end gap-2.5 border-t border-line bg-bg px-5 py-3.5 sm:px-6">
			<p id={id} role="status" className="mr-auto text-small text-ink2 max-sm:basis-full">
				{status}
			</p>
			<Dialog.Close className="btn" disabled={sending}>
				{cancel}
			</Dialog.Close>
			{/* Not `disabled`: it must stay reachable by keyboard to say why it is dead. */}
			<button
				type="submit"
				aria-disabled={dead}
				aria-describedby={id}
				className={dead ? 'btn max-w-full cursor-not-allowed border-line! bg-transparent! text-ink3!' : alive}
			>
				<span className="truncate">{go}</span>
			</button>
		</div>
	);
}
