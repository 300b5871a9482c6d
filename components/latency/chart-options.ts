import type uPlot from 'uplot';
import type { Format } from '@/components/messages/format';
import { answeredMs, type LatencyPoint } from './latency-stats';

export type ChartColours = { ink: string; muted: string; grid: string; gap: string };

/** The theme's colours as they are in force on an element. */
export function toColours(style: CSSStyleDeclaration): ChartColours {
	const token = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
	return {
		ink: token('--ink2', '#4a5058'),
		muted: token('--ink3', '#656c76'),
		grid: token('--line2', '#efefeb'),
		gap: token('--dead', '#d13438'),
	};
}

type ChartInput = {
	width: number;
	height: number;
	colours: ChartColours;
	format: Format;
	labels: { time: string; value: string };
	/** The points that are drawn now, for the strokes of unanswered rounds. */
	points: () => readonly LatencyPoint[];
	/** Index of the point below the pointer, or null. */
	onCursor: (index: number | null) => void;
};

const FONT = '11px "Geist Mono", ui-monospace, monospace';

export function toChartOptions(input: ChartInput): uPlot.Options {
	const { colours, format } = input;
	const axis = { stroke: colours.muted, font: FONT, ticks: { show: false }, grid: { stroke: colours.grid, width: 1 } };
	return {
		width: input.width,
		height: input.height,
		legend: { show: false },
		padding: [8, 28, 0, 0],
		cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
		scales: {
			// From zero: half a millisecond more on a fast network must not look like a mountain.
			y: { range: (_plot, _min, max) => [0, Math.max(max * 1.15, 0.5)] },
		},
		axes: [
			{
				...axis,
				size: 26,
				gap: 4,
				space: 74,
				values: (_plot, splits) => splits.map((seconds) => format.time(seconds * 1000)),
			},
			{ ...axis, size: 52, gap: 4, space: 30, values: (_plot, splits) => splits.map((ms) => tickText(ms)) },
		],
		series: [
			{ label: input.labels.time },
			{ label: input.labels.value, stroke: colours.ink, width: 1.4, spanGaps: false, points: { size: 3 } },
		],
		hooks: {
			draw: [(plot) => drawGaps(plot, input.points(), colours.gap)],
			setCursor: [(plot) => input.onCursor(plot.cursor.idx ?? null)],
		},
	};
}

/** '0.5 ms', '40 ms': as short as the axis is narrow. */
function tickText(ms: number): string {
	return `${Number(ms.toPrecision(3))} ms`;
}

/** A stroke on the baseline for each round that got no answer. */
function drawGaps(plot: uPlot, points: readonly LatencyPoint[], colour: string): void {
	const { ctx, bbox } = plot;
	const base = bbox.top + bbox.height;
	ctx.save();
	ctx.strokeStyle = colour;
	ctx.lineWidth = 2 * devicePixelRatio;
	ctx.beginPath();
	for (const point of points) {
		if (answeredMs(point) === null) {
			const x = plot.valToPos(point.atMs / 1000, 'x', true);
			ctx.moveTo(x, base);
			ctx.lineTo(x, base - 10 * devicePixelRatio);
		}
	}
	ctx.stroke();
	ctx.restore();
}
