import type { ReactNode } from 'react';

type Props = {
	title: string;
	text?: ReactNode;
	tone?: 'calm' | 'well' | 'bad';
	/** 'h1' where the page has no other title. */
	heading?: 'h1' | 'h2';
	children?: ReactNode;
};

/** What a page shows instead of its content: empty, refused, failed. Says what to do next. */
export function PageState({ title, text, tone = 'calm', heading: Heading = 'h2', children }: Props) {
	const mark = { calm: 'bg-field', well: 'bg-ok', bad: 'bg-dead' }[tone];
	return (
		<section className="mx-auto flex max-w-112 flex-col items-start gap-2 px-6 py-20">
			<span aria-hidden="true" className={`mb-1 size-2.5 rounded-mark ${mark}`} />
			<Heading className="text-heading font-bold">{title}</Heading>
			{text ? <div className="text-lead leading-prose text-ink2">{text}</div> : null}
			{children ? <div className="mt-2 flex flex-wrap gap-2">{children}</div> : null}
		</section>
	);
}
