'use client';

import { useEffect, useState } from 'react';
import { useMessages } from '../messages/use-messages';

const SLOW_MS = 5_000;

/** 'Loading', and after five seconds what is the matter. */
export function LoadingText() {
	const { t } = useMessages();
	const [slow, setSlow] = useState(false);
	useEffect(() => {
		const timer = setTimeout(() => setSlow(true), SLOW_MS);
		return () => clearTimeout(timer);
	}, []);
	return <span role="status">{slow ? t.shell.neverConnected : t.shell.loading}</span>;
}
