import { blend } from './contrast';
import { colourOf, type Tokens } from './tokens';

/** What text stands on. */
export const SURFACES = ['bg', 'panel', 'hover', 'banner'] as const;

/** Text colours, all of which may stand on each surface. */
export const INKS = ['ink', 'ink2', 'ink3', 'accent'] as const;

/** A verdict's token by its name: who left is gone. */
export const VERDICT_TOKENS = {
	dead: 'dead',
	superseded: 'superseded',
	unreachable: 'unreachable',
	suspect: 'suspect',
	unresponsive: 'unresponsive',
	unknown: 'unknown',
	alive: 'alive',
	left: 'gone',
} as const;

/** What makes a sign's shape, where that is not the verdict's own colour: amber is too pale and is framed by its ink. */
const OUTLINES: Partial<Record<keyof typeof VERDICT_TOKENS, string>> = { suspect: 'suspect-ink' };

/** These recede: nobody has to act on them, and wherever they stand alone their word stands beside. */
export const RECEDING: readonly string[] = ['alive', 'left'];

export type Verdict = keyof typeof VERDICT_TOKENS;

export function outlineOf(verdict: Verdict): string {
	return OUTLINES[verdict] ?? VERDICT_TOKENS[verdict];
}

/** Shapes beside the verdicts' that are told from the page by the eye alone: frames of fields, dots, switches, bars. */
export const SHAPES = ['field', 'ok', 'accent'] as const;

export type Pair = {
	readonly over: string;
	readonly under: string;
	readonly kind: 'text' | 'graphics';
	colours(tokens: Tokens): readonly [over: string, under: string];
};

const BADGE_SHARE = 0.12;

function plain(over: string, under: string, kind: Pair['kind']): Pair {
	return { over, under, kind, colours: (tokens) => [colourOf(tokens, over), colourOf(tokens, under)] };
}

/** Pairs that stand in one place each: buttons, badges, marks on fills. */
export const SINGLE_PAIRS: readonly Pair[] = [
	plain('bg', 'ink', 'text'),
	plain('bg', 'ink2', 'text'),
	plain('mark', 'dead-fill', 'text'),
	plain('mark', 'dead', 'graphics'),
	plain('mark', 'unresponsive', 'graphics'),
	plain('panel', 'ok', 'graphics'),
	...['bg', 'hover'].map(
		(surface): Pair => ({
			over: 'dead-ink',
			under: `dead/12 on ${surface}`,
			kind: 'text',
			colours: (tokens) => [
				colourOf(tokens, 'dead-ink'),
				blend(colourOf(tokens, 'dead'), BADGE_SHARE, colourOf(tokens, surface)),
			],
		}),
	),
];

const VERDICTS = Object.keys(VERDICT_TOKENS) as Verdict[];

/** Every pair of colours that is shown, with what it is. */
export const PAIRS: readonly Pair[] = [
	...[...INKS, ...VERDICTS.map((verdict) => `${VERDICT_TOKENS[verdict]}-ink`)].flatMap((ink) =>
		SURFACES.map((surface) => plain(ink, surface, 'text')),
	),
	...[...VERDICTS.filter((verdict) => !RECEDING.includes(verdict)).map(outlineOf), ...SHAPES].flatMap((shape) =>
		['bg', 'panel', 'hover'].map((surface) => plain(shape, surface, 'graphics')),
	),
	...SINGLE_PAIRS,
];

/** WCAG 2.2 AA: 1.4.3 for text, 1.4.11 for what has to be seen to be understood. */
export const CONTRAST_MIN: Record<Pair['kind'], number> = { text: 4.5, graphics: 3 };
