import Link from 'next/link';
import { getMessages } from '@/components/messages/get-messages';
import { PageState } from '@/components/shell/page-state';

export default async function NotFound() {
	const { t } = await getMessages();
	return (
		<div>
			<PageState title={t.shell.notFoundTitle} text={t.shell.notFoundText} heading="h1">
				<Link href="/" className="btn">
					{t.shell.toClusters}
				</Link>
			</PageState>
		</div>
	);
}
