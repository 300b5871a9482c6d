'use client';

import { Dialog } from '@base-ui/react/dialog';
import { useEffect, useRef, useState } from 'react';
import type { WebhookTestView, WebhookView } from '@/lib/core/webhook-view';
import { useMessages } from '../messages/use-messages';
import { DeedForm } from './deed-form';
import { testWebhook } from './settings-client';
import type { PaneProps } from './settings-window';
import { hostOf } from './webhook-told';
import { useWebhookWords } from './webhook-words';

/** What came of a test, in words. */
function Outcome({ host, result, onAgain }: { host: string; result: WebhookTestView; onAgain: () => void }) {
	const { t, f } = useMessages();
	const words = useWebhookWords();
	const { test } = words.dialog;
	const title = useRef<HTMLHeadingElement>(null);
	// The form that had the focus is gone.
	useEffect(() => title.current?.focus(), []);
	const { delivered, status, ms, problem } = result;
	return (
		<>
			<div className="px-5 pt-5 pb-5 sm:px-6">
				<Dialog.Title
					ref={title}
					tabIndex={-1}
					className="text-heading leading-6 font-bold tracking-tight outline-none wrap-anywhere"
				>
					{test.title(host)}
				</Dialog.Title>
				<Dialog.Description className="sr-only">{test.text}</Dialog.Description>
				<div role="status" data-delivered={delivered} className="panel mt-4 flex items-start gap-2.5 bg-bg px-3 py-3">
					<span
						aria-hidden="true"
						className={`mt-1.5 size-2 shrink-0 rounded-full ${delivered ? 'bg-ok' : 'bg-dead'}`}
					/>
					<div className="min-w-0">
						<p className="font-semibold">
							{delivered ? test.delivered(status, f.latency(ms)) : test.failed(f.latency(ms))}
						</p>
						{problem === null ? null : (
							<p className="mt-0.5 text-ink2 wrap-anywhere">
								{words.problems[problem.code]}
								<small lang="en" className="mono mt-0.5 block text-caption text-ink3">
									{problem.detail}
								</small>
							</p>
						)}
					</div>
				</div>
			</div>
			<div className="flex justify-end gap-2.5 border-t border-line bg-bg px-5 py-3.5 sm:px-6">
				<button type="button" className="btn" onClick={onAgain}>
					{test.again}
				</button>
				<Dialog.Close className="btn">{t.settings.dialog.close}</Dialog.Close>
			</div>
		</>
	);
}

/** Sends a test event, and says what came of it. */
export function TestWebhook({ webhook, going }: Pick<PaneProps, 'going'> & { webhook: WebhookView }) {
	const { test } = useWebhookWords().dialog;
	const [result, setResult] = useState<WebhookTestView | null>(null);
	const host = hostOf(webhook.url);
	return result === null ? (
		<DeedForm
			title={test.title(host)}
			text={test.text}
			go={test.go}
			going={going}
			send={(reason) => testWebhook(webhook.id, reason)}
			onDone={setResult}
		/>
	) : (
		<Outcome host={host} result={result} onAgain={() => setResult(null)} />
	);
}
