import type { ReactNode } from 'react';

/** A titled part of a member's page. */
export function Section({ title, aside, children }: { title: ReactNode; aside?: ReactNode; children: ReactNode }) {
	return (
		<section className="min-w-0">
			<div className="mb-1 flex items-baseline justify-between gap-3">
				<h3 className="label tracking-normal">{title}</h3>
				{aside}
			</div>
			{children}
		</section>
	);
}
