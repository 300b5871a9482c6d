import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
// biome-ignore lint/style/noRestrictedImports: a library's folder that happens to be called 'adapters'
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import type { ReactNode } from 'react';
import { getLanguage } from '@/components/messages/get-messages';
import { LOCALES } from '@/components/messages/language';
import { ProvideMessages } from '@/components/messages/provide';
import { FONTS } from '@/components/shell/fonts';
import { parseRoom, ROOM_COOKIE } from '@/components/shell/room';
import { parseTheme, THEME_COOKIE } from '@/components/shell/theme';

export const metadata: Metadata = {
	title: { default: 'Rollcall', template: '%s · Rollcall' },
	robots: { index: false, follow: false },
	icons: { icon: '/icon.svg' },
};

/** A phone's keyboard makes the page shorter instead of covering its foot, where the buttons of a dialog are. */
export const viewport: Viewport = { width: 'device-width', initialScale: 1, interactiveWidget: 'resizes-content' };

/** Language, theme and room are read from cookies here, so that none flashes and no script has to run before the first paint. */
export default async function RootLayout({ children }: { children: ReactNode }) {
	const [language, jar] = await Promise.all([getLanguage(), cookies()]);
	return (
		<html
			lang={LOCALES[language]}
			data-theme={parseTheme(jar.get(THEME_COOKIE)?.value)}
			data-room={parseRoom(jar.get(ROOM_COOKIE)?.value)}
			className={FONTS}
		>
			<body>
				<ProvideMessages language={language}>
					<NuqsAdapter>{children}</NuqsAdapter>
				</ProvideMessages>
			</body>
		</html>
	);
}
