'use client';

import { useMessages } from '../messages/use-messages';
import { LoadingText } from '../shell/loading-text';
import { PageHeader } from '../shell/page-header';

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** The page's own layout before the first state arrives. */
export function MembersSkeleton() {
	const { t } = useMessages();
	return (
		<>
			<PageHeader title={t.members.title} summary={<LoadingText />} />
			<div aria-hidden="true" className="flex flex-col gap-3.5 px-4 nav:px-6">
				<div className="skeleton h-10" />
				<div className="skeleton h-28" />
				<div className="skeleton h-9 max-w-96" />
				<div className="flex flex-col gap-px">
					{ROWS.map((row) => (
						<div key={row} className="skeleton h-9 rounded-none" />
					))}
				</div>
			</div>
		</>
	);
}
