import type { Metadata } from 'next';
import { requireCluster, requireMe, type SearchParams, withQuery } from '@/app/require-identity';
import { PurgeHost } from '@/components/member/purge-host';
import { getMessages } from '@/components/messages/get-messages';
import { SuspectsPage } from '@/components/suspects/suspects-page';

type Props = { params: Promise<{ cluster: string }>; searchParams: SearchParams };

export async function generateMetadata(): Promise<Metadata> {
	const { t } = await getMessages();
	return { title: t.suspects.title };
}

export default async function Page({ params, searchParams }: Props) {
	const { cluster } = await params;
	const me = await requireMe(await withQuery(`/c/${cluster}/suspects`, searchParams));
	const clusterId = requireCluster(cluster);
	return (
		<PurgeHost clusterId={clusterId} role={me.role}>
			<SuspectsPage clusterId={clusterId} role={me.role} />
		</PurgeHost>
	);
}
