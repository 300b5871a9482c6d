import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { currentMe, type SearchParams } from '@/app/require-identity';
import { getMessages } from '@/components/messages/get-messages';
import { parseNextPath } from '@/components/shell/next-path';
import { parseTheme, THEME_COOKIE } from '@/components/shell/theme';
import { SignInForm } from '@/components/sign-in/sign-in-form';

export async function generateMetadata(): Promise<Metadata> {
	const { t } = await getMessages();
	return { title: t.signIn.title };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
	const [{ next }, jar] = await Promise.all([searchParams, cookies()]);
	const nextPath = parseNextPath(next);
	if ((await currentMe()) !== null) redirect(nextPath);
	return <SignInForm nextPath={nextPath} theme={parseTheme(jar.get(THEME_COOKIE)?.value)} />;
}
