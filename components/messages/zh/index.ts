import type { FullCatalogue } from '../catalogue';
import { common } from './common';
import { guideSteps } from './guide-steps';
import { knobs } from './recovery-knobs';
import { settings } from './settings';
import { webhooks } from './webhooks';

export const zh: FullCatalogue = { ...common, guideSteps, knobs, settings, webhooks };
