'use client';

import { useMessages } from '@/components/messages/use-messages';
import { PageFailure } from '@/components/shell/page-failure';

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
	const { t } = useMessages();
	return <PageFailure error={error} onRetry={retry} texts={t.failure} />;
}
