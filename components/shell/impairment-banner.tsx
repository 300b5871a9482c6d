'use client';

import { TriangleAlert } from 'lucide-react';
import type { LiveCluster } from '../live/live-cluster';
import { useNow } from '../live/use-now';
import { useMessages } from '../messages/use-messages';

const ENSEMBLE_DOWN = new Set(['zookeeper-disconnected', 'zookeeper-never-connected']);

/**
 * On every page of a cluster: why what is shown may be old, or why nothing can be proven or purged. The announced text holds
 * no running figures, so that a screen reader hears it once.
 */
export function ImpairmentBanner({ live }: { live: LiveCluster }) {
	const { t, f } = useMessages();
	const nowMs = useNow(1000, live.clockOffsetMs);
	const cluster = live.cluster;
	const lines: { key: string; text: string; detail: string; sinceAtMs: number | null }[] = [];
	if (live.connection === 'stale') {
		lines.push({ key: 'stale', text: t.shell.staleExplained, detail: '', sinceAtMs: null });
	}
	for (const impairment of cluster?.impairments ?? []) {
		const down = ENSEMBLE_DOWN.has(impairment.code);
		lines.push({
			key: impairment.code,
			text:
				(down ? `${t.shell.ensembleDown(impairment.sinceAtMs, cluster?.observedAtMs ?? null)}${f.sentenceGap}` : '') +
				t.shell.impairments[impairment.code],
			detail: impairment.detail,
			sinceAtMs: down ? null : impairment.sinceAtMs,
		});
	}
	return (
		<div role="status" aria-live="polite">
			{lines.length > 0 ? (
				<ul className="border-b border-banner-line bg-banner px-4 py-2 text-body text-ink nav:px-6">
					{lines.map((line) => (
						<li key={line.key} className="flex items-start gap-2 py-0.5" data-impairment={line.key}>
							<TriangleAlert size={14} aria-hidden="true" className="mt-0.5 shrink-0 text-suspect-ink" />
							<span title={line.detail || undefined}>
								{line.text}
								{line.sinceAtMs !== null && nowMs > 0 ? (
									<span aria-hidden="true" className="text-ink2" title={f.dateTime(line.sinceAtMs)}>
										{' '}
										{t.shell.impairedSince(nowMs - line.sinceAtMs)}
									</span>
								) : null}
							</span>
						</li>
					))}
				</ul>
			) : null}
		</div>
	);
}
