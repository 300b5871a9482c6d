'use client';

import { type FormEvent, useRef, useState, useSyncExternalStore } from 'react';
import { ApiError, fetchJson } from '../live/fetch-json';
import type { Catalogue } from '../messages/catalogue';
import { useMessages } from '../messages/use-messages';
import { FOR_IDS } from '../shell/for-ids';
import { Logo } from '../shell/logo';
import { LanguageSwitch, ThemeSwitch } from '../shell/preferences';
import type { Theme } from '../shell/theme';

function explain(error: unknown, t: Catalogue['signIn']): string {
	if (!(error instanceof ApiError)) return t.failed;
	if (error.status === 401 || error.status === 403 || error.status === 400 || error.status === 422) return t.wrong;
	if (error.status === 429) return t.tooMany;
	return error.status === 503 ? t.starting : t.failed;
}

const never = () => () => undefined;

/** Dead until the script runs: a form sent before that would go to the wrong place. */
function useScriptRuns(): boolean {
	return useSyncExternalStore(
		never,
		() => true,
		() => false,
	);
}

export function SignInForm({ nextPath, theme }: { nextPath: string; theme: Theme }) {
	const { t } = useMessages();
	const ready = useScriptRuns();
	const [busy, setBusy] = useState(false);
	const [problem, setProblem] = useState<string | null>(null);
	const password = useRef<HTMLInputElement>(null);

	async function submit(event: FormEvent<HTMLFormElement>) {
		event.preventDefault();
		if (busy) return;
		const form = new FormData(event.currentTarget);
		setBusy(true);
		setProblem(null);
		try {
			await fetchJson('/api/auth/sign-in/username', {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ username: form.get('username'), password: form.get('password') }),
			});
			// A full load: the server renders the frame for whoever has just signed in.
			window.location.assign(nextPath);
		} catch (error) {
			setBusy(false);
			setProblem(explain(error, t.signIn));
			password.current?.select();
		}
	}

	return (
		<main className="grid min-h-dvh place-items-center p-4">
			<div className="w-full max-w-85">
				<div className="mb-5 flex items-center gap-2.5 px-1">
					<Logo />
					<span className="text-section font-bold tracking-tight">{t.shell.product}</span>
					<span className="text-ink3">{t.shell.tagline}</span>
				</div>
				<form method="post" onSubmit={submit} className="panel flex flex-col gap-3.5 p-5">
					<h1 className="text-heading font-bold">{t.signIn.title}</h1>
					<label className="flex flex-col gap-1 text-small text-ink2">
						{t.signIn.username}
						<input className="field" name="username" autoComplete="username" {...FOR_IDS} required />
					</label>
					<label className="flex flex-col gap-1 text-small text-ink2">
						{t.signIn.password}
						<input
							ref={password}
							className="field"
							type="password"
							name="password"
							autoComplete="current-password"
							aria-describedby={problem ? 'sign-in-problem' : undefined}
							aria-invalid={problem ? true : undefined}
							required
						/>
					</label>
					<p id="sign-in-problem" role="alert" className={problem ? 'text-dead-ink' : 'hidden'}>
						{problem}
					</p>
					<button
						type="submit"
						className="btn border-ink bg-ink text-bg hover:not-disabled:bg-ink2"
						disabled={!ready || busy}
					>
						{busy ? t.signIn.submitting : t.signIn.submit}
					</button>
					<p className="text-small text-ink3">{t.signIn.firstTime}</p>
				</form>
				<div className="mt-3 flex items-center justify-between px-1">
					<ThemeSwitch initial={theme} />
					<LanguageSwitch />
				</div>
			</div>
		</main>
	);
}
