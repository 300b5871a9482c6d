'use client';

import { Dialog } from '@base-ui/react/dialog';
import { type FormEvent, type RefObject, useEffect, useId, useRef, useState } from 'react';
import type { PendingOverrideView } from '@/lib/core/override-view';
import type { OutcomesView } from '@/lib/core/purge-view';
import { useMessages } from '../messages/use-messages';
import { PurgeResult } from '../purge/purge-result';
import type { Known } from '../purge/use-purge';
import { ConfirmField, DeedHead, DeedProblem, ReasonField } from '../shell/deed-fields';
import { SubmitBar } from '../shell/submit-bar';
import { sendApproval } from './override-client';

type Props = {
	clusterId: string;
	override: PendingOverrideView;
	going: RefObject<boolean>;
	onSent: () => void;
};

type Told = { readonly outcomes: OutcomesView['outcomes']; readonly atMs: number };

/** The second administrator's word: what was asked and why, a reason of one's own and the typed id; then what came of it. */
export function ApproveForm(props: Props) {
	const [told, setTold] = useState<Told | null>(null);
	return told === null ? (
		<Ask {...props} onTold={(outcomes) => setTold({ outcomes, atMs: Date.now() })} />
	) : (
		<Result clusterId={props.clusterId} told={told} />
	);
}

function Ask({ clusterId, override, going, onSent, onTold }: Props & { onTold: (told: Told['outcomes']) => void }) {
	const { t } = useMessages();
	const blockId = useId();
	const first = useRef<HTMLInputElement>(null);
	const [form, setForm] = useState({ reason: '', confirm: '' });
	const [sending, setSending] = useState(false);
	const [problem, setProblem] = useState<string | null>(null);
	const { memberId, requester } = override;
	const block =
		form.reason.trim() === ''
			? t.overrides.reasonMissing
			: form.confirm.trim() === memberId.trim()
				? null
				: t.purge.blocked.confirm(memberId);
	async function submit(event: FormEvent): Promise<void> {
		event.preventDefault();
		if (sending || block !== null) {
			if (form.reason.trim() === '') first.current?.focus();
			return;
		}
		setSending(true);
		setProblem(null);
		going.current = true;
		// The id itself and not what was typed around it: it may begin or end in blanks.
		const sent = await sendApproval(clusterId, override.id, { reason: form.reason.trim(), confirm: memberId }).finally(
			() => {
				going.current = false;
				setSending(false);
			},
		);
		onSent();
		if (sent.kind === 'answered') {
			onTold(sent.answer.outcomes);
		} else {
			setProblem(sent.kind === 'turned-down' ? t.overrides.refused(sent.detail) : t.overrides.unanswered(sent.detail));
		}
	}
	return (
		<form onSubmit={submit} noValidate>
			<DeedHead title={t.overrides.approve(memberId)} text={t.overrides.approveText(requester, memberId)}>
				<dl className="mt-3 text-body">
					<dt className="text-small text-ink3">{t.overrides.requestReason}</dt>
					<dd className="wrap-anywhere">{override.reason}</dd>
				</dl>
			</DeedHead>
			<div className="grid gap-x-4.5 gap-y-3 px-5 pb-5 sm:grid-cols-2 sm:px-6">
				<ReasonField
					label={t.overrides.reason}
					hint={t.purge.reasonHint}
					value={form.reason}
					onChange={(reason) => setForm({ ...form, reason })}
					disabled={sending}
					inputRef={first}
				/>
				<ConfirmField
					expected={memberId}
					value={form.confirm}
					onChange={(confirm) => setForm({ ...form, confirm })}
					disabled={sending}
				/>
			</div>
			{problem === null ? null : <DeedProblem text={problem} />}
			<SubmitBar
				id={blockId}
				status={sending ? t.overrides.approving : (block ?? t.overrides.recorded)}
				cancel={t.overrides.cancel}
				go={t.overrides.approveShort}
				danger
				sending={sending}
				blocked={block !== null}
			/>
		</form>
	);
}

/** What was known of it before is the requester's: no clock runs here. */
const NOTHING_KNOWN: Known = new Map();

function Result({ clusterId, told }: { clusterId: string; told: Told }) {
	const { t } = useMessages();
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => heading.current?.focus(), []);
	const purged = told.outcomes.filter(({ outcome }) => outcome === 'purged').length;
	return (
		<>
			<div className="px-5 pt-5 pb-4 sm:px-6">
				<Dialog.Title ref={heading} tabIndex={-1} className="text-heading leading-6 font-bold outline-none">
					{t.purge.resultTitle(purged, told.outcomes.length)}
				</Dialog.Title>
			</div>
			<PurgeResult
				cluster={clusterId}
				outcomes={told.outcomes}
				answeredAtMs={told.atMs}
				known={NOTHING_KNOWN}
				elsewhere={false}
			/>
			<div className="flex justify-end border-t border-line bg-bg px-5 py-3.5 sm:px-6">
				<Dialog.Close className="btn">{t.overrides.done}</Dialog.Close>
			</div>
		</>
	);
}
