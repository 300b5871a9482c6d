'use client';

import './globals.css';
import { failure as en } from '@/components/messages/en/failure';
import { LOCALES } from '@/components/messages/language';
import { failure as zh } from '@/components/messages/zh/failure';
import { FONTS } from '@/components/shell/fonts';
import { PageFailure } from '@/components/shell/page-failure';

/** In place of the whole document, when its layout failed: whose language it is was the layout's to say, so both are here. */
export default function GlobalErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
	return (
		<html lang={LOCALES.en} data-theme="system" className={FONTS}>
			<title>Rollcall</title>
			<body>
				<main>
					<PageFailure error={error} onRetry={retry} texts={en} />
					<div lang={LOCALES.zh}>
						<PageFailure error={error} onRetry={retry} texts={zh} heading="h2" />
					</div>
				</main>
			</body>
		</html>
	);
}
