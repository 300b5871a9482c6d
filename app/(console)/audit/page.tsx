import type { Metadata } from 'next';
import { requireMe, type SearchParams, withQuery } from '@/app/require-identity';
import { AuditPage } from '@/components/audit/audit-page';
import { getMessages } from '@/components/messages/get-messages';
import { rollcall } from '@/lib/runtime/rollcall';
import { parseAsked, readArchives, readAudit } from './read-audit';

export async function generateMetadata(): Promise<Metadata> {
	const { t } = await getMessages();
	return { title: t.audit.title };
}

export default async function Page({ searchParams }: { searchParams: SearchParams }) {
	await requireMe(await withQuery('/audit', searchParams));
	const asked = parseAsked(await searchParams);
	const console = rollcall();
	const clusters = [...(console?.clusters.values() ?? [])].map((each) => ({ id: each.id, name: each.view().name }));
	const [outcome, archives, m] = await Promise.all([readAudit(console, asked), readArchives(console), getMessages()]);
	return <AuditPage {...asked} clusters={clusters} outcome={outcome} archives={archives} m={m} />;
}
