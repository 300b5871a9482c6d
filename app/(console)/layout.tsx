import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { currentMe } from '@/app/require-identity';
import { Shell } from '@/components/shell/shell';
import { parseTheme, THEME_COOKIE } from '@/components/shell/theme';

/** The frame of every page behind the sign-in. Without an identity the page itself redirects (app/require-identity.ts). */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
	const [me, jar] = await Promise.all([currentMe(), cookies()]);
	if (me === null) return children;
	return (
		<Shell me={me} theme={parseTheme(jar.get(THEME_COOKIE)?.value)}>
			{children}
		</Shell>
	);
}
