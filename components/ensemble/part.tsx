import type { ReactNode } from 'react';

/** A titled part of the page; `note` says what it is about. */
export function Part({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
	return (
		<section className="min-w-0">
			<h2 className="text-section leading-6 font-bold">{title}</h2>
			{note ? <p className="mb-2 max-w-text text-body text-ink3">{note}</p> : <div className="mb-2" />}
			{children}
		</section>
	);
}
