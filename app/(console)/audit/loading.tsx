import { AuditSkeleton } from '@/components/audit/audit-skeleton';
import { getMessages } from '@/components/messages/get-messages';

export default async function Loading() {
	const { t } = await getMessages();
	return <AuditSkeleton t={t} />;
}
