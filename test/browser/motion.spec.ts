import type { Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { CLUSTER, expect, openPalette, signIn, test } from './fixtures';
import { open, PAGES } from './pages';

/** What moves for longer than a frame, or for ever, one line each. Empty: nothing. */
async function moving(page: Page): Promise<string[]> {
	return await page.evaluate(() => {
		const FRAME_MS = 16;
		return document.getAnimations().flatMap((animation) => {
			const { duration, iterations } = animation.effect?.getComputedTiming() ?? {};
			if (typeof duration === 'number' && duration <= FRAME_MS && iterations === 1) return [];
			const { target } = animation.effect instanceof KeyframeEffect ? animation.effect : { target: null };
			return [`${target?.tagName} ${target?.getAttribute('class')}: ${duration} ms, ${iterations} times`];
		});
	});
}

/** What would move if it changed: the longest of each element's transitions and animations, ms. */
async function longestMs(page: Page): Promise<number> {
	return await page.evaluate(() => {
		const toMs = (times: string) =>
			times.split(',').map((time) => Number.parseFloat(time) * (time.trim().endsWith('ms') ? 1 : 1_000));
		const longest = [...document.querySelectorAll('*')].flatMap((element) =>
			[undefined, '::before', '::after'].flatMap((part) => {
				const { transitionDuration, transitionDelay, animationName, animationDuration } = getComputedStyle(
					element,
					part,
				);
				const animated = animationName === 'none' ? [] : toMs(animationDuration);
				return [...toMs(transitionDuration), ...toMs(transitionDelay), ...animated];
			}),
		);
		return Math.max(...longest);
	});
}

const STILL_MS_MAX = 1;

test.describe('with prefers-reduced-motion', () => {
	test.use({ contextOptions: { reducedMotion: 'reduce' } });

	test('nothing moves on any page, in the drawer, in dialogs and in the palette', async ({ page, world }) => {
		const still = async (where: string) => {
			expect(await moving(page), where).toEqual([]);
			expect(await longestMs(page), where).toBeLessThanOrEqual(STILL_MS_MAX);
		};
		await signIn(page, world);
		for (const each of PAGES) {
			await open(page, each, world, en);
			await still(each.name);
		}
		await page.goto(`/c/${CLUSTER}/recovery`);
		await page.getByRole('button', { name: en.recovery.begin }).click();
		await expect(page.getByRole('dialog')).toBeVisible();
		await still('dialog');
		await page.goto(`/c/${CLUSTER}`);
		await page.locator('[data-member-link]').last().click();
		await expect(page.getByRole('dialog').locator('[data-atom]').first()).toBeVisible();
		await still('drawer');
		await page.goto('/settings');
		await openPalette(page);
		await still('palette');
	});

	test('skeletons stand still too', async ({ page, world }) => {
		await signIn(page, world);
		await page.route('**/api/**', () => new Promise(() => undefined));
		await page.goto(`/c/${CLUSTER}/recovery`);
		await expect(page.locator('main .skeleton').first()).toBeVisible();
		expect(await moving(page)).toEqual([]);
	});
});

test('without it skeletons breathe: what is told to stand still would move', async ({ page, world }) => {
	await signIn(page, world);
	await page.route('**/api/**', () => new Promise(() => undefined));
	await page.goto(`/c/${CLUSTER}/recovery`);
	await expect(page.locator('main .skeleton').first()).toBeVisible();
	expect(await moving(page)).not.toEqual([]);
	expect(await longestMs(page)).toBeGreaterThan(STILL_MS_MAX);
});
