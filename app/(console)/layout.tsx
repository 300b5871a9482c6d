import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { currentMe } from '@/app/require-identity';
import { CLUSTER_COOKIE } from '@/components/shell/cluster-cookie';
import { Shell } from '@/components/shell/shell';
import { parseTheme, THEME_COOKIE } from '@/components/shell/theme';
import { rollcall } from '@/lib/runtime/rollcall';

/** The frame of every page behind the sign-in. Without an identity the page itself redirects (app/require-identity.ts). */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
	const [me, jar] = await Promise.all([currentMe(), cookies()]);
	if (me === null) return children;
	const running = rollcall();
	return (
		<Shell
			me={me}
			theme={parseTheme(jar.get(THEME_COOKIE)?.value)}
			clusters={running === null ? null : [...running.clusters.values()].map((cluster) => cluster.view())}
			lastCluster={jar.get(CLUSTER_COOKIE)?.value ?? null}
		>
			{children}
		</Shell>
	);
}
