import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { CLUSTER, EXPIRED_MS_MAX, expect, fetchSession, test, waitUntilReady } from './fixtures';
import { freeze, thaw } from './frozen';
import { drawingDiffers } from './same-drawing';

const PROBE = fileURLToPath(new URL('baselines/probe.png', import.meta.url));
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;
/** Frozen documents are drawn alike to the pixel; this leaves room for the edges of letters. */
const DIFFERENT_SHARE_MAX = 0.001;
/** On a busy machine a member is doubted for a moment, or a sweep is missed: then it is looked at again. */
const ATTEMPTS_MS_MAX = 45_000;

type Studio = {
	readonly page: Page;
	readonly viewer: Page;
	readonly origin: string;
	readonly size: keyof typeof SIZES;
};

/** Compares the page with its baselines, in both themes. */
async function compare({ page, viewer, origin, size }: Studio, name: string): Promise<void> {
	await expect(async () => {
		await expect(page.locator('main .skeleton, [role="dialog"] .skeleton')).toHaveCount(0);
		// On a busy machine a proof lapses for a moment and is renewed.
		await expect(page.locator('[data-testid="guards"] [data-result="unknown"]')).toHaveCount(0);
		await thaw(viewer, origin, await freeze(page));
		for (const theme of ['light', 'dark']) {
			await viewer.evaluate((chosen) => {
				document.documentElement.dataset.theme = chosen;
			}, theme);
			await expect(viewer).toHaveScreenshot(`${name}-${size}-${theme}.png`, {
				maxDiffPixelRatio: DIFFERENT_SHARE_MAX,
				animations: 'disabled',
				caret: 'hide',
				timeout: 5_000,
			});
		}
	}).toPass({ timeout: ATTEMPTS_MS_MAX });
}

// Of the second console: what other tests did is not in its log, its settings and its accounts.
for (const size of ['desktop', 'phone'] as const) {
	test(`pages look as they did, on a ${size}, in both themes`, async ({ browser, world, fleet }) => {
		const context = await browser.newContext({ baseURL: fleet.url, viewport: SIZES[size], locale: 'en-US' });
		await context.addCookies(await fetchSession(fleet));
		const [page, viewer] = [await context.newPage(), await context.newPage()];
		await viewer.goto('/sign-in');
		const differs = await drawingDiffers(viewer, fleet.url, PROBE);
		if (differs !== null) process.stdout.write(`${differs}\n`);
		test.skip(differs !== null, differs ?? '');
		const studio: Studio = { page, viewer, origin: fleet.url, size };
		const dead = page.locator('li[data-member][data-verdict="dead"]');

		await page.goto(`/c/${CLUSTER}/suspects`);
		await waitUntilReady(page);
		await expect(page.locator('li[data-member]')).toHaveCount(0, { timeout: EXPIRED_MS_MAX });
		await page.goto(`/c/${CLUSTER}`);
		await expect(page.locator('tr[data-verdict="alive"]')).toHaveCount(world.survivors());
		await compare(studio, 'members');
		await page.goto(`/c/${CLUSTER}/recovery`);
		await expect(page.locator('[data-recovery]')).toBeVisible();
		await compare(studio, 'recovery');
		await page.goto(`/c/${CLUSTER}/ensemble`);
		await expect(page.locator('tr[data-server][data-answered="true"]')).toHaveCount(3);
		await expect(page.locator('[data-reach]').first()).toBeVisible();
		await compare(studio, 'ensemble');
		await page.goto('/audit?action=operator.sign-in');
		await page.locator('tr[data-entry] a').first().click();
		await expect(page.getByRole('heading', { name: /^Entry \d+$/ })).toBeVisible();
		await compare(studio, 'audit');
		await page.goto('/settings');
		await expect(page.locator('[data-config-file]')).toBeVisible();
		await compare(studio, 'settings');

		await page.goto(`/c/${CLUSTER}/suspects`);
		await expect(page.locator('li[data-member]')).toHaveCount(0, { timeout: EXPIRED_MS_MAX });
		const victim = world.nextVictim();
		victim.kill('SIGKILL');
		await expect(dead).toHaveCount(1);
		await expect(page.locator('li[data-member]')).toHaveCount(1);
		await expect(page.getByText(en.suspects.loadingProof)).toHaveCount(0);
		await compare(studio, 'suspects');
		await page.getByRole('button', { name: en.member.purge(victim.id) }).click();
		const dialog = page.getByRole('dialog', { name: en.purge.title(1, victim.id) });
		await expect(dialog.getByTestId('guards').locator('[data-result="pass"]').first()).toBeVisible();
		await dialog.getByLabel(en.purge.reason).fill('Host lost power');
		await compare(studio, 'purge');
		await page.goto(`/c/${CLUSTER}?member=${encodeURIComponent(victim.path)}`);
		const drawer = page.getByRole('dialog', { name: victim.id });
		await expect(drawer.locator('[data-atom="session"]')).toBeVisible();
		await compare(studio, 'drawer');
		await context.close();
	});
}
