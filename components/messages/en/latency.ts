import { FORMATS } from '../format';

const f = FORMATS.en;

/** The heartbeat chart. `summary` is what a screen reader hears in its place, and what stands below it. */
export const latency = {
	title: 'Heartbeat latency',
	empty: 'No round has been answered or missed yet.',
	summary: (rounds: number, medianMs: number | null, p95Ms: number | null, maxMs: number | null, gaps: number) => {
		const figures =
			medianMs === null || p95Ms === null || maxMs === null
				? 'none was answered'
				: `median ${f.latency(medianMs)}, p95 ${f.latency(p95Ms)}, max ${f.latency(maxMs)}`;
		const missed = gaps === 0 ? 'all answered' : `${f.number(gaps)} without an answer`;
		return `${rounds === 1 ? 'Last round' : `Last ${f.number(rounds)} rounds`}: ${figures}, ${medianMs === null ? `${f.number(gaps)} missed` : missed}.`;
	},
	seriesTime: 'Time',
	series: 'Latency, ms',
	results: { accepted: 'answered', refused: 'refused', 'timed-out': 'no answer', failed: 'failed' },
};
