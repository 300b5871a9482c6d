'use client';

import { webhooks as english } from '../messages/en/webhooks';
import type { Language } from '../messages/language';
import { useMessages } from '../messages/use-messages';
import { webhooks as chinese } from '../messages/zh/webhooks';

const WORDS: Record<Language, typeof english> = { en: english, zh: chinese };

/** The texts of webhooks, in the reader's language. They come with this page alone: the others have a budget to keep. */
export function useWebhookWords(): typeof english {
	return WORDS[useMessages().f.language];
}
