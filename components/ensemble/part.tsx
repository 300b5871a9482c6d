import type { ReactNode } from 'react';

/** A titled part of the page; `note` says what it is about. */
export function Part({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
	return (
		<section className="min-w-0">
			<h2 className="text-[15px] leading-6 font-[600]">{title}</h2>
			{note ? <p className="mb-2 max-w-[76ch] text-[12.5px] text-ink3">{note}</p> : <div className="mb-2" />}
			{children}
		</section>
	);
}
