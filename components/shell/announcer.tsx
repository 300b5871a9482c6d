'use client';

import { useEffect, useRef, useState } from 'react';
import type { LiveCluster, LiveMember } from '../live/live-cluster';
import { useMessages } from '../messages/use-messages';
import { verdictChanges } from './announcements';

/** A screen reader is told at most this often; what happened meanwhile is summed up. */
const EVERY_MS = 5_000;
const NAMED_MAX = 3;

/** Says changes of verdict politely: the worst three by name, the rest as a number. Nothing is drawn. */
export function Announcer({ live }: { live: LiveCluster }) {
	const { t } = useMessages();
	const [text, setText] = useState('');
	const latest = useRef(live.members);
	const told = useRef<ReadonlyMap<string, LiveMember> | null>(null);
	useEffect(() => {
		latest.current = live.members;
		// The first state is not a change.
		if (told.current === null && live.cluster) told.current = live.members;
	}, [live.members, live.cluster]);
	useEffect(() => {
		const timer = setInterval(() => {
			const before = told.current;
			if (!before || before === latest.current) return;
			told.current = latest.current;
			const changes = verdictChanges(before, latest.current);
			if (changes.length === 0) return;
			const said = changes
				.slice(0, NAMED_MAX)
				.map((change) => t.members.announce(change.id, t.verdicts.inline[change.verdict]));
			if (changes.length > NAMED_MAX) said.push(t.members.announceMore(changes.length - NAMED_MAX));
			setText(said.join(' '));
		}, EVERY_MS);
		return () => clearInterval(timer);
	}, [t]);
	return (
		<p className="sr-only" role="status" aria-live="polite">
			{text}
		</p>
	);
}
