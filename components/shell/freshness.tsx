'use client';

import type { LiveCluster } from '../live/live-cluster';
import { useNow } from '../live/use-now';
import { useOnline } from '../live/use-online';
import { useMessages } from '../messages/use-messages';

/** Whether what is on the page is the present state, and if not, how old it is. */
export function Freshness({ live }: { live: LiveCluster }) {
	const { t, f } = useMessages();
	const nowMs = useNow(1000);
	const online = useOnline();
	const seen = live.lastEventAtMs;
	const ageMs = seen === null ? null : Math.max(0, nowMs - seen);
	// The console may be heard well while it hears nothing itself: then this is no present state either.
	const following = live.cluster?.ensemble.following !== false;
	const text =
		live.connection === 'live'
			? following
				? t.shell.live
				: t.shell.ensembleSilent
			: ageMs === null
				? t.shell.connecting
				: online
					? t.shell.stale(ageMs)
					: t.shell.offline(ageMs);
	const dot =
		live.connection === 'live' && following
			? 'bg-ok ring-3 ring-ok/20'
			: live.connection === 'stale' || !following
				? 'bg-suspect'
				: 'bg-field';
	return (
		<span
			className="inline-flex items-center gap-2 text-small text-ink3"
			title={seen === null ? undefined : f.dateTime(seen + live.clockOffsetMs)}
			data-connection={live.connection}
		>
			<span aria-hidden="true" className={`size-2 rounded-full ${dot}`} />
			{text}
		</span>
	);
}
