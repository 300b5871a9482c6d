/** The two languages of the console. Cookie names are read on the server, so that the first paint is already right. */
export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

export const LANGUAGE_COOKIE = 'rc-lang';

/** For <html lang> and Intl. */
export const LOCALES: Record<Language, string> = { en: 'en', zh: 'zh-Hans-CN' };

/** The operator's own choice if it is one of ours, else the browser's first language that is, else English. */
export function parseLanguage(cookie: string | undefined, acceptLanguage: string | null): Language {
	const chosen = LANGUAGES.find((language) => language === cookie);
	if (chosen) return chosen;
	for (const part of (acceptLanguage ?? '').slice(0, 500).split(',')) {
		const tag = part.trim().slice(0, 2).toLowerCase();
		const known = LANGUAGES.find((language) => language === tag);
		if (known) return known;
	}
	return 'en';
}
