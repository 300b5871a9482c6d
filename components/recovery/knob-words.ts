'use client';

import { knobs as english } from '../messages/en/recovery-knobs';
import type { Language } from '../messages/language';
import { useMessages } from '../messages/use-messages';
import { knobs as chinese } from '../messages/zh/recovery-knobs';

const WORDS: Record<Language, typeof english> = { en: english, zh: chinese };

/** What each knob decides, in the reader's language. It comes with this page alone: the others have a budget to keep. */
export function useKnobWords(): typeof english {
	return WORDS[useMessages().f.language];
}
