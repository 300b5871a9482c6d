import type { Messages } from '@/components/messages/use-messages';
import { PageHeader } from '@/components/shell/page-header';

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

/** The page's own layout while its first entries are read. */
export function AuditSkeleton({ t }: { t: Messages['t'] }) {
	return (
		<>
			<PageHeader title={t.audit.title} summary={t.audit.summary} />
			<div className="flex flex-col gap-2 px-4 pt-2 nav:px-6" aria-busy="true">
				<p className="sr-only" role="status">
					{t.shell.loading}
				</p>
				<div className="skeleton h-14.5" />
				{ROWS.map((row) => (
					<div key={row} className="skeleton h-9" />
				))}
			</div>
		</>
	);
}
