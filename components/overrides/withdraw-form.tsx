'use client';

import { Dialog } from '@base-ui/react/dialog';
import { type FormEvent, type RefObject, useId, useState } from 'react';
import type { PendingOverrideView } from '@/lib/core/override-view';
import { useMessages } from '../messages/use-messages';
import { SubmitBar } from '../shell/submit-bar';
import { sendWithdrawal } from './override-client';

type Props = {
	clusterId: string;
	override: PendingOverrideView;
	going: RefObject<boolean>;
	onSent: () => void;
	onClose: () => void;
};

/** Takes an override back, so that nobody can approve it. */
export function WithdrawForm({ clusterId, override, going, onSent, onClose }: Props) {
	const { t } = useMessages();
	const blockId = useId();
	const [sending, setSending] = useState(false);
	const [problem, setProblem] = useState<string | null>(null);
	async function submit(event: FormEvent): Promise<void> {
		event.preventDefault();
		if (sending) return;
		setSending(true);
		setProblem(null);
		going.current = true;
		const sent = await sendWithdrawal(clusterId, override.id).finally(() => {
			going.current = false;
			setSending(false);
		});
		onSent();
		if (sent.kind === 'answered') {
			onClose();
		} else {
			setProblem(sent.kind === 'turned-down' ? t.overrides.refused(sent.detail) : t.overrides.unanswered(sent.detail));
		}
	}
	return (
		<form onSubmit={submit} noValidate>
			<div className="px-5 pt-5 pb-4 sm:px-6">
				<Dialog.Title className="text-[18px] leading-6 font-[620] tracking-[-0.02em] [overflow-wrap:anywhere]">
					{t.overrides.withdraw(override.memberId)}
				</Dialog.Title>
				<Dialog.Description className="mt-1.5 text-[13.5px] text-ink2 [overflow-wrap:anywhere]">
					{t.overrides.withdrawText(override.memberId)}
				</Dialog.Description>
			</div>
			{problem === null ? null : (
				<p role="alert" className="border-t border-line px-5 py-3 text-dead-ink [overflow-wrap:anywhere] sm:px-6">
					{problem}
				</p>
			)}
			<SubmitBar
				id={blockId}
				status={sending ? t.overrides.sending : t.purge.recorded}
				cancel={t.overrides.cancel}
				go={t.overrides.withdrawShort}
				danger={false}
				sending={sending}
				blocked={false}
			/>
		</form>
	);
}
