'use client';

import { LogOut } from 'lucide-react';
import { fetchJson } from '../live/fetch-json';
import { endSharedStreams } from '../live/stream-source';
import { useMessages } from '../messages/use-messages';

export function SignOut() {
	const { t } = useMessages();
	async function signOut() {
		// Whatever the answer: the sign-in page asks the server anew, and comes straight back if the cookie still holds.
		await fetchJson('/api/auth/sign-out', {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: '{}',
		}).catch(() => null);
		endSharedStreams();
		window.location.assign('/sign-in');
	}
	return (
		<button
			type="button"
			onClick={signOut}
			aria-label={t.shell.signOut}
			title={t.shell.signOut}
			className="grid size-7 place-items-center pointer-coarse:size-11 rounded-control text-ink3 hover:bg-hover hover:text-ink"
		>
			<LogOut size={14} aria-hidden="true" />
		</button>
	);
}
