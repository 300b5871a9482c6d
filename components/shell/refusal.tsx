'use client';

import Link from 'next/link';
import type { StreamRefusal } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';
import { PageState } from './page-state';

/** The stream was refused for a reason that waiting does not mend. */
export function Refusal({ refusal }: { refusal: StreamRefusal }) {
	const { t } = useMessages();
	const [title, text] = {
		'signed-out': [t.shell.signedOutTitle, t.shell.signedOutText],
		forbidden: [t.shell.forbiddenTitle, t.shell.forbiddenText],
		'not-found': [t.shell.notFoundTitle, t.shell.notFoundText],
	}[refusal];
	function signIn() {
		window.location.assign(`/sign-in?next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
	}
	return (
		<PageState title={title} text={text} heading="h1">
			{refusal === 'signed-out' ? (
				<button type="button" className="btn" onClick={signIn}>
					{t.signIn.title}
				</button>
			) : (
				<Link href="/" className="btn">
					{t.shell.toClusters}
				</Link>
			)}
		</PageState>
	);
}
