import type { KnobView } from '@/lib/core/recovery-view';
import type { KnobText } from '../messages/en/recovery-knobs';
import type { Format } from '../messages/format';

/** '1,200 ms', '0.15', '3 members': as it stands in the config, with its unit. */
export function valueText(knob: KnobText, value: number, f: Format): string {
	const unit = knob.unit(value);
	return unit === '' ? f.number(value) : `${f.number(value)}\u00a0${unit}`;
}

/** The same in words that are quicker to grasp: '1 min' for 60,000 ms, '15 %' for 0.15; '' where there are none. */
export function graspedText(
	view: Pick<KnobView, 'unit'>,
	value: number,
	t: { duration: (ms: number) => string; percent: (share: number) => string },
): string {
	if (view.unit === 'ms') {
		return value >= 1_000 ? t.duration(value) : '';
	}
	return view.unit === '' ? t.percent(value) : '';
}
