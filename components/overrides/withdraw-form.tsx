'use client';

import { type FormEvent, type RefObject, useId, useState } from 'react';
import type { PendingOverrideView } from '@/lib/core/override-view';
import { useMessages } from '../messages/use-messages';
import { DeedHead, DeedProblem } from '../shell/deed-fields';
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
			<DeedHead title={t.overrides.withdraw(override.memberId)} text={t.overrides.withdrawText(override.memberId)} />
			{problem === null ? null : <DeedProblem text={problem} />}
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
