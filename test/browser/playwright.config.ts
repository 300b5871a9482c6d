import { defineConfig } from '@playwright/test';
import { CHROMIUM } from '../../lib/cli/chromium';

export default defineConfig({
	testDir: '.',
	outputDir: '../../test-results',
	snapshotPathTemplate: '{testDir}/baselines/{arg}{ext}',
	// One stack of real parts: a second worker would start a second ensemble.
	workers: 1,
	fullyParallel: false,
	// On a machine so busy that the console stalls, it rightly proves and purges nothing until that is over.
	retries: 1,
	timeout: 180_000,
	expect: { timeout: 15_000 },
	reporter: [['list']],
	use: {
		viewport: { width: 1440, height: 900 },
		locale: 'en-US',
		colorScheme: 'light',
		trace: 'on-first-retry',
		screenshot: 'only-on-failure',
		launchOptions: CHROMIUM,
	},
});
