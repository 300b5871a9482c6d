import type { FullCatalogue } from '../catalogue';
import { common } from './common';
import { settings } from './settings';
import { webhooks } from './webhooks';

export const zh: FullCatalogue = { ...common, settings, webhooks };
