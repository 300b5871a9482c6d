import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { requireMe } from '@/app/require-identity';
import { ClustersPage } from '@/components/clusters/clusters-page';
import { getMessages } from '@/components/messages/get-messages';
import { rollcall } from '@/lib/runtime/rollcall';

export async function generateMetadata(): Promise<Metadata> {
	const { t } = await getMessages();
	return { title: t.clusters.title };
}

export default async function Page() {
	await requireMe('/');
	// One cluster: a list of one is a click for nothing.
	const ids = [...(rollcall()?.clusters.keys() ?? [])];
	if (ids.length === 1 && ids[0] !== undefined) redirect(`/c/${encodeURIComponent(ids[0])}`);
	return <ClustersPage />;
}
