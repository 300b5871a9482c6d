import { common } from './common';
import { guideSteps } from './guide-steps';
import { knobs } from './recovery-knobs';
import { settings } from './settings';
import { webhooks } from './webhooks';

/** Every text, with those that one page alone brings along: each page has a budget of code to keep. */
export const en = { ...common, guideSteps, knobs, settings, webhooks };
