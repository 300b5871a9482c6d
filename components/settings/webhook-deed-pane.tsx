'use client';

import { useState } from 'react';
import type { WebhookView } from '@/lib/core/webhook-view';
import { DeedForm } from './deed-form';
import { OptionChoice } from './deed-inputs';
import { changeWebhook, removeWebhook, rollWebhookSecret } from './settings-client';
import type { WebhookDeed } from './settings-dialogs';
import type { PaneProps } from './settings-window';
import { ShownOnce } from './shown-once';
import { TestWebhook } from './test-webhook';
import type { ClusterName } from './webhook-fields';
import { EditWebhook } from './webhook-forms';
import { hostOf } from './webhook-told';
import { useWebhookWords } from './webhook-words';

type Props = PaneProps & { webhook: WebhookView };

/** What an administrator does about a webhook. */
export function WebhookDeedPane({
	deed,
	clusters,
	...pane
}: Props & { deed: WebhookDeed; clusters: readonly ClusterName[] }) {
	switch (deed) {
		case 'test-webhook':
			return <TestWebhook {...pane} />;
		case 'edit-webhook':
			return <EditWebhook {...pane} clusters={clusters} />;
		case 'secret-webhook':
			return <NewSecret {...pane} />;
		case 'resume-webhook':
			return <Resume {...pane} />;
		default:
			return <PlainDeed {...pane} deed={deed} />;
	}
}

function NewSecret({ webhook, going }: Props) {
	const { secret } = useWebhookWords().dialog;
	const [made, setMade] = useState<string | null>(null);
	const host = hostOf(webhook.url);
	if (made !== null) return <ShownOnce kind="webhook" name={host} secret={made} />;
	return (
		<DeedForm
			title={secret.title(host)}
			text={secret.text}
			go={secret.go}
			danger
			going={going}
			send={(reason) => rollWebhookSecret(webhook.id, reason)}
			onDone={(answer) => setMade(answer.secret)}
		/>
	);
}

const MISSED = ['deliver', 'skip'] as const;

function Resume({ webhook, going, onClose, onChanged }: Props) {
	const { resume } = useWebhookWords().dialog;
	const [missed, setMissed] = useState<(typeof MISSED)[number]>('deliver');
	return (
		<DeedForm
			title={resume.title(hostOf(webhook.url))}
			text={resume.text}
			go={resume.go}
			going={going}
			send={(reason) => changeWebhook(webhook.id, { paused: false, missed, reason })}
			onDone={() => {
				onChanged();
				onClose();
			}}
		>
			<OptionChoice
				legend={resume.missed}
				options={MISSED.map((value) => ({ value, ...resume[value] }))}
				value={missed}
				onChange={setMissed}
			/>
		</DeedForm>
	);
}

function PlainDeed({ deed, webhook, going, onClose, onChanged }: Props & { deed: 'pause-webhook' | 'remove-webhook' }) {
	const { dialog } = useWebhookWords();
	const isRemoval = deed === 'remove-webhook';
	const words = isRemoval ? dialog.remove : dialog.pause;
	return (
		<DeedForm<{ id: string }>
			title={words.title(hostOf(webhook.url))}
			text={words.text}
			go={words.go}
			danger={isRemoval}
			going={going}
			send={(reason) =>
				isRemoval ? removeWebhook(webhook.id, reason) : changeWebhook(webhook.id, { paused: true, reason })
			}
			onDone={() => {
				onChanged();
				onClose();
			}}
		/>
	);
}
