import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { requireMe } from '@/app/require-identity';
import { getMessages } from '@/components/messages/get-messages';
import { SettingsPage } from '@/components/settings/settings-page';
import { parseRoom, ROOM_COOKIE } from '@/components/shell/room';
import { parseTheme, THEME_COOKIE } from '@/components/shell/theme';

export async function generateMetadata(): Promise<Metadata> {
	const { t } = await getMessages();
	return { title: t.settings.title };
}

export default async function Page() {
	const [me, jar] = await Promise.all([requireMe('/settings'), cookies()]);
	return (
		<SettingsPage
			me={me}
			theme={parseTheme(jar.get(THEME_COOKIE)?.value)}
			room={parseRoom(jar.get(ROOM_COOKIE)?.value)}
		/>
	);
}
