import { type ReactNode, useId } from 'react';

type Props = {
	name: string;
	/** Shown while pointed at, and read out by screen readers. */
	explained?: string;
	/** For tests: which atom this is. */
	atom: string;
	children: ReactNode;
};

/** One line of the evidence below the addresses. */
export function Fact({ name, explained, atom, children }: Props) {
	const id = useId();
	return (
		<div className="contents" data-atom={atom}>
			<dt className="border-t border-line2 text-ink2" title={explained} aria-describedby={explained ? id : undefined}>
				<span className={explained ? 'underline decoration-field decoration-dotted underline-offset-3' : ''}>
					{name}
				</span>
				{explained ? (
					<span id={id} className="sr-only">
						{explained}
					</span>
				) : null}
			</dt>
			<dd className="min-w-0 border-t border-line2">{children}</dd>
		</div>
	);
}

export function Small({ block = false, children }: { block?: boolean; children: ReactNode }) {
	return <small className={`text-caption text-ink3 wrap-anywhere ${block ? 'block' : ''}`}>{children}</small>;
}
