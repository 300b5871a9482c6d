import { memo } from 'react';
import { toSparklinePath } from './sparkline-path';

const BOX = { width: 66, height: 18 } as const;

/**
 * Recent heartbeat latency as a line of fixed size. No state, no effect, no measurement: it renders on the server too
 * and is cheap enough for every row of a large table.
 *
 * @param props.values round-trip times in ms, oldest first; null: no answer (drawn as a stroke on the baseline)
 * @param props.label what a screen reader says instead of the picture; an empty label marks it as decoration, for rows
 *   that already state the latency as text
 */
export const Sparkline = memo(function Sparkline(props: { values: (number | null)[]; label: string }) {
	const path = toSparklinePath(props.values, BOX);
	const naming =
		props.label === '' ? { 'aria-hidden': true as const } : { role: 'img' as const, 'aria-label': props.label };
	return (
		// biome-ignore lint/a11y/noSvgWithoutTitle: named by aria-label, or hidden where the row states it as text
		<svg
			width={BOX.width}
			height={BOX.height}
			viewBox={`0 0 ${BOX.width} ${BOX.height}`}
			fill="none"
			strokeLinecap="round"
			strokeLinejoin="round"
			className="drawing inline-block shrink-0 align-middle"
			{...naming}
		>
			<path d={path.line} stroke="currentColor" strokeWidth="1.2" opacity=".6" />
			<path d={path.gaps} className="stroke-dead" strokeWidth="1.4" />
		</svg>
	);
});
