'use client';

import { useNow } from '../live/use-now';
import { useMessages } from '../messages/use-messages';
import type { Episode } from './episode';

type Props = { episode: Episode; sessionTimeoutMs: number | null; clockOffsetMs: number };

const percent = (part: number, whole: number) => `${Math.min(100, Math.max(0, (part / whole) * 100))}%`;

/** How far into the session timeout the member is, and when it was proven: what Rollcall saves, drawn. */
export function ExpiryBar({ episode, sessionTimeoutMs, clockOffsetMs }: Props) {
	const { t, f } = useMessages();
	const nowMs = useNow(200, clockOffsetMs);
	if (episode.firstSignAtMs === null || nowMs === 0) return null;
	const elapsedMs = Math.max(0, nowMs - episode.firstSignAtMs);
	const provenMs = episode.provenAtMs === null ? null : episode.provenAtMs - episode.firstSignAtMs;
	return (
		<div className="rounded-control border border-line px-3 py-2.5">
			<div className="flex justify-between gap-3">
				<span title={f.dateTime(episode.firstSignAtMs)}>{t.member.firstSign}</span>
				<b className="font-semibold">{f.duration(elapsedMs)}</b>
			</div>
			{sessionTimeoutMs === null ? null : (
				<div aria-hidden="true" className="relative my-2 h-1.5 rounded-mark bg-line2">
					<div
						className="absolute inset-y-0 left-0 rounded-mark bg-field"
						style={{ width: percent(elapsedMs, sessionTimeoutMs) }}
					/>
					{provenMs === null ? null : (
						<div
							className="absolute -top-0.75 h-3 w-0.5 bg-dead"
							style={{ left: percent(provenMs, sessionTimeoutMs) }}
						/>
					)}
				</div>
			)}
			<div className="flex justify-between gap-3 text-caption text-ink3">
				<span className={provenMs === null ? '' : 'text-dead-ink'}>
					{provenMs === null ? '' : t.member.proofAt(provenMs)}
				</span>
				{sessionTimeoutMs === null ? null : <span>{t.member.timeout(sessionTimeoutMs)}</span>}
			</div>
		</div>
	);
}
