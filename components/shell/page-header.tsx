import type { ReactNode } from 'react';

/** Title and a line about it on the left, how fresh the page is on the right. */
export function PageHeader(props: { title: ReactNode; summary?: ReactNode; aside?: ReactNode }) {
	return (
		<header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-1 px-4 pt-4 pb-3 nav:px-6">
			<div className="min-w-0">
				<h1 className="text-title leading-7 font-bold">{props.title}</h1>
				{props.summary ? <p className="text-ink3 wrap-anywhere">{props.summary}</p> : null}
			</div>
			{props.aside ? <div className="flex flex-wrap items-center gap-x-3.5 gap-y-1 pt-1.5">{props.aside}</div> : null}
		</header>
	);
}
