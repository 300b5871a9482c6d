'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useMessages } from '@/components/messages/use-messages';
import { chooseLanguage, chooseTheme, useTheme } from './choose-preference';
import { THEMES, type Theme } from './theme';

const ICONS = { system: Monitor, light: Sun, dark: Moon };

export function LanguageSwitch() {
	const { t, f } = useMessages();
	const router = useRouter();
	function change() {
		chooseLanguage(f.language === 'en' ? 'zh' : 'en');
		router.refresh();
	}
	return (
		<button
			type="button"
			onClick={change}
			lang={f.language === 'en' ? 'zh' : 'en'}
			aria-label={t.shell.switchLanguage}
			title={t.shell.switchLanguage}
			className="min-h-7 rounded-control px-1.5 pointer-coarse:min-h-11 text-small text-ink2 hover:bg-hover hover:text-ink"
		>
			<span className={f.language === 'en' ? 'font-bold' : ''}>EN</span> /{' '}
			<span className={f.language === 'zh' ? 'font-bold' : ''}>中</span>
		</button>
	);
}

export function ThemeSwitch({ initial }: { initial: Theme }) {
	const { t } = useMessages();
	const theme = useTheme(initial);
	return (
		<fieldset className="flex rounded-control border border-line">
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
						onClick={() => chooseTheme(each)}
						className="grid size-6.5 place-items-center rounded-tag text-ink3 hover:text-ink aria-pressed:bg-hover aria-pressed:text-ink"
					>
						<Icon size={14} aria-hidden="true" />
					</button>
				);
			})}
		</fieldset>
	);
}
