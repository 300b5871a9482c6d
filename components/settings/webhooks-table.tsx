'use client';

import type { WebhookProblem } from '@/lib/core/webhook';
import type { WebhooksView, WebhookView } from '@/lib/core/webhook-view';
import type { AskProps } from './settings-dialogs';
import { CELL, WIDE } from './table-cells';
import { TableHead } from './table-head';
import { useSettingsMessages } from './use-settings-messages';
import { hostOf, toldKind } from './webhook-told';

/** Names that stand in a row; of the others the number. */
const NAMED_MAX = 3;

/** What it is told, in a few words. */
function useTold(): (webhook: WebhookView) => string {
	const { t, f } = useSettingsMessages();
	const webhooks = useSettingsMessages().t.webhooks;
	const { audit } = t;
	const named = (names: readonly string[]) => {
		const rest = names.length - NAMED_MAX;
		return f.join([...names.slice(0, NAMED_MAX), rest > 0 ? webhooks.more(rest) : null]);
	};
	return (webhook) => {
		const kind = toldKind(webhook);
		const { actions, outcomes, clusters } = webhook;
		const what =
			kind === 'chosen'
				? f.join([
						actions.length === 0 ? webhooks.everything : named(actions.map((action) => audit.actions[action])),
						outcomes.length === 0
							? null
							: webhooks.outcomesOnly(named(outcomes.map((each) => audit.outcomes[each] ?? each))),
					])
				: webhooks[kind];
		return f.join([what, clusters.length === 0 ? null : webhooks.clustersOnly(named(clusters))]);
	};
}

/** In the reader's language, and as the console found it. */
function Problem({ problem }: { problem: WebhookProblem }) {
	const { problems } = useSettingsMessages().t.webhooks;
	return (
		<small className="block text-caption text-ink2">
			{problems[problem.code]}
			<span lang="en" className="mono block text-caption text-ink3 wrap-anywhere">
				{problem.detail}
			</span>
		</small>
	);
}

function State({ webhook, nowMs }: { webhook: WebhookView; nowMs: number }) {
	const { f } = useSettingsMessages();
	const webhooks = useSettingsMessages().t.webhooks;
	const { state, paused, trouble } = webhook;
	const tone = {
		delivering: 'bg-ok',
		retrying: 'bg-suspect',
		paused: paused?.cause === 'person' ? 'bg-ink3' : 'bg-dead',
	};
	const since = (atMs: number) => f.duration(nowMs - atMs);
	return (
		<div className="flex items-start gap-2">
			<span aria-hidden="true" className={`mt-1.5 size-2 shrink-0 rounded-full ${tone[state]}`} />
			<div className="min-w-0">
				<span className="font-semibold">{webhooks.states[state]}</span>
				{paused === null ? null : (
					<small className="block text-caption text-ink2" title={f.dateTime(paused.atMs)}>
						{webhooks.pausedSince(since(paused.atMs), paused.cause)}
					</small>
				)}
				{trouble !== null && paused === null ? (
					<small className="block text-caption text-ink2" title={f.dateTime(trouble.sinceAtMs)}>
						{webhooks.retryingSince(since(trouble.sinceAtMs), trouble.attempts)}
					</small>
				) : null}
				{trouble === null || paused?.cause === 'gone' ? null : <Problem problem={trouble.problem} />}
			</div>
		</div>
	);
}

function Delivered({ webhook, nowMs }: { webhook: WebhookView; nowMs: number }) {
	const { f } = useSettingsMessages();
	const webhooks = useSettingsMessages().t.webhooks;
	const { lastDeliveredAtMs } = webhook;
	if (lastDeliveredAtMs === null) return <span className="text-ink3">{webhooks.never}</span>;
	return (
		<time
			dateTime={new Date(lastDeliveredAtMs).toISOString()}
			title={f.dateTime(lastDeliveredAtMs)}
			className="whitespace-nowrap"
		>
			{f.ago(nowMs - lastDeliveredAtMs)}
		</time>
	);
}

function Row({ webhook, nowMs, onAsk }: AskProps & { webhook: WebhookView; nowMs: number }) {
	const { f } = useSettingsMessages();
	const webhooks = useSettingsMessages().t.webhooks;
	const told = useTold()(webhook);
	const { entries, more } = webhook.behind;
	const waiting = entries === 0 && !more ? '–' : webhooks.behind(entries, more);
	return (
		<tr className="border-t border-line2 align-top" data-webhook={hostOf(webhook.url)} data-state={webhook.state}>
			<th scope="row" className={`${CELL} text-left font-medium`}>
				<span className="mono text-small wrap-anywhere">{webhook.url}</span>
				<small className="block text-caption font-medium text-ink3 md:hidden">
					{told}
					<br />
					{webhooks.columns.delivered}
					{f.colon}
					<Delivered webhook={webhook} nowMs={nowMs} />
				</small>
			</th>
			<td className={`${CELL} ${WIDE} text-ink2`}>{told}</td>
			<td className={`${CELL} md:w-60`}>
				<State webhook={webhook} nowMs={nowMs} />
			</td>
			<td className={`${CELL} ${WIDE} text-ink2`}>
				<Delivered webhook={webhook} nowMs={nowMs} />
			</td>
			<td className={`${CELL} ${WIDE} text-right whitespace-nowrap text-ink2`}>{waiting}</td>
			<td className={`${CELL} text-right`}>
				<button
					type="button"
					className="btn min-h-7! px-2.5! py-0.5!"
					aria-label={webhooks.actionsOf(hostOf(webhook.url))}
					onClick={() => onAsk({ kind: 'choose-webhook', webhook })}
				>
					{webhooks.actions}
				</button>
			</td>
		</tr>
	);
}

/** Everybody who is told what is recorded, and how that stands. */
export function WebhooksTable({ view, onAsk }: AskProps & { view: WebhooksView }) {
	const webhooks = useSettingsMessages().t.webhooks;
	const { columns } = webhooks;
	return (
		<div className="panel">
			{view.webhooks.length === 0 ? (
				<p className="px-3.5 py-3 text-ink2">{webhooks.none}</p>
			) : (
				<table className="w-full border-collapse">
					<caption className="sr-only">{webhooks.title}</caption>
					<TableHead
						actions={columns.actions}
						columns={[
							{ text: columns.url },
							{ text: columns.told, wide: true },
							{ text: columns.state },
							{ text: columns.delivered, wide: true },
							{ text: columns.behind, wide: true, right: true },
						]}
					/>
					<tbody>
						{view.webhooks.map((webhook) => (
							<Row key={webhook.id} webhook={webhook} nowMs={view.observedAtMs} onAsk={onAsk} />
						))}
					</tbody>
				</table>
			)}
			<div className="border-t border-line2 px-3.5 py-2.5">
				<button type="button" className="btn" onClick={() => onAsk({ kind: 'add-webhook' })}>
					{webhooks.add}
				</button>
			</div>
		</div>
	);
}
