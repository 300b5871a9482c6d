import type { Browser } from '@playwright/test';
import { en } from '@/components/messages/en';
import { expect, openPalette, signIn, test, type World } from './fixtures';
import { type ConsolePage, open, PAGES } from './pages';
import { readVitals, type Vitals, watchVitals } from './vitals';

/** Web Vitals' bound for a good page. The figure is exact: it depends on no clock. */
const CLS_MAX = 0.1;
/** Something is broken beyond this, on however busy a machine; the figures themselves are for reading. */
const PAINT_MS_MAX = 30_000;
/** The banner comes when the machine is so busy that the console stalls, and moves the page once. Then: once more. */
const ATTEMPTS_MAX = 5;

async function measure(browser: Browser, each: ConsolePage, world: World, width: number): Promise<Vitals> {
	// A context of its own: nothing is in its cache.
	const context = await browser.newContext({ baseURL: world.stack.url, viewport: { width, height: 844 } });
	try {
		const page = await context.newPage();
		await watchVitals(page);
		await signIn(page, world);
		for (let attempt = 1; ; attempt += 1) {
			await open(page, each, world, en);
			await openPalette(page);
			await page.keyboard.type('members');
			await page.keyboard.press('Escape');
			await expect(page.getByRole('dialog')).toHaveCount(0);
			const vitals = await readVitals(page);
			if (attempt === ATTEMPTS_MAX || (await page.locator('[data-impairment]').count()) === 0) return vitals;
		}
	} finally {
		await context.close();
	}
}

function ms(value: number | null): string {
	return (value === null ? '< 16' : value.toFixed(0)).padStart(7);
}

for (const [kind, width] of [
	['desktop', 1440],
	['phone', 390],
] as const) {
	test(`no page moves below the reader’s eyes while it loads, on a ${kind}`, async ({ browser, world }) => {
		const lines = [`${kind.padEnd(10)}  FCP ms  INP ms     CLS`];
		for (const each of PAGES) {
			const vitals = await measure(browser, each, world, width);
			lines.push(`${each.name.padEnd(10)} ${ms(vitals.fcpMs)} ${ms(vitals.inpMs)}  ${vitals.cls.toFixed(4)}`);
			expect.soft(vitals.cls, `${each.name}: ${vitals.moved.join('; ')}`).toBeLessThan(CLS_MAX);
			expect.soft(vitals.fcpMs ?? Number.POSITIVE_INFINITY, `${each.name}: painted`).toBeLessThan(PAINT_MS_MAX);
			expect.soft(vitals.inpMs ?? 0, `${each.name}: answered a press`).toBeLessThan(PAINT_MS_MAX);
		}
		process.stdout.write(`${lines.join('\n')}\n\n`);
	});
}
