import type { en } from './en';
import type { common } from './en/common';

/**
 * The texts that components find in `t`: plain strings, or functions of raw values (ms, counts, names) that format by
 * themselves.
 */
export type Catalogue = typeof common;

/** With those that one page alone brings along. */
export type FullCatalogue = typeof en;

/** What the page Settings has. */
export type SettingsCatalogue = Catalogue & Pick<FullCatalogue, 'settings' | 'webhooks'>;
