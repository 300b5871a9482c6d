import { type Language, LOCALES } from './language';

/**
 * Numbers, durations and times as one language writes them. A no-break space stands between a figure and its unit.
 * All durations come in milliseconds, all times in milliseconds since the epoch, shown in the viewer's own zone.
 */
export type Format = ReturnType<typeof createFormat>;

type Units = { ms: string; s: string; min: string; h: string; d: string };

const UNITS: Record<Language, Units> = {
	en: { ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' },
	zh: { ms: '毫秒', s: '秒', min: '分', h: '小时', d: '天' },
};
const AGO: Record<Language, (text: string) => string> = {
	en: (text) => `${text} ago`,
	zh: (text) => `${text}前`,
};
const GAP = '\u00a0';

function withUnit(figure: string, unit: string): string {
	return `${figure}${GAP}${unit}`;
}

/** '0.3 s' under ten seconds, '24 s', '4 min 10 s', '2 h 5 min', '3 d 4 h': two units at most; negative counts as zero. */
function durationText(ms: number, units: Units): string {
	const seconds = Math.max(0, ms) / 1000;
	if (seconds < 9.95) return withUnit(seconds.toFixed(1), units.s);
	const whole = Math.round(seconds);
	if (whole < 60) return withUnit(String(whole), units.s);
	const pair = (big: number, bigUnit: string, small: number, smallUnit: string) =>
		small === 0
			? withUnit(String(big), bigUnit)
			: `${withUnit(String(big), bigUnit)}${GAP}${withUnit(String(small), smallUnit)}`;
	if (whole < 600) return pair(Math.floor(whole / 60), units.min, whole % 60, units.s);
	const minutes = Math.floor(whole / 60);
	if (minutes < 60) return withUnit(String(minutes), units.min);
	const hours = Math.floor(minutes / 60);
	if (hours < 24) return pair(hours, units.h, minutes % 60, units.min);
	return pair(Math.floor(hours / 24), units.d, hours % 24, units.h);
}

/** '0.42 ms', '41.0 ms', '1,204 ms': three significant figures are all that a connect time is worth. */
function latencyFigure(ms: number, number: (value: number) => string): string {
	if (ms < 10) return ms.toFixed(2);
	if (ms < 100) return ms.toFixed(1);
	return number(Math.round(ms));
}

export function createFormat(language: Language) {
	const locale = LOCALES[language];
	const units = UNITS[language];
	const numbers = new Intl.NumberFormat(locale);
	const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' });
	const timeExact = new Intl.DateTimeFormat(locale, {
		hour: '2-digit',
		minute: '2-digit',
		second: '2-digit',
		fractionalSecondDigits: 3,
		hourCycle: 'h23',
	});
	const dateTime = new Intl.DateTimeFormat(locale, {
		year: 'numeric',
		month: 'short',
		day: 'numeric',
		hour: '2-digit',
		minute: '2-digit',
		second: '2-digit',
		fractionalSecondDigits: 3,
		timeZoneName: 'short',
		hourCycle: 'h23',
	});
	const minute = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' });
	const percents = new Intl.NumberFormat(locale, { style: 'percent' });
	const list = new Intl.ListFormat(locale, { style: 'long', type: 'conjunction' });
	const number = (value: number) => numbers.format(value);
	const duration = (ms: number) => durationText(ms, units);
	return {
		language,
		locale,
		number,
		/** Of a share from 0 to 1. */
		percent: (share: number) => percents.format(share),
		duration,
		/** Whole seconds, for countdowns that must not flicker: '24 s'. Never below zero. */
		countdown: (ms: number) =>
			ms < 60_000 ? withUnit(String(Math.max(0, Math.ceil(ms / 1000))), units.s) : duration(ms),
		/** Connect times keep the international 'ms' in both languages: they are read as figures in a column. */
		latency: (ms: number) => withUnit(latencyFigure(ms, number), 'ms'),
		ago: (ms: number) => AGO[language](duration(ms)),
		/** '03:12:40' */
		time: (atMs: number) => time.format(atMs),
		/** '03:12:40.118' */
		timeExact: (atMs: number) => timeExact.format(atMs),
		/** Full date, time to the millisecond and zone: what hovering over a relative time shows. */
		dateTime: (atMs: number) => dateTime.format(atMs),
		/** 'Nov 24, 2026, 03:12': for times that people set. */
		toTheMinute: (atMs: number) => minute.format(atMs),
		/** What stands between two sentences: Chinese has its own full stop and no space after it. */
		sentenceGap: language === 'zh' ? '' : ' ',
		/** Between a name and what it is. */
		colon: language === 'zh' ? '：' : ': ',
		/** Puts parts of one remark after each other. */
		join: (parts: readonly (string | null)[]) =>
			parts.filter((part) => part !== null && part !== '').join(language === 'zh' ? '，' : ', '),
		list: (items: readonly string[]) => list.format(items),
	};
}

export const FORMATS: Record<Language, Format> = { en: createFormat('en'), zh: createFormat('zh') };
