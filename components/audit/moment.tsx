'use client';

import { useSyncExternalStore } from 'react';
import { useMessages } from '@/components/messages/use-messages';

const never = () => () => {};

/**
 * A time in the viewer's zone. The server does not know that zone and writes UTC; both take the same room.
 * @param props.at ISO 8601
 */
export function Moment({ at, exact = false }: { at: string; exact?: boolean }) {
	const { f } = useMessages();
	const inBrowser = useSyncExternalStore(
		never,
		() => true,
		() => false,
	);
	const atMs = Date.parse(at);
	const utc = `${at.slice(0, 10)} ${at.slice(11, 23)} UTC`;
	if (!inBrowser || !Number.isFinite(atMs)) {
		return (
			<time dateTime={at} className="whitespace-nowrap">
				{exact ? utc : at.slice(0, 19).replace('T', ' ')}
			</time>
		);
	}
	return (
		<time dateTime={at} title={f.dateTime(atMs)} className="whitespace-nowrap">
			{exact ? f.dateTime(atMs) : localText(new Date(atMs))}
		</time>
	);
}

/** '2026-11-24 03:12:40' in the viewer's zone: sorts and aligns in every language. */
function localText(date: Date): string {
	const two = (value: number) => String(value).padStart(2, '0');
	const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
	return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
