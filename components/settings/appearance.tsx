'use client';

import { useRouter } from 'next/navigation';
import { useId } from 'react';
import { Part } from '../ensemble/part';
import { LANGUAGES, type Language, LOCALES } from '../messages/language';
import { chooseLanguage, chooseRoom, chooseTheme, useRoom, useTheme } from '../shell/choose-preference';
import { ROOMS, type Room } from '../shell/room';
import { THEMES, type Theme } from '../shell/theme';
import { useSettingsMessages } from './use-settings-messages';

/** Each in its own language, so that it is found by whoever reads only that. */
const NAMES: Record<Language, string> = { en: 'English', zh: '简体中文' };

type ChoiceProps<T extends string> = {
	legend: string;
	values: readonly T[];
	value: T;
	onChange: (value: T) => void;
	nameOf: (value: T) => string;
	langOf?: (value: T) => string;
};

function Choice<T extends string>({ legend, values, value, onChange, nameOf, langOf }: ChoiceProps<T>) {
	const group = useId();
	return (
		<fieldset className="flex flex-wrap items-center gap-x-5 gap-y-1.5">
			<legend className="w-24 text-ink3 max-sm:w-full max-sm:pb-1 sm:float-left">{legend}</legend>
			{values.map((each) => (
				<label key={each} className="flex min-h-7 cursor-pointer items-center gap-2" lang={langOf?.(each)}>
					<input
						type="radio"
						name={group}
						className="accent-accent"
						checked={each === value}
						onChange={() => onChange(each)}
					/>
					{nameOf(each)}
				</label>
			))}
		</fieldset>
	);
}

/** Language and theme, as the switches of the frame have them, and the size for a screen that hangs on a wall. */
export function Appearance(props: { theme: Theme; room: Room }) {
	const { t, f } = useSettingsMessages();
	const router = useRouter();
	const theme = useTheme(props.theme);
	const room = useRoom(props.room);
	return (
		<Part title={t.settings.appearance} note={t.settings.appearanceNote}>
			<div className="panel flex flex-col gap-2 px-3.5 py-3">
				<Choice
					legend={t.settings.language}
					values={LANGUAGES}
					value={f.language}
					onChange={(language) => {
						chooseLanguage(language);
						router.refresh();
					}}
					nameOf={(language) => NAMES[language]}
					langOf={(language) => LOCALES[language]}
				/>
				<Choice
					legend={t.shell.theme}
					values={THEMES}
					value={theme}
					onChange={chooseTheme}
					nameOf={(each) => t.shell.themes[each]}
				/>
				<Choice
					legend={t.settings.room}
					values={ROOMS}
					value={room}
					onChange={chooseRoom}
					nameOf={(each) => t.settings.rooms[each]}
				/>
			</div>
		</Part>
	);
}
