import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requireCluster, requireMe, type SearchParams, withQuery } from '@/app/require-identity';
import { MemberPage } from '@/components/member/member-page';
import { PurgeHost } from '@/components/member/purge-host';
import { getMessages } from '@/components/messages/get-messages';

type Props = { params: Promise<{ cluster: string }>; searchParams: SearchParams };

/** ZooKeeper's own names are far shorter; a longer one cannot be a member's path. */
const PATH_LENGTH_MAX = 4_096;

async function readPath(searchParams: SearchParams): Promise<string | null> {
	const { path } = await searchParams;
	return typeof path === 'string' && path.startsWith('/') && path.length <= PATH_LENGTH_MAX ? path : null;
}

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
	const [{ t }, path] = await Promise.all([getMessages(), readPath(searchParams)]);
	return { title: path?.split('/').at(-1) || t.members.title };
}

export default async function Page({ params, searchParams }: Props) {
	const { cluster } = await params;
	const me = await requireMe(await withQuery(`/c/${cluster}/member`, searchParams));
	const path = await readPath(searchParams);
	if (path === null) notFound();
	const clusterId = requireCluster(cluster);
	return (
		<PurgeHost clusterId={clusterId} role={me.role}>
			<MemberPage clusterId={clusterId} path={path} role={me.role} />
		</PurgeHost>
	);
}
