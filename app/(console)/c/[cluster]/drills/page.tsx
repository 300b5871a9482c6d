import type { Metadata } from 'next';
import { requireCluster, requireMe, type SearchParams, withQuery } from '@/app/require-identity';
import { DrillsPage } from '@/components/drills/drills-page';
import { getMessages } from '@/components/messages/get-messages';

type Props = { params: Promise<{ cluster: string }>; searchParams: SearchParams };

export async function generateMetadata(): Promise<Metadata> {
	const { t } = await getMessages();
	return { title: t.drills.title };
}

export default async function Page({ params, searchParams }: Props) {
	const { cluster } = await params;
	const me = await requireMe(await withQuery(`/c/${cluster}/drills`, searchParams));
	return <DrillsPage clusterId={requireCluster(cluster)} role={me.role} />;
}
