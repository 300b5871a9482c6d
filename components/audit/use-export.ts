'use client';

import { useEffect, useState } from 'react';
import type { ExportState, ExportView } from '@/lib/core/export-view';
import { ApiError, fetchJson } from '../live/fetch-json';

const ASK_EVERY_MS = 500;
/** Until it has been recorded it is not known yet. */
const BEGUN_MS_MAX = 15_000;

/** `waiting`: asked for, and not begun yet. */
export type ExportProgress = Omit<ExportView, 'state'> & { readonly state: ExportState | 'waiting' };

const WAITING: ExportProgress = { state: 'waiting', entries: 0, share: 0 };

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function follow(id: string, signal: AbortSignal, tell: (progress: ExportProgress) => void): Promise<void> {
	const startedAtMs = Date.now();
	let last = WAITING;
	while (!signal.aborted) {
		try {
			const view = await fetchJson<ExportView>(`/api/audit/exports/${id}`, { signal });
			const isAwaited = view.state === 'unknown' && last === WAITING && Date.now() - startedAtMs < BEGUN_MS_MAX;
			if (!isAwaited) {
				last = view;
				tell(view);
				if (view.state !== 'running') return;
			}
		} catch (error) {
			if (signal.aborted) return;
			// Away for a moment: the download goes on by itself. Refused: nothing more will be heard.
			if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
				return tell({ ...last, state: 'unknown' });
			}
		}
		await sleep(ASK_EVERY_MS);
	}
}

/** An id of this browser's own. Plain http has no crypto.randomUUID. */
export function newExportId(): string {
	return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** How far the export of that id is; null: none was asked for. */
export function useExport(id: string | null): ExportProgress | null {
	const [told, setTold] = useState<{ id: string; progress: ExportProgress } | null>(null);
	useEffect(() => {
		if (id === null) return;
		const leaving = new AbortController();
		void follow(id, leaving.signal, (progress) => setTold({ id, progress }));
		return () => leaving.abort();
	}, [id]);
	if (id === null) return null;
	return told?.id === id ? told.progress : WAITING;
}
