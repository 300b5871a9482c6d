'use client';

import { useMessages } from '../messages/use-messages';
import { PageState } from './page-state';

/**
 * Shown when rendering itself failed: the console's fault, never the cluster's, and it says so. What failed on the server has a
 * digest, by which its log names it; of what failed in the browser no log of the console knows.
 */
export function PageFailure({ digest, onRetry }: { digest: string | undefined; onRetry: () => void }) {
	const { t } = useMessages();
	return (
		<PageState
			title={t.shell.errorTitle}
			text={
				<>
					{digest ? t.shell.errorText : t.shell.errorTextInBrowser}
					{digest ? <span className="mono mt-2 block text-ink3">{t.shell.errorReference(digest)}</span> : null}
				</>
			}
			tone="bad"
			heading="h1"
		>
			<button type="button" className="btn" onClick={onRetry}>
				{t.shell.retry}
			</button>
		</PageState>
	);
}
