'use client';

import { AUDIT_ACTIONS } from '@/lib/core/audit-entry';
import { useMessages } from '../messages/use-messages';
import { ManyChoice, OptionChoice, TextField } from './deed-inputs';
import { TOLD_KINDS, type ToldDraft } from './webhook-told';
import { useWebhookWords } from './webhook-words';

export type ClusterName = { readonly id: string; readonly name: string };

type Props = {
	url: string;
	onUrl: (url: string) => void;
	urlWrong: string | null;
	draft: ToldDraft;
	onDraft: (draft: ToldDraft) => void;
	clusters: readonly ClusterName[];
};

/** Where a webhook leads, and what it is told. */
export function WebhookFields({ url, onUrl, urlWrong, draft, onDraft, clusters }: Props) {
	const { audit } = useMessages().t;
	const { dialog } = useWebhookWords();
	return (
		<>
			<TextField
				label={dialog.url}
				placeholder={dialog.urlHint}
				value={url}
				onChange={onUrl}
				type="url"
				maxLength={2_048}
				autoComplete="off"
				wrong={urlWrong}
			/>
			<OptionChoice
				legend={dialog.told}
				options={TOLD_KINDS.map((value) => ({ value, ...dialog.choices[value] }))}
				value={draft.kind}
				onChange={(kind) => onDraft({ ...draft, kind })}
			/>
			{draft.kind === 'chosen' ? (
				<>
					<ManyChoice
						legend={dialog.actions}
						options={AUDIT_ACTIONS.map((value) => ({ value, name: audit.actions[value] }))}
						values={draft.actions}
						onChange={(actions) => onDraft({ ...draft, actions })}
					/>
					<TextField
						label={dialog.outcomes}
						placeholder={dialog.outcomesHint}
						value={draft.outcomes}
						onChange={(outcomes) => onDraft({ ...draft, outcomes })}
						maxLength={512}
						autoComplete="off"
					/>
				</>
			) : null}
			{clusters.length < 2 ? null : (
				<ManyChoice
					legend={dialog.clusters}
					options={clusters.map(({ id, name }) => ({ value: id, name }))}
					values={draft.clusters}
					onChange={(chosen) => onDraft({ ...draft, clusters: chosen })}
				/>
			)}
		</>
	);
}
