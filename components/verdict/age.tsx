'use client';

import { useMessages } from '../messages/use-messages';

/** A time as an age, with the exact time on hover. `nowMs` is the console's clock; 0 before the first render in a browser. */
export function Age({ atMs, nowMs, text }: { atMs: number; nowMs: number; text?: (ms: number) => string }) {
	const { f } = useMessages();
	if (nowMs === 0) return null;
	return (
		<time dateTime={new Date(atMs).toISOString()} title={f.dateTime(atMs)}>
			{(text ?? f.duration)(Math.max(0, nowMs - atMs))}
		</time>
	);
}
