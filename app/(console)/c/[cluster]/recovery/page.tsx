import type { Metadata } from 'next';
import { requireCluster, requireMe, type SearchParams, withQuery } from '@/app/require-identity';
import { getMessages } from '@/components/messages/get-messages';
import { RecoveryPage } from '@/components/recovery/recovery-page';

type Props = { params: Promise<{ cluster: string }>; searchParams: SearchParams };

export async function generateMetadata(): Promise<Metadata> {
	const { t } = await getMessages();
	return { title: t.recovery.title };
}

export default async function Page({ params, searchParams }: Props) {
	const { cluster } = await params;
	const me = await requireMe(await withQuery(`/c/${cluster}/recovery`, searchParams));
	return <RecoveryPage clusterId={requireCluster(cluster)} role={me.role} />;
}
