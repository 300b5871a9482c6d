import type { Metadata } from 'next';
import { requireCluster, requireMe, type SearchParams, withQuery } from '@/app/require-identity';
import { GuidePage } from '@/components/guide/guide-page';
import { getMessages } from '@/components/messages/get-messages';

type Props = { params: Promise<{ cluster: string }>; searchParams: SearchParams };

export async function generateMetadata(): Promise<Metadata> {
	const { t } = await getMessages();
	return { title: t.guide.title };
}

export default async function Page({ params, searchParams }: Props) {
	const { cluster } = await params;
	await requireMe(await withQuery(`/c/${cluster}/guide`, searchParams));
	return <GuidePage clusterId={requireCluster(cluster)} />;
}
