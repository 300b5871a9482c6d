import type uPlot from 'uplot';
import type { Format } from '@/components/messages/format';
import type { LatencyScale } from './latency-scale';
import { answeredMs, type LatencyPoint } from './latency-stats';

export type ChartColours = { ink: string; muted: string; grid: string; gap: string; limit: string };

/** The theme's colours as they are in force on an element. */
export function toColours(style: CSSStyleDeclaration): ChartColours {
	const token = (name: string) => style.getPropertyValue(name).trim();
	return {
		ink: token('--ink2'),
		muted: token('--ink3'),
		grid: token('--line2'),
		gap: token('--dead'),
		limit: token('--suspect-ink'),
	};
}

/** As a canvas takes it: the console's own monospace, which next/font names as it likes. */
export function toFont(style: CSSStyleDeclaration, sizePx: number): string {
	return `${sizePx}px ${style.getPropertyValue('--font-geist-mono').trim() || 'monospace'}`;
}

type ChartInput = {
	width: number;
	height: number;
	/** How much larger than at a desk it is drawn. */
	room: number;
	colours: ChartColours;
	/** `scale`: device pixels to a CSS pixel, or of the room to a desk. */
	font: (scale: number) => string;
	format: Format;
	labels: { time: string; value: string; threshold: string };
	thresholdMs: number;
	/** The axis for the points that are drawn now. */
	scale: () => LatencyScale;
	/** The points that are drawn now, for the strokes of unanswered rounds. */
	points: () => readonly LatencyPoint[];
	/** Index of the point below the pointer, or null. */
	onCursor: (index: number | null) => void;
};

export function toChartOptions(input: ChartInput): uPlot.Options {
	const { colours, format, room } = input;
	const axis = {
		stroke: colours.muted,
		font: input.font(room),
		ticks: { show: false },
		grid: { stroke: colours.grid, width: 1 },
	};
	return {
		width: input.width,
		height: input.height,
		legend: { show: false },
		padding: [8 * room, 28 * room, 0, 0],
		cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 * room } },
		scales: {
			y: { distr: 3, range: () => [input.scale().minMs, input.scale().maxMs] },
		},
		axes: [
			{
				...axis,
				size: 30 * room,
				// Below the lowest figure of the other axis, which hangs half beneath the line.
				gap: 9 * room,
				space: 74 * room,
				values: (_plot, splits) => splits.map((seconds) => format.time(seconds * 1000)),
			},
			{
				...axis,
				size: 58 * room,
				gap: 4 * room,
				splits: () => [...input.scale().ticksMs],
				// uPlot leaves out what it takes for minor ticks of a logarithm; these are all decades.
				filter: (_plot, splits) => splits,
				values: (_plot, splits) => splits.map((ms) => tickText(ms)),
			},
		],
		series: [
			{ label: input.labels.time },
			{
				label: input.labels.value,
				stroke: colours.ink,
				width: 1.4 * room,
				spanGaps: false,
				points: { size: 3 * room },
			},
		],
		hooks: {
			draw: [(plot) => drawGaps(plot, input.points(), colours.gap, room), (plot) => drawThreshold(plot, input)],
			setCursor: [(plot) => input.onCursor(plot.cursor.idx ?? null)],
		},
	};
}

/** '0.5 ms', '40 ms': as short as the axis is narrow. */
function tickText(ms: number): string {
	return `${Number(ms.toPrecision(3))} ms`;
}

/** A stroke on the baseline for each round that got no answer. */
function drawGaps(plot: uPlot, points: readonly LatencyPoint[], colour: string, room: number): void {
	const { ctx, bbox } = plot;
	const unit = devicePixelRatio * room;
	const base = bbox.top + bbox.height;
	ctx.save();
	ctx.strokeStyle = colour;
	ctx.lineWidth = 2 * unit;
	ctx.beginPath();
	for (const point of points) {
		if (answeredMs(point) === null) {
			const x = plot.valToPos(point.atMs / 1000, 'x', true);
			ctx.moveTo(x, base);
			ctx.lineTo(x, base - 10 * unit);
		}
	}
	ctx.stroke();
	ctx.restore();
}

/** The time-out as a dashed line with its name: an answer above it would have been none. */
function drawThreshold(plot: uPlot, { thresholdMs, labels, colours, font, room }: ChartInput): void {
	const { ctx, bbox } = plot;
	const unit = devicePixelRatio * room;
	const y = plot.valToPos(thresholdMs, 'y', true);
	ctx.save();
	ctx.strokeStyle = colours.limit;
	ctx.fillStyle = colours.limit;
	ctx.lineWidth = unit;
	ctx.setLineDash([4 * unit, 3 * unit]);
	ctx.beginPath();
	ctx.moveTo(bbox.left, y);
	ctx.lineTo(bbox.left + bbox.width, y);
	ctx.stroke();
	ctx.font = font(unit);
	ctx.textAlign = 'right';
	ctx.textBaseline = 'bottom';
	ctx.fillText(labels.threshold, bbox.left + bbox.width, y - 2 * unit);
	ctx.restore();
}
