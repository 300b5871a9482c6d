'use client';

import Link from 'next/link';
import type { StreamRefusal } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';
import { PageState } from './page-state';

/** The stream was refused for a reason that waiting does not mend. */
export function Refusal({ refusal }: { refusal: StreamRefusal }) {
	const { t } = useMessages();
	const { title, text } = {
		'signed-out': { title: t.shell.signedOutTitle, text: t.shell.signedOutText },
		forbidden: { title: t.shell.forbiddenTitle, text: t.shell.forbiddenText },
		'not-found': { title: t.shell.notFoundTitle, text: t.shell.notFoundText },
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
