'use client';

import { useMessages } from '../messages/use-messages';

/** A moment to the minute with the exact one on hover; `never` where there is none. Empty until the browser knows its zone. */
export function When({ atMs, never, nowMs }: { atMs: number | null; never: string; nowMs: number }) {
	const { f } = useMessages();
	if (atMs === null) return <span className="text-ink3">{never}</span>;
	if (nowMs === 0) return null;
	return (
		<time dateTime={new Date(atMs).toISOString()} title={f.dateTime(atMs)} className="md:whitespace-nowrap">
			{f.toTheMinute(atMs)}
		</time>
	);
}
