import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from 'tailwindcss';
import { expect, it } from 'vitest';
import { INKS, SHAPES, SURFACES, VERDICT_TOKENS } from './pairs';
import { COLOURS, DARK, LIGHT, SCALE } from './tokens';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const STYLES = readFileSync(join(ROOT, 'app/globals.css'), 'utf8');

/** Code with classes in it: whatever renders, without the texts. */
const SOURCES = ['app', 'components'].flatMap((folder) =>
	readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
		.map((name) => join(folder, name))
		.filter((file) => /\.tsx?$/.test(file) && !file.includes('/messages/'))
		.map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') })),
);

const FAMILIES =
	/^(?:[\w-]+(?:\[[^\]]*\])?:)*-?(?:text|font|leading|tracking|rounded|bg|border|outline|inset-ring|ring|decoration|divide|accent|fill|stroke|shadow|max-w|min-w|max-h|min-h|size|gap|grid-cols|[wh]|[mp][trblxy]?|top|left|right|bottom|grayscale|opacity|z)-[\w./()[\],%-]+!?$/;

/** Every word of the sources that has the form of a class of one of these families, with a file that has it. */
const CLASSES = new Map(
	SOURCES.flatMap(({ file, text }) =>
		text
			.split(/[\s"'`{}]+/)
			.filter((word) => FAMILIES.test(word))
			.map((word) => [word, file] as const),
	),
);

/**
 * Values of one place, not of the system. Columns of a grid are the layout itself; heights that follow the window cannot be
 * tokens; single pixels centre a mark of odd height.
 */
const ONE_OFF = [
	/^grid-cols-\[[\w.,()_-]+\]$/,
	/^max-h-\[min\([\d.]+rem,\d+vh\)\]$/,
	/^max-h-\[calc\(100dvh-2rem\)\]$/,
	/^pt-\[12vh\]$/,
	/^(size-1\.25|-top-0\.75|top-2\.75|left-0\.75)$/,
];

function withoutVariants(name: string): string {
	return name.replace(/^(?:[\w-]+(?:\[[^\]]*\])?:)+/, '').replace(/!$/, '');
}

/** Whether the style sheet has a rule for it: the whole name, as CSS escapes it. */
function isDefined(css: string, name: string): boolean {
	const selector = `.${name.replace(/[^\w-]/g, (character) => `\\${character}`)}`;
	const ends = css.split(selector).slice(1);
	return ends.some((rest) => !/^[\w\\-]/.test(rest));
}

it('classes are found at all', () => {
	expect(SOURCES.length).toBeGreaterThan(150);
	expect(CLASSES.size).toBeGreaterThan(300);
});

it('every class means something: what the tokens do not define is no class', async () => {
	const require = createRequire(import.meta.url);
	const { build } = await compile(STYLES, {
		loadStylesheet: async (id, base) => {
			const path = require.resolve(id === 'tailwindcss' ? 'tailwindcss/index.css' : id);
			return { path, base, content: readFileSync(path, 'utf8') };
		},
	});
	const css = build([...CLASSES.keys()]);
	const unknown = [...CLASSES].filter(([name]) => !isDefined(css, name));
	expect(unknown).toEqual([]);
	// The check itself sees the difference.
	const foreign = build(['text-sm', 'bg-red-500', 'rounded-md', 'font-black']);
	expect(['text-sm', 'bg-red-500', 'rounded-md', 'font-black'].filter((name) => isDefined(foreign, name))).toEqual([]);
});

it('no value stands in a class itself: sizes, weights, colours and radii are tokens', () => {
	const arbitrary = SOURCES.flatMap(({ file, text }) =>
		[...text.matchAll(/(?<=["'`\s])[\w:!-]*-?\[[^\]\s]+\](?![:\w])[\w!]*(?=["'`\s])/g)].map(([name]) => [name, file]),
	).filter(([name = '']) => /-\[|^\[[\w-]+:/.test(withoutVariants(name)));
	const odd = [...CLASSES].filter(([name]) => /-\d+\.(25|75)!?$/.test(name));
	const refused = [...arbitrary, ...odd].filter(
		([name = '']) => !ONE_OFF.some((form) => form.test(withoutVariants(name))),
	);
	expect(refused, 'take a token of app/globals.css, or add one: docs/design.md').toEqual([]);
});

it('no colour stands in a component: canvases read the tokens', () => {
	const colours = SOURCES.flatMap(({ file, text }) =>
		[...text.matchAll(/["'`( ](#[0-9a-f]{3,8}|(?:rgba?|hsla?|oklch|lab)\([^)]*\))/gi)].map(([, colour]) => [
			colour,
			file,
		]),
	);
	expect(colours).toEqual([]);
});

/** Grounds without text of their own: the main button (measured as a pair), tracks, skeletons, what lies behind a dialog. */
const GROUNDS = ['ink', 'ink2', 'ink3', 'line', 'line2', 'scrim'];

it.each([
	['text', [...INKS, ...Object.values(VERDICT_TOKENS).map((token) => `${token}-ink`), 'bg', 'ok']],
	['bg', [...SURFACES, ...SHAPES, ...Object.values(VERDICT_TOKENS), ...GROUNDS]],
])('every %s colour in use has its contrast measured', (family, measured) => {
	const used = [...CLASSES.keys()]
		.map(withoutVariants)
		.filter((name) => name.startsWith(`${family}-`))
		.map((name) => name.slice(family.length + 1).replace(/\/\d+$/, ''))
		.filter((name) => COLOURS.includes(name));
	expect(used.length).toBeGreaterThan(5);
	expect(used.filter((name) => !measured.includes(name))).toEqual([]);
});

it('every token is used', () => {
	const code = SOURCES.map(({ text }) => text).join('\n');
	const rules = STYLES.slice(STYLES.indexOf('@layer base'));
	const unused = [...LIGHT.keys()].filter((name) => {
		const inClass = COLOURS.includes(name) && new RegExp(`-${name}(?![\\w-])`).test(code);
		const read = rules.includes(`var(--${name})`) || code.includes(`--${name}'`) || name === 'shadow';
		// The board paints every verdict's colour by its name.
		return !inClass && !read && !code.includes(`sign-${name}`);
	});
	expect(unused).toEqual([]);
	expect([...DARK.keys()]).toEqual([...LIGHT.keys()]);
	const unusedScale = [...SCALE.keys()].filter((name) => {
		const value = name.replace(/^(font-weight|text|radius|tracking|leading|spacing|container|breakpoint)-/, '');
		return !rules.includes(`var(--${name})`) && !new RegExp(`[-\\s"'\`]${value}(?![\\w-])`).test(code);
	});
	expect(unusedScale).toEqual([]);
});
