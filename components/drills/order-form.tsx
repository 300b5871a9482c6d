'use client';

import { type FormEvent, type RefObject, useId, useState } from 'react';
import type { DrillCandidate } from '@/lib/core/drill-view';
import { useMessages } from '../messages/use-messages';
import { ConfirmField, DeedHead, DeedProblem, ReasonField } from '../shell/deed-fields';
import { SubmitBar } from '../shell/submit-bar';
import { type OrderResult, orderDrill } from './drill-client';

type Props = {
	clusterId: string;
	candidate: DrillCandidate;
	going: RefObject<boolean>;
	onDone: () => void;
};

/** Why nothing was done, or that it is not known. */
function Problem({ result }: { result: OrderResult }) {
	const { t } = useMessages();
	const { dialog, refusals } = t.drills;
	if (result.kind === 'answered' && result.answer.outcome === 'refused') {
		return (
			<div role="alert" className="border-t border-line px-5 py-3 text-dead-ink sm:px-6">
				<p>{dialog.refused}</p>
				<ul className="list-disc pl-5">
					{result.answer.refusals.map((refusal) => (
						<li key={refusal}>{refusals[refusal]}</li>
					))}
				</ul>
			</div>
		);
	}
	const detail = result.kind === 'answered' ? result.answer.detail : result.detail;
	return <DeedProblem text={result.kind === 'turned-down' ? `${dialog.refused} ${detail}` : dialog.failed(detail)} />;
}

/** What the order does, a reason, the typed id, and where nobody purges by itself who does. */
export function OrderForm({ clusterId, candidate, going, onDone }: Props) {
	const { t } = useMessages();
	const [handId, blockId] = [useId(), useId()];
	const [form, setForm] = useState({ reason: '', confirm: '', byHand: false });
	const [sending, setSending] = useState(false);
	const [result, setResult] = useState<OrderResult | null>(null);
	const { dialog } = t.drills;
	const { id, path, czxid, recovers, replaced } = candidate;
	const block =
		form.reason.trim() === ''
			? dialog.missing.reason
			: form.confirm !== id
				? dialog.missing.confirm
				: !recovers && !form.byHand
					? dialog.missing.byHand
					: null;
	async function submit(event: FormEvent): Promise<void> {
		event.preventDefault();
		if (sending || block !== null) return;
		setSending(true);
		setResult(null);
		going.current = true;
		const purge = form.byHand ? ({ purge: 'by-hand' } as const) : {};
		const answered = await orderDrill(clusterId, {
			path,
			czxid,
			reason: form.reason.trim(),
			confirm: form.confirm,
			...purge,
		}).finally(() => {
			going.current = false;
			setSending(false);
		});
		if (answered.kind === 'answered' && answered.answer.outcome === 'ordered') onDone();
		else setResult(answered);
	}
	return (
		<form onSubmit={submit} noValidate>
			<DeedHead title={dialog.title(id)} text={dialog.text(id)}>
				<ul className="mt-2 list-disc pl-5 text-body text-ink2">
					<li>{replaced ? dialog.replacedYes : dialog.replacedNo}</li>
					{recovers ? <li>{dialog.automatic}</li> : null}
				</ul>
			</DeedHead>
			<div className="grid gap-3 px-5 pb-5 sm:px-6">
				{recovers ? null : (
					<label htmlFor={handId} className="flex min-h-6 items-start gap-2">
						<input
							id={handId}
							type="checkbox"
							className="mt-0.5 size-4 shrink-0 accent-dead-fill"
							checked={form.byHand}
							onChange={(event) => setForm({ ...form, byHand: event.target.checked })}
							disabled={sending}
						/>
						{dialog.byHand}
					</label>
				)}
				<ReasonField
					label={dialog.reason}
					hint={dialog.reasonHint}
					value={form.reason}
					onChange={(reason) => setForm({ ...form, reason })}
					disabled={sending}
				/>
				<ConfirmField
					expected={id}
					value={form.confirm}
					onChange={(confirm) => setForm({ ...form, confirm })}
					disabled={sending}
				/>
			</div>
			{result === null ? null : <Problem result={result} />}
			<SubmitBar
				id={blockId}
				status={sending ? dialog.sending : (block ?? dialog.recorded)}
				cancel={dialog.cancel}
				go={dialog.go(id)}
				danger
				sending={sending}
				blocked={block !== null}
			/>
		</form>
	);
}
