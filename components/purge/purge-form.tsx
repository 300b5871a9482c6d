'use client';

import { type RefObject, useId } from 'react';
import { useMessages } from '@/components/messages/use-messages';
import { ConfirmField, ReasonField } from '../shell/deed-fields';
import { Around } from './around';
import { expectedConfirm, type PurgeForm, type PurgeTarget } from './readiness';

export type FormProps = {
	readonly targets: readonly PurgeTarget[];
	readonly form: PurgeForm;
	readonly onChange: (form: PurgeForm) => void;
	readonly disabled: boolean;
};

/** Reason and typed confirmation: what every purge takes. */
export function PurgeFields(props: FormProps & { reasonRef: RefObject<HTMLInputElement | null> }) {
	const { t } = useMessages();
	const { targets, form, onChange, disabled } = props;
	return (
		<div className="grid gap-x-4.5 gap-y-3 border-t border-line px-5 py-4 sm:grid-cols-2 sm:px-6.5">
			<ReasonField
				label={t.purge.reason}
				hint={t.purge.reasonHint}
				value={form.reason}
				onChange={(reason) => onChange({ ...form, reason })}
				disabled={disabled}
				inputRef={props.reasonRef}
			/>
			<ConfirmField
				expected={expectedConfirm(targets)}
				value={form.confirm}
				onChange={(confirm) => onChange({ ...form, confirm })}
				disabled={disabled}
			>
				{targets.length > 1 && t.purge.confirmMany}
			</ConfirmField>
		</div>
	);
}

/** An administrator's word in place of the proof that an unreachable member's death cannot have. */
export function OverrideStep(props: FormProps & { names: string }) {
	const { t } = useMessages();
	const [titleId, textId, boxId] = [useId(), useId(), useId()];
	const { form, onChange, disabled } = props;
	return (
		<section aria-labelledby={titleId} className="border-t border-banner-line bg-banner px-5 py-4 sm:px-6.5">
			<h3 id={titleId} className="text-body font-bold">
				{t.purge.override}
			</h3>
			<p id={textId} className="mt-1 text-body text-ink2 wrap-anywhere">
				{t.purge.overrideText(props.names)}
			</p>
			<label htmlFor={boxId} className="mt-2 flex min-h-6 items-center gap-2 font-medium">
				<input
					id={boxId}
					type="checkbox"
					className="size-4 accent-dead-fill"
					checked={form.override}
					onChange={(event) => onChange({ ...form, override: event.target.checked })}
					aria-describedby={textId}
					disabled={disabled}
				/>
				{t.purge.overrideAgree}
			</label>
		</section>
	);
}

/** An administrator's approval of more members at once than the blast radius allows. */
export function ApprovalStep(props: FormProps & { excess: number }) {
	const { t } = useMessages();
	const [titleId, textId, fieldId] = [useId(), useId(), useId()];
	const { form, onChange, disabled, excess } = props;
	return (
		<section aria-labelledby={titleId} className="border-t border-banner-line bg-banner px-5 py-4 sm:px-6.5">
			<h3 id={titleId} className="text-body font-bold">
				{t.purge.approval}
			</h3>
			<p id={textId} className="mt-1 text-body text-ink2">
				{t.purge.approvalText(excess)}
			</p>
			<label htmlFor={fieldId} className="mt-2 mb-1 block text-small text-ink2">
				<Around text={t.purge.approvalLabel()}>
					<span className="mono text-ink">{excess}</span>
				</Around>
			</label>
			<input
				id={fieldId}
				className="field max-w-35"
				inputMode="numeric"
				value={form.approval}
				onChange={(event) => onChange({ ...form, approval: event.target.value })}
				aria-describedby={textId}
				disabled={disabled}
				autoComplete="off"
			/>
		</section>
	);
}
