/** Geometry of a sparkline: pure, so that 10,000 rows cost two strings each and nothing else. */

export type SparklinePath = {
	/** SVG path of the answered rounds, broken where an answer is missing. Empty when nothing was answered. */
	readonly line: string;
	/** SVG path of short strokes on the baseline, one for each round without an answer. */
	readonly gaps: string;
};

export type SparklineBox = { readonly width: number; readonly height: number };

/** Space kept free at the edges so that a stroke of 1.2 px is not cut off. */
const PAD = 1.5;

/**
 * Maps round-trip times in ms (null: no answer), oldest first, to paths within `box` px.
 * The scale spans at least half of the largest value: a steady member looks steady instead of showing its noise.
 */
export function toSparklinePath(values: readonly (number | null)[], box: SparklineBox): SparklinePath {
	const answered = values.filter((value): value is number => value !== null && Number.isFinite(value));
	const max = answered.length === 0 ? 1 : Math.max(...answered);
	const span = Math.max(max - (answered.length === 0 ? 0 : Math.min(...answered)), max / 2, 0.05);
	const step = values.length > 1 ? (box.width - 2 * PAD) / (values.length - 1) : 0;
	const base = box.height - PAD;
	let line = '';
	let gaps = '';
	let drawing = false;
	values.forEach((value, index) => {
		const x = (PAD + index * step).toFixed(1);
		if (value === null || !Number.isFinite(value)) {
			gaps += `M${x} ${base.toFixed(1)}v-3`;
			drawing = false;
			return;
		}
		const y = (PAD + ((max - value) / span) * (box.height - 2 * PAD)).toFixed(1);
		const alone = !drawing && (values[index + 1] ?? null) === null;
		line += drawing ? `L${x} ${y}` : `M${x} ${y}`;
		// a lone answer between two gaps would be an invisible move without a stroke
		line += alone ? 'h.01' : '';
		drawing = true;
	});
	return { line, gaps };
}
