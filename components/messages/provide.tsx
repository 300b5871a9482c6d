'use client';

import { lazy, type ReactNode } from 'react';
import { loadLater } from '../shell/load-later';
import type { Language } from './language';

/**
 * A client component that a layout names is loaded by every page below it, shown or not: only behind an import of its own
 * does a browser leave the other language's texts alone.
 */
const PROVIDERS = {
	en: lazy(loadLater(async () => ({ default: (await import('./provide-en')).ProvideEnglish }))),
	zh: lazy(loadLater(async () => ({ default: (await import('./provide-zh')).ProvideChinese }))),
} satisfies Record<Language, unknown>;

/**
 * The texts of one language for everything below. No Suspense is around it: the server waits for them, so that a redirect
 * keeps its status, and so does a switch of languages, which shows the old page until it has the new one.
 */
export function ProvideMessages({ language, children }: { language: Language; children: ReactNode }) {
	const Provide = PROVIDERS[language];
	return <Provide>{children}</Provide>;
}
