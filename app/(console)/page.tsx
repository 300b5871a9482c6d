import type { Metadata } from 'next';
import { requireMe } from '@/app/require-identity';
import { ClustersPage } from '@/components/clusters/clusters-page';
import { getMessages } from '@/components/messages/get-messages';

export async function generateMetadata(): Promise<Metadata> {
	const { t } = await getMessages();
	return { title: t.clusters.title };
}

export default async function Page() {
	await requireMe('/');
	return <ClustersPage />;
}
