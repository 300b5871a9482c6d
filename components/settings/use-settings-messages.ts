'use client';

import type { SettingsCatalogue } from '../messages/catalogue';
import { settings as enSettings } from '../messages/en/settings';
import { webhooks as enWebhooks } from '../messages/en/webhooks';
import type { Format } from '../messages/format';
import type { Language } from '../messages/language';
import { useMessages } from '../messages/use-messages';
import { settings as zhSettings } from '../messages/zh/settings';
import { webhooks as zhWebhooks } from '../messages/zh/webhooks';

const OWN: Record<Language, Pick<SettingsCatalogue, 'settings' | 'webhooks'>> = {
	en: { settings: enSettings, webhooks: enWebhooks },
	zh: { settings: zhSettings, webhooks: zhWebhooks },
};

/** As `useMessages`, with the texts that this page alone brings along. */
export function useSettingsMessages(): { readonly t: SettingsCatalogue; readonly f: Format } {
	const { t, f } = useMessages();
	return { t: { ...t, ...OWN[f.language] }, f };
}
