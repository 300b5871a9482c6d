import type { ReactNode } from 'react';

/** A sentence with one part set off: what stands before it, the part, what stands after it. */
export function Around({ text, children }: { text: readonly [before: string, after: string]; children: ReactNode }) {
	return (
		<>
			{text[0]}
			{children}
			{text[1]}
		</>
	);
}
