'use client';

import { type Key, type ReactNode, useState } from 'react';
import { useMessages } from '../messages/use-messages';

const SHOWN_AT_FIRST = 12;
const SHOWN_MORE = 100;

type Props<Item> = {
	items: readonly Item[];
	keyOf: (item: Item) => Key;
	className?: string;
	children: (item: Item) => ReactNode;
};

/** A list that may be of thousands (a session can own as many znodes as it likes): its beginning, and more of it when asked for. */
export function LongList<Item>({ items, keyOf, className, children }: Props<Item>) {
	const { t } = useMessages();
	const [shown, setShown] = useState(SHOWN_AT_FIRST);
	const rest = items.length - shown;
	return (
		<>
			<ul className="flex flex-col gap-0.5">
				{items.slice(0, shown).map((item) => (
					<li key={keyOf(item)} className={className}>
						{children(item)}
					</li>
				))}
			</ul>
			{rest > 0 ? (
				<button type="button" className="btn mt-2" onClick={() => setShown(shown + SHOWN_MORE)}>
					{t.member.more(Math.min(rest, SHOWN_MORE), rest)}
				</button>
			) : null}
		</>
	);
}
