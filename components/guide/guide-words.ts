'use client';

import { guideSteps as english } from '../messages/en/guide-steps';
import type { Language } from '../messages/language';
import { useMessages } from '../messages/use-messages';
import { guideSteps as chinese } from '../messages/zh/guide-steps';

const WORDS: Record<Language, typeof english> = { en: english, zh: chinese };

/** The texts of the steps, in the reader's language. They come with this page alone: the others have a budget to keep. */
export function useGuideWords(): typeof english {
	return WORDS[useMessages().f.language];
}
