import type { Catalogue } from '../messages/catalogue';
import { PageState } from './page-state';

type Props = {
	/** Whatever was thrown. Of what failed on the server, only a digest comes here. */
	error: unknown;
	/** Asks the server anew and draws again. */
	onRetry: () => void;
	texts: Catalogue['failure'];
	/** 'h1' where the page has no other title. */
	heading?: 'h1' | 'h2';
};

function digestOf(error: unknown): string | null {
	return error instanceof Error && 'digest' in error && typeof error.digest === 'string' ? error.digest : null;
}

/**
 * Shown when rendering itself failed: the console's fault, never the cluster's, and it says so. What failed on the server has a
 * digest, by which its log names it; of what failed in the browser no log of the console knows.
 */
export function PageFailure({ error, onRetry, texts, heading = 'h1' }: Props) {
	const digest = digestOf(error);
	return (
		<PageState
			title={texts.title}
			text={
				<>
					{digest === null ? texts.inBrowser : texts.onServer}
					{digest === null ? null : <span className="mono mt-2 block text-ink3">{texts.reference(digest)}</span>}
				</>
			}
			tone="bad"
			heading={heading}
		>
			<button type="button" className="btn" onClick={onRetry}>
				{texts.retry}
			</button>
		</PageState>
	);
}
