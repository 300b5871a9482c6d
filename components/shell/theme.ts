/** The colour theme, kept in a cookie so that the server paints it right at once. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_COOKIE = 'rc-theme';

export function parseTheme(cookie: string | undefined): Theme {
	return THEMES.find((theme) => theme === cookie) ?? 'system';
}
