import { cpus } from 'node:os';
import { type Summary, summarise } from '../statistics';
import type { ChurnBenchOptions } from './options';
import type { PageFigures } from './page-meters';
import type { ChurnFigures, HeapSample } from './rounds';

/** Interactions shorter than this are counted by the browser but not timed. */
const TIMED_MS_MIN = 16;

/** Least squares, MB a minute; NaN with fewer than two samples. The first sample is of a page that has just been opened. */
export function slopeMbPerMinute(samples: readonly HeapSample[], of: (sample: HeapSample) => number): number {
	const points = samples.slice(1).map((sample) => ({ x: sample.atS / 60, y: of(sample) }));
	const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
	const [meanX, meanY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
	const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
	return points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

/** Of one core, between the first sample and the last. */
function shareOf(samples: readonly HeapSample[], of: (sample: HeapSample) => number): number {
	const [first, last] = [samples[0], samples.at(-1)];
	return first && last ? (of(last) - of(first)) / (last.atS - first.atS) : Number.NaN;
}

/** Every interaction; those that the browser did not time count as the shortest that it times. */
export function interactionsMs(figures: readonly PageFigures[], kind: 'key' | 'pointer' | null): Summary {
	const timed = figures.flatMap(({ interactions }) => interactions);
	const chosen = timed.filter((each) => kind === null || each.kind === kind).map(({ ms }) => ms);
	const untimed = figures.reduce((sum, each) => sum + each.interactionCount, 0) - timed.length;
	return summarise(
		kind === null ? [...chosen, ...Array.from({ length: Math.max(0, untimed) }, () => TIMED_MS_MIN)] : chosen,
	);
}

function summarisePage(figures: readonly PageFigures[]) {
	const longTasks = figures.flatMap(({ longTasksMs }) => longTasksMs);
	return {
		longTasks: summarise(longTasks),
		layoutShift: figures.reduce((sum, each) => sum + each.layoutShift, 0),
		moves: summarise(figures.flatMap(({ movesPx }) => movesPx)),
		frames: figures.reduce((sum, each) => sum + each.frames, 0),
	};
}

const seen = (values: readonly (number | null)[]) => summarise(values.filter((value) => value !== null));

export function toChurnReport(options: ChurnBenchOptions, figures: ChurnFigures) {
	const { stream, heap, server } = figures;
	return {
		...options,
		openedMs: figures.openedMs,
		interactions: interactionsMs(figures.working, null),
		keys: interactionsMs(figures.working, 'key'),
		pointer: interactionsMs(figures.working, 'pointer'),
		came: seen(figures.cameMs),
		went: seen(figures.wentMs),
		notSeen: [...figures.cameMs, ...figures.wentMs].filter((value) => value === null).length,
		reading: summarisePage(figures.reading),
		working: summarisePage(figures.working),
		rounds: figures.reading.length,
		placesLost: figures.placesLost,
		heap: {
			firstMb: heap[1]?.heapMb ?? heap[0]?.heapMb,
			lastMb: heap.at(-1)?.heapMb,
			mbPerMinute: slopeMbPerMinute(heap, ({ heapMb }) => heapMb),
			nodes: heap.at(-1)?.nodes,
			browserMb: heap.at(-1)?.browserMb,
			threadShare: shareOf(heap, ({ threadS }) => threadS),
			scriptShare: shareOf(heap, ({ scriptS }) => scriptS),
			browserMbPerMinute: slopeMbPerMinute(heap, ({ browserMb }) => browserMb),
		},
		server: {
			pauseMs: summarise(server.map(({ pauseMsMax }) => pauseMsMax)),
			pauseMsP99: summarise(server.map(({ pauseMsP99 }) => pauseMsP99)).median,
			residentMb: server.at(-1)?.residentMb,
			processorShare: summarise(server.map(({ processorShare }) => processorShare)).median,
		},
		stream: {
			snapshotBytes: stream.snapshotBytes,
			bytesPerSecond: stream.bytes / stream.seconds,
			eventsPerSecond: stream.events / stream.seconds,
			rowsPerSecond: stream.rows / stream.seconds,
			pulsesPerSecond: stream.pulses / stream.seconds,
		},
	};
}

/** A table for people, and all of it as one line of JSON. */
export function printChurnReport(options: ChurnBenchOptions, figures: ChurnFigures): void {
	const report = toChurnReport(options, figures);
	const line = (name: string, text: string) => console.log(`${name.padEnd(50)} ${text}`);
	const row = (name: string, s: Summary) => line(name, [s.median, s.p95, s.p99, s.worst].map(ms).join(' '));
	console.log(
		`\n${cpus().length} cores, Node ${process.version}; ${options.members} members, ${options.changes} changes a second, ${options.minutes} min, ${options.tabs + 1} tab(s), sorted by ${options.sort}`,
	);
	line('', '  median      p95      p99    worst');
	row('a znode is created: to its row in the document', report.came);
	row('a znode is deleted: to its row’s leaving', report.went);
	row(`interactions (${report.interactions.count}): to the next frame`, report.interactions);
	row(`  of them keys of ${TIMED_MS_MIN} ms and more (${report.keys.count})`, report.keys);
	row(`  of them clicks of ${TIMED_MS_MIN} ms and more (${report.pointer.count})`, report.pointer);
	row(`long tasks while reading (${report.reading.longTasks.count})`, report.reading.longTasks);
	row(`long tasks while working (${report.working.longTasks.count})`, report.working.longTasks);
	row(`console: longest pause of each ${report.server.pauseMs.count} samples`, report.server.pauseMs);
	line('markers not seen within 5 s', String(report.notSeen));
	line('the page opened in', ms(report.openedMs));
	line(
		'layout shift (reading, working)',
		`${report.reading.layoutShift.toFixed(4)}, ${report.working.layoutShift.toFixed(4)}`,
	);
	line(
		'the chosen row moved between two frames',
		`${report.reading.moves.count} times in ${report.reading.frames} frames, by at most ${report.reading.moves.count === 0 ? 0 : report.reading.moves.worst.toFixed(0)} px`,
	);
	line('rounds that ended elsewhere than they began', `${report.placesLost} of ${report.rounds}`);
	line(
		'page: heap after collection',
		`${report.heap.firstMb?.toFixed(1)} MB, then ${report.heap.lastMb?.toFixed(1)} MB: ${report.heap.mbPerMinute.toFixed(2)} MB a minute; ${report.heap.nodes} DOM nodes`,
	);
	line(
		'page: processor time of its main thread',
		`${(report.heap.threadShare * 100).toFixed(0)} % of one core, script ${(report.heap.scriptShare * 100).toFixed(0)} %`,
	);
	line(
		'browser: memory of all processes',
		`${report.heap.browserMb?.toFixed(0)} MB, ${report.heap.browserMbPerMinute.toFixed(1)} MB a minute`,
	);
	line(
		'console',
		`${report.server.residentMb?.toFixed(0)} MB resident, ${(report.server.processorShare * 100).toFixed(0)} % of one core`,
	);
	line(
		'stream',
		`${(report.stream.bytesPerSecond / 1_000).toFixed(0)} kB/s, ${report.stream.rowsPerSecond.toFixed(0)} rows/s, ${report.stream.pulsesPerSecond.toFixed(0)} pulses/s; snapshot ${(report.stream.snapshotBytes / 1e6).toFixed(1)} MB`,
	);
	console.log(JSON.stringify(report));
}

function ms(value: number): string {
	return `${value.toFixed(value < 10 ? 1 : 0)} ms`.padStart(8);
}
