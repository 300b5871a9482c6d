import { contrast } from './contrast';
import {
	CONTRAST_MIN,
	INKS,
	outlineOf,
	RECEDING,
	SHAPES,
	SINGLE_PAIRS,
	SURFACES,
	VERDICT_TOKENS,
	type Verdict,
} from './pairs';
import { colourOf, LIGHT, SCALE, THEMES, type Tokens } from './tokens';

/** What a token is for. A token without a line here has no table. */
const PURPOSES: Readonly<Record<string, string>> = {
	bg: 'the page; the foot of dialogs; raw data',
	panel: 'panels, dialogs, drawer, fields, buttons',
	ink: 'text that is read first; the main button’s fill',
	ink2: 'text that is read second',
	ink3: 'labels, hints, times: read when looked for',
	line: 'frames of panels, rows of tables, rules',
	line2: 'rules inside of a panel; skeletons; a chart’s grid',
	field: 'frames of what can be filled in, pressed or switched',
	hover: 'below the pointer, chosen, or set apart inside of a panel; tracks of bars',
	accent: 'links, focus, what is chosen in a form',
	ok: 'live, switched on, answered',
	alive: 'sign',
	'alive-ink': 'text',
	suspect: 'sign; bars at their limit',
	'suspect-ink': 'text, the sign’s frame; warnings',
	unreachable: 'sign',
	'unreachable-ink': 'text',
	unresponsive: 'sign',
	'unresponsive-ink': 'text',
	superseded: 'sign; what is under maintenance',
	'superseded-ink': 'text',
	unknown: 'sign',
	'unknown-ink': 'text',
	gone: 'sign of who left',
	'gone-ink': 'text of who left',
	dead: 'sign; failures',
	'dead-ink': 'text; problems of a form',
	'dead-fill': 'the button that removes something',
	mark: 'what is drawn or written on a fill',
	scrim: 'behind a dialog',
	banner: 'the console itself is impaired; advice before a risky change',
	'banner-line': 'its frame',
	shadow: 'elevation: dialogs, drawer, menus',
};

type Row = readonly string[];

function table(head: Row, rows: readonly Row[]): string {
	return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** A ratio as the document states it: cut, not rounded, so that 4.499 does not read as enough. */
function ratio(over: string, under: string): string {
	return (Math.floor(contrast(over, under) * 100) / 100).toFixed(2);
}

function code(text: string): string {
	return `\`${text}\``;
}

/** 'light / dark' of what each theme gives. */
function both(read: (tokens: Tokens) => string): string {
	return `${read(THEMES.light)} / ${read(THEMES.dark)}`;
}

function colourTable(): string {
	const rows = [...LIGHT].map(([name, light]) => {
		const purpose = PURPOSES[name];
		if (purpose === undefined) throw new Error(`--${name}: say what it is for (test/unit/design/document.ts)`);
		return [code(name), code(light), code(colourOf(THEMES.dark, name)), purpose];
	});
	return table(['token', 'light', 'dark', 'for'], rows);
}

/** Lengths are rem, and stated as what they are at a desk. Breakpoints stay: a media query's rem is the browser's own. */
function atDesk(name: string, value: string): string {
	const rem = name.startsWith('breakpoint-') ? null : /^([\d.]+)rem$/.exec(value);
	return rem === null ? value : `${Number(rem[1]) * 16}px`;
}

function scaleTable(prefix: string, className: string): string {
	const rows = [...SCALE]
		.filter(([name]) => name.startsWith(`${prefix}-`))
		.map(([name, value]) => [code(name), atDesk(name, value), code(className + name.slice(prefix.length))]);
	return table(['token', 'value', 'class'], rows);
}

function inkTable(): string {
	const inks = [...INKS, ...Object.values(VERDICT_TOKENS).map((token) => `${token}-ink`)];
	return table(
		['text', ...SURFACES.map((surface) => `on ${code(surface)}`)],
		inks.map((ink) => [
			code(ink),
			...SURFACES.map((surface) => both((tokens) => ratio(colourOf(tokens, ink), colourOf(tokens, surface)))),
		]),
	);
}

function shapeTable(): string {
	const surfaces = ['bg', 'panel', 'hover'];
	return table(
		['shape', ...surfaces.map((surface) => `on ${code(surface)}`)],
		SHAPES.map((shape) => [
			code(shape),
			...surfaces.map((surface) => both((tokens) => ratio(colourOf(tokens, shape), colourOf(tokens, surface)))),
		]),
	);
}

function singleTable(): string {
	return table(
		['pair', 'kind', 'light / dark', 'at least'],
		SINGLE_PAIRS.map(({ over, under, kind, colours }) => [
			`${code(over)} on ${code(under)}`,
			kind,
			both((tokens) => ratio(...colours(tokens))),
			`${CONTRAST_MIN[kind]}`,
		]),
	);
}

/** The second cue of each: what its sign looks like without any colour. */
const CUES: Record<Verdict, string> = {
	dead: 'filled, crossed out',
	superseded: 'frame with a core',
	unreachable: 'dashed frame',
	suspect: 'striped, framed',
	unresponsive: 'filled, two bars (paused)',
	unknown: 'ring',
	alive: 'filled, plain',
	left: 'one bar',
};

function verdictTable(): string {
	const rows = (Object.keys(VERDICT_TOKENS) as Verdict[]).map((verdict) => {
		const shape = outlineOf(verdict);
		const figures = ['bg', 'panel', 'hover'].map((surface) =>
			both((tokens) => ratio(colourOf(tokens, shape), colourOf(tokens, surface))),
		);
		return [
			verdict,
			CUES[verdict],
			both((tokens) => code(colourOf(tokens, VERDICT_TOKENS[verdict]))),
			RECEDING.includes(verdict) ? `${code(shape)}, recedes` : code(shape),
			...figures,
		];
	});
	return table(
		['verdict', 'second cue', 'fill, light / dark', 'shape by', 'on `bg`', 'on `panel`', 'on `hover`'],
		rows,
	);
}

/** The parts of docs/design.md that are written by this file, by the names of their markers. */
const PARTS: Readonly<Record<string, () => string>> = {
	colours: colourTable,
	'text sizes': () => scaleTable('text', 'text'),
	weights: () => scaleTable('font-weight', 'font'),
	radii: () => scaleTable('radius', 'rounded'),
	widths: () => `${scaleTable('container', 'max-w')}\n\n${scaleTable('spacing', 'w')}`,
	breakpoints: () => scaleTable('breakpoint', ''),
	inks: inkTable,
	shapes: shapeTable,
	pairs: singleTable,
	verdicts: verdictTable,
};

/** The document with its tables as the tokens are now. Throws where a marker is missing. */
export function withTables(document: string): string {
	return Object.entries(PARTS).reduce((text, [name, toTable]) => {
		const [opening, end] = [`<!-- tokens: ${name} -->`, '<!-- end of tokens -->'];
		const start = text.indexOf(opening);
		const stop = text.indexOf(end, start);
		if (start < 0 || stop < 0) throw new Error(`docs/design.md has no part '${opening} … ${end}'`);
		return `${text.slice(0, start + opening.length)}\n\n${toTable()}\n\n${text.slice(stop)}`;
	}, document);
}
