import type { Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { zh } from '@/components/messages/zh';
import { CLUSTER, choose, expect, signIn, test } from './fixtures';

/** Nothing of a page may be wider than the window: on a phone it would be cut off or scroll sideways. */
async function expectNoSidewaysScroll(page: Page, where: string): Promise<void> {
	const widths = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
	expect(widths[0], where).toBeLessThanOrEqual(widths[1] ?? 0);
}

for (const [language, texts, lang] of [
	['en', en, 'en'],
	['zh', zh, 'zh-Hans-CN'],
] as const) {
	test(`every page renders in ${lang}, at three widths and without scrolling sideways`, async ({
		page,
		context,
		world,
	}) => {
		const { stack } = world;
		await choose(context, stack.url, language, 'light');
		await page.goto('/sign-in');
		await expect(page.locator('html')).toHaveAttribute('lang', lang);
		await expect(page.getByRole('button', { name: texts.signIn.submit, exact: true })).toBeEnabled();
		await signIn(page, world);
		const pages: [address: string, heading: string][] = [
			[`/c/${CLUSTER}`, texts.members.title],
			[`/c/${CLUSTER}/suspects`, texts.suspects.title],
			[`/c/${CLUSTER}/ensemble`, texts.ensemble.title],
			['/audit', texts.audit.title],
			['/settings', texts.settings.title],
		];
		for (const [address, heading] of pages) {
			for (const width of [1440, 1024, 390]) {
				await page.setViewportSize({ width, height: 844 });
				await page.goto(address);
				await expect(page.getByRole('heading', { level: 1, name: heading, exact: true })).toBeVisible();
				await expectNoSidewaysScroll(page, `${address} in ${lang} at ${width} px`);
			}
		}
	});
}

test('the language is switched in place, and kept', async ({ page, world }) => {
	await signIn(page, world);
	await page.goto('/audit');
	await page.getByRole('button', { name: en.shell.switchLanguage }).filter({ visible: true }).click();
	await expect(page.getByRole('heading', { level: 1, name: zh.audit.title })).toBeVisible();
	await page.reload();
	await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans-CN');
});

test('a language whose texts do not come at once is switched to when they do', async ({ context, world }) => {
	// Browsers log what could not be fetched, and this is about just that: the page is not the fixtures' watched one.
	const page = await context.newPage();
	await signIn(page, world);
	await page.goto('/audit');
	await expect(page.getByRole('heading', { level: 1, name: en.audit.title })).toBeVisible();
	let refused = 0;
	await page.route('**/_next/static/**/*.js', async (route) => {
		if (refused >= 2) return await route.continue();
		refused += 1;
		await route.abort('connectionrefused');
	});
	await page.getByRole('button', { name: en.shell.switchLanguage }).filter({ visible: true }).click();
	await expect(page.getByRole('heading', { level: 1, name: zh.audit.title })).toBeVisible();
	expect(refused).toBe(2);
	await page.close();
});
