'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { LANGUAGE_COOKIE } from '@/components/messages/language';
import { useMessages } from '@/components/messages/use-messages';
import { parseTheme, THEME_COOKIE, THEMES, type Theme } from './theme';

const ICONS = { system: Monitor, light: Sun, dark: Moon };

function keep(cookie: string, value: string) {
	// biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API exists on https and localhost only
	document.cookie = `${cookie}=${value}; path=/; max-age=31536000; samesite=lax`;
}

export function LanguageSwitch() {
	const { t, f } = useMessages();
	const router = useRouter();
	function change() {
		keep(LANGUAGE_COOKIE, f.language === 'en' ? 'zh' : 'en');
		router.refresh();
	}
	return (
		<button
			type="button"
			onClick={change}
			lang={f.language === 'en' ? 'zh' : 'en'}
			aria-label={t.shell.switchLanguage}
			title={t.shell.switchLanguage}
			className="min-h-7 rounded-md px-1.5 text-[12px] text-ink2 hover:bg-hover hover:text-ink"
		>
			<span className={f.language === 'en' ? 'font-semibold' : ''}>EN</span> /{' '}
			<span className={f.language === 'zh' ? 'font-semibold' : ''}>中</span>
		</button>
	);
}

export function ThemeSwitch({ initial }: { initial: Theme }) {
	const { t } = useMessages();
	const [theme, setTheme] = useState(initial);
	function change(next: Theme) {
		keep(THEME_COOKIE, next);
		document.documentElement.dataset.theme = parseTheme(next);
		setTheme(next);
	}
	return (
		<fieldset className="flex rounded-md border border-line">
			<legend className="sr-only">{t.shell.theme}</legend>
			{THEMES.map((each) => {
				const Icon = ICONS[each];
				return (
					<button
						key={each}
						type="button"
						aria-pressed={theme === each}
						aria-label={t.shell.themes[each]}
						title={t.shell.themes[each]}
						onClick={() => change(each)}
						className="grid size-[26px] place-items-center rounded-[5px] text-ink3 hover:text-ink aria-pressed:bg-hover aria-pressed:text-ink"
					>
						<Icon size={14} aria-hidden="true" />
					</button>
				);
			})}
		</fieldset>
	);
}
