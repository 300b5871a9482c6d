import { readFileSync } from 'node:fs';

const CSS = readFileSync(new URL('../../../app/globals.css', import.meta.url), 'utf8');

export type Tokens = ReadonlyMap<string, string>;

/** The custom properties of the first block that this selector opens, in their order. Throws where there is none. */
function tokensOf(opening: string): Tokens {
	const start = CSS.indexOf(`\n${opening} {`);
	if (start < 0) throw new Error(`app/globals.css has no block '${opening}'`);
	const block = CSS.slice(start, CSS.indexOf('}', start));
	return new Map([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]));
}

export const LIGHT = tokensOf(':root');
export const DARK = tokensOf('[data-theme="dark"]');
export const SYSTEM_DARK = tokensOf('\t[data-theme="system"]');
/** Sizes, weights, radii and the like; `initial` takes Tailwind's own away. */
export const SCALE: Tokens = new Map([...tokensOf('@theme')].filter(([, value]) => value !== 'initial'));
/** Names that Tailwind's colour classes know, each bound to a token of the themes. */
export const COLOURS: readonly string[] = [...tokensOf('@theme inline').keys()]
	.filter((name) => name.startsWith('color-'))
	.map((name) => name.slice('color-'.length));

export const THEMES = { light: LIGHT, dark: DARK } as const;

/** The value of a token. Throws when it is missing: a misspelt name must not pass for a colour. */
export function colourOf(tokens: Tokens, name: string): string {
	const value = tokens.get(name);
	if (value === undefined) throw new Error(`--${name} is missing in app/globals.css`);
	return value;
}
