'use client';

import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useMessages } from '@/components/messages/use-messages';

/**
 * An id in monospace with a button that copies it; says when the browser did not let it.
 * @param props.shown a shorter form for the eye; what is copied is the whole
 */
export function CopyText({ text, name, shown }: { text: string; name: string; shown?: string }) {
	const { t } = useMessages();
	const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
	async function copy(): Promise<void> {
		try {
			await navigator.clipboard.writeText(text);
			setState('copied');
		} catch {
			// Refused by the browser (no permission, no secure context): the text stays selectable.
			setState('failed');
		}
	}
	const Icon = state === 'copied' ? Check : Copy;
	return (
		<span className="inline-flex items-center gap-1">
			<span className="mono select-all wrap-anywhere" title={shown === undefined ? undefined : text}>
				{shown ?? text}
			</span>
			<button
				type="button"
				onClick={copy}
				aria-label={t.shell.copy(name)}
				title={t.shell.copy(name)}
				className="inline-grid size-6 shrink-0 place-items-center rounded-control text-ink3 hover:bg-hover hover:text-ink"
			>
				<Icon aria-hidden size={13} />
			</button>
			<span role="status" className={state === 'failed' ? 'text-small text-ink2' : 'sr-only'}>
				{state === 'copied' ? t.shell.copied : state === 'failed' ? t.shell.copyFailed : ''}
			</span>
		</span>
	);
}
