import { cookies, headers } from 'next/headers';
import type { FullCatalogue } from './catalogue';
import { en } from './en';
import { FORMATS, type Format } from './format';
import { LANGUAGE_COOKIE, type Language, parseLanguage } from './language';
import { zh } from './zh';

export async function getLanguage(): Promise<Language> {
	const [jar, head] = await Promise.all([cookies(), headers()]);
	return parseLanguage(jar.get(LANGUAGE_COOKIE)?.value, head.get('accept-language'));
}

/** For server components: `const { t, f } = await getMessages()`. */
export async function getMessages(): Promise<{ t: FullCatalogue; f: Format }> {
	const language = await getLanguage();
	return { t: language === 'zh' ? zh : en, f: FORMATS[language] };
}
