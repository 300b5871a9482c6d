'use client';

import { useState } from 'react';
import type { NewWebhookView, WebhookView } from '@/lib/core/webhook-view';
import { DeedForm } from './deed-form';
import { changeWebhook, createWebhook } from './settings-client';
import type { PaneProps } from './settings-window';
import { ShownOnce } from './shown-once';
import { type ClusterName, WebhookFields } from './webhook-fields';
import { hostOf, isUrlBad, TOLD_AT_FIRST, type ToldDraft, toDraft, toFilter } from './webhook-told';
import { useWebhookWords } from './webhook-words';

type Props = PaneProps & { clusters: readonly ClusterName[] };

/** What the fields hold, and why it cannot be sent; null when it can. */
function useWebhookDraft(initialUrl: string, draft: ToldDraft) {
	const { dialog } = useWebhookWords();
	const [fields, setFields] = useState({ url: initialUrl, draft });
	const url = fields.url.trim();
	const urlWrong = url === '' ? dialog.urlMissing : isUrlBad(url) ? dialog.urlBad : null;
	const isNothing = fields.draft.kind === 'chosen' && fields.draft.actions.length === 0;
	return {
		url,
		filter: toFilter(fields.draft),
		block: urlWrong ?? (isNothing ? dialog.actionsMissing : null),
		fields: {
			url: fields.url,
			draft: fields.draft,
			urlWrong,
			onUrl: (next: string) => setFields({ ...fields, url: next }),
			onDraft: (next: ToldDraft) => setFields({ ...fields, draft: next }),
		},
	};
}

/** An address and what it is told; then the secret, once. */
export function AddWebhook({ going, onChanged, clusters }: Props) {
	const { add } = useWebhookWords().dialog;
	const wish = useWebhookDraft('', TOLD_AT_FIRST);
	const [made, setMade] = useState<NewWebhookView | null>(null);
	if (made !== null) return <ShownOnce kind="webhook" name={hostOf(made.webhook.url)} secret={made.secret} />;
	return (
		<DeedForm
			{...add}
			going={going}
			block={wish.block}
			send={(reason) => createWebhook({ url: wish.url, ...wish.filter, reason })}
			onDone={(answer) => {
				setMade(answer);
				onChanged();
			}}
		>
			<WebhookFields {...wish.fields} clusters={clusters} />
		</DeedForm>
	);
}

/** The same of one that is there. */
export function EditWebhook({ webhook, going, onClose, onChanged, clusters }: Props & { webhook: WebhookView }) {
	const { edit } = useWebhookWords().dialog;
	const wish = useWebhookDraft(webhook.url, toDraft(webhook));
	const { actions, outcomes } = webhook;
	const before = { actions, outcomes, clusters: webhook.clusters };
	const isSame = wish.url === webhook.url && JSON.stringify(wish.filter) === JSON.stringify(before);
	return (
		<DeedForm
			title={edit.title(hostOf(webhook.url))}
			text={edit.text}
			go={edit.go}
			going={going}
			block={wish.block ?? (isSame ? edit.same : null)}
			send={(reason) => changeWebhook(webhook.id, { url: wish.url, ...wish.filter, reason })}
			onDone={() => {
				onChanged();
				onClose();
			}}
		>
			<WebhookFields {...wish.fields} clusters={clusters} />
		</DeedForm>
	);
}
