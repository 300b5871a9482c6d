'use client';

import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, useState } from 'react';
import type uPlot from 'uplot';
import { useThemeVersion } from '@/components/members/use-theme-version';
import { useMessages } from '@/components/messages/use-messages';
import { loadLater } from '@/components/shell/load-later';
import { useRoomScale } from '@/components/shell/use-room-scale';
import { toChartOptions, toColours, toFont } from './chart-options';
import { drawnMs, type LatencyScale, toLatencyScale } from './latency-scale';
import { answeredMs, type LatencyPoint, toLatencyStats } from './latency-stats';

const loadPlot = loadLater(() => import('uplot'));

/** As at a desk. */
const HEIGHT_PX = 128;
/** --text-small, at a desk. A whole number: of '11.5px' uPlot multiplies the 5 alone, where pixels are finer. */
const TEXT_PX = 12;

/**
 * Heartbeat latency over the recent rounds, with the time-out as a dashed line; a round without an answer is a gap in the line
 * and a stroke on the baseline.
 * The picture is decoration for a screen reader: the sentence below says what it shows. Its code is loaded when it is first
 * shown, in room that is kept free from the start.
 */
export function LatencyChart({ points, thresholdMs }: { points: readonly LatencyPoint[]; thresholdMs: number }) {
	const { t, f } = useMessages();
	const [shownIndex, setShownIndex] = useState<number | null>(null);
	const host = useRef<HTMLDivElement>(null);
	const chart = useRef<uPlot | null>(null);
	const latest = useRef(points);
	latest.current = points;
	const scale = useRef<LatencyScale>(toLatencyScale([], thresholdMs));
	scale.current = toLatencyScale(points.map(answeredMs), thresholdMs);
	const theme = useThemeVersion();
	const room = useRoomScale();
	const height = HEIGHT_PX * room;
	// biome-ignore lint/correctness/useExhaustiveDependencies: the theme's colours are read from the page when it changes
	useEffect(() => {
		const element = host.current;
		let ended = false;
		let resized: ResizeObserver | null = null;
		if (element === null) {
			return;
		}
		const style = getComputedStyle(element);
		const font = (ratio: number) => toFont(style, TEXT_PX * ratio);
		// A canvas is not drawn again when a font has come; without it the next in line serves.
		const fonts = Promise.allSettled([document.fonts.load(font(1))]);
		void Promise.all([loadPlot(), fonts]).then(([{ default: Plot }]) => {
			if (ended) {
				return;
			}
			const options = toChartOptions({
				width: Math.max(120, element.clientWidth),
				height,
				room,
				colours: toColours(style),
				font,
				format: f,
				labels: {
					time: t.latency.seriesTime,
					value: t.latency.series,
					threshold: t.evidence.threshold(thresholdMs),
				},
				thresholdMs,
				scale: () => scale.current,
				points: () => latest.current,
				onCursor: setShownIndex,
			});
			const plot = new Plot(options, toData(latest.current, scale.current), element);
			chart.current = plot;
			resized = new ResizeObserver(() => {
				plot.setSize({ width: Math.max(120, element.clientWidth), height });
			});
			resized.observe(element);
		});
		return () => {
			ended = true;
			resized?.disconnect();
			chart.current?.destroy();
			chart.current = null;
		};
	}, [f, t, theme, thresholdMs, room]);
	useEffect(() => {
		chart.current?.setData(toData(points, scale.current));
	}, [points]);
	const stats = toLatencyStats(points);
	const shown = shownIndex === null ? undefined : points[shownIndex];
	return (
		<figure>
			<div ref={host} aria-hidden style={{ height }} className="w-full overflow-hidden" />
			<figcaption className="mt-0.5 min-h-4.5 text-small text-ink2">
				{shown !== undefined && <span aria-hidden>{readout(shown, f)}</span>}
				{points.length === 0 ? (
					<span>{t.latency.empty}</span>
				) : (
					<span className="sr-only">
						{t.latency.summary(stats.rounds, stats.medianMs, stats.p95Ms, stats.maxMs, stats.gaps)}
					</span>
				)}
			</figcaption>
		</figure>
	);

	function readout(point: LatencyPoint, format: typeof f): string {
		const value = answeredMs(point);
		return `${format.timeExact(point.atMs)}  ${value === null ? t.latency.results[point.result] : format.latency(value)}`;
	}
}

function toData(points: readonly LatencyPoint[], scale: LatencyScale): uPlot.AlignedData {
	return [points.map((point) => point.atMs / 1000), points.map((point) => drawnMs(answeredMs(point), scale))];
}
