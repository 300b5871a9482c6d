'use client';

import { X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useMessages } from '@/components/messages/use-messages';

/** The panel of one entry: takes the focus when it opens or changes, closes on Esc and gives the focus back to its row. */
export function DetailFrame(props: { entry: string; title: string; closeHref: string; children: ReactNode }) {
	const { t } = useMessages();
	const router = useRouter();
	const headingId = useId();
	const heading = useRef<HTMLHeadingElement>(null);
	const { entry, closeHref } = props;
	useEffect(() => {
		heading.current?.focus({ preventScroll: true });
		heading.current?.scrollIntoView({ block: 'nearest' });
		return () => {
			// After the address has changed the row is there again, also on narrow screens, where the panel had replaced it.
			requestAnimationFrame(() => {
				if (document.activeElement === document.body || document.activeElement === null) {
					document.getElementById(`entry-${entry}`)?.focus();
				}
			});
		};
	}, [entry]);
	const close = () => router.push(closeHref, { scroll: false });
	return (
		<section
			aria-labelledby={headingId}
			className="panel p-4 side:sticky side:top-4 side:max-h-[calc(100dvh-2rem)] side:overflow-y-auto"
			onKeyDown={(event) => {
				if (event.key === 'Escape' && !event.defaultPrevented) {
					close();
				}
			}}
		>
			<div className="flex items-center justify-between gap-3">
				<h2 id={headingId} ref={heading} tabIndex={-1} className="text-heading font-bold outline-none">
					{props.title}
				</h2>
				<button
					type="button"
					onClick={close}
					aria-label={t.audit.closeDetail}
					title={t.audit.closeDetail}
					className="grid size-8 place-items-center rounded-control text-ink3 hover:bg-hover hover:text-ink"
				>
					<X aria-hidden size={16} />
				</button>
			</div>
			{props.children}
		</section>
	);
}
