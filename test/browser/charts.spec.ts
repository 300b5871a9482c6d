import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { z } from 'zod';
import { expectNoViolationInBothThemes } from './axe';
import { CLUSTER } from './fixtures';
import { freeze, thaw } from './frozen';
import { drawingDiffers } from './same-drawing';
import { expect, test } from './stage';

const PROBE = fileURLToPath(new URL('baselines/probe.png', import.meta.url));
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } } as const;
/** Of the pixels of one chart: the edges of letters, and not a line of it. */
const DIFFERENT_SHARE_MAX = 0.001;
const ATTEMPTS_MS_MAX = 45_000;
const ROUNDS = 60;
/** 2000-01-10, 00:00 UTC */
const FIRST_ROUND_MS = 947_462_400_000;

/** A minute of answers from under a millisecond to above 200, some of them missing: what a chart of latency has to show. */
const LATENCY = Array.from({ length: ROUNDS }, (_, index) => ({
	atMs: FIRST_ROUND_MS + index * 1_000,
	rttMs: index % 23 === 17 ? null : 0.4 + (index % 7) * 0.35 + (index % 19 === 11 ? 210 : 0) + index * 0.05,
	result: index % 23 === 17 ? 'timed-out' : 'accepted',
}));

/** Live pages differ in what they have measured. Everything of the answer stays but the latencies. */
async function sameLatency(page: Page): Promise<void> {
	await page.route(`**/api/clusters/${CLUSTER}/member?*`, async (route) => {
		const answer = await route.fetch();
		const detail = z.looseObject({ latency: z.array(z.unknown()) }).parse(await answer.json());
		await route.fulfill({ response: answer, json: { ...detail, latency: LATENCY } });
	});
}

/** Switches the theme and waits until each canvas is painted anew, a few seconds at most: pictures are compared again anyway. */
async function wear(page: Page, theme: 'light' | 'dark'): Promise<void> {
	await page.evaluate(async (chosen) => {
		if (document.documentElement.dataset.theme === chosen) return;
		const paintings = () => [...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL());
		const before = paintings();
		document.documentElement.dataset.theme = chosen;
		const isPainted = () => {
			const now = paintings();
			return now.length === before.length && now.every((painting, index) => painting !== before[index]);
		};
		const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
		for (let frames = 0; frames < 200 && before.length > 0 && !isPainted(); frames += 1) await frame();
		await frame();
		await document.fonts.ready;
	}, theme);
}

/** Lays the chart alone at a whole pixel: what stands above it is of other heights, parts of a pixel among them. */
async function layBare(page: Page, chart: string): Promise<void> {
	await page.locator(chart).evaluate((element: HTMLElement) => {
		document.body.style.visibility = 'hidden';
		const width = Math.round(element.getBoundingClientRect().width);
		element.style.cssText += `;position:fixed;top:0;left:0;width:${width}px;margin:0;visibility:visible;background:var(--bg)`;
	});
}

type Studio = { readonly page: Page; readonly viewer: Page; readonly origin: string };

/** Compares one chart with its baselines, on both sizes and in both themes. */
async function compare({ page, viewer, origin }: Studio, name: string, chart: string): Promise<void> {
	for (const [size, viewport] of Object.entries(SIZES)) {
		await page.setViewportSize(viewport);
		await viewer.setViewportSize(viewport);
		await expect(page.locator(chart)).toBeVisible();
		await expect(async () => {
			for (const theme of ['dark', 'light'] as const) {
				await wear(page, theme);
				await thaw(viewer, origin, await freeze(page, { drawn: true }));
				await layBare(viewer, chart);
				await expect(viewer.locator(chart)).toHaveScreenshot(`chart-${name}-${size}-${theme}.png`, {
					maxDiffPixelRatio: DIFFERENT_SHARE_MAX,
					animations: 'disabled',
					timeout: 5_000,
				});
			}
		}).toPass({ timeout: ATTEMPTS_MS_MAX });
	}
}

test('charts and the roll-call board look as they did, on a desktop and a phone, in both themes', async ({
	browser,
	stage,
}) => {
	const origin = stage.console.url;
	const context = await browser.newContext({ baseURL: origin, locale: 'en-US', timezoneId: 'UTC' });
	await stage.enterAsFirst(context);
	const [page, viewer] = [await context.newPage(), await context.newPage()];
	await viewer.goto('/sign-in');
	const differs = await drawingDiffers(viewer, origin, PROBE);
	if (differs !== null) process.stdout.write(`${differs}\n`);
	test.skip(differs !== null, differs ?? '');
	const studio: Studio = { page, viewer, origin };

	await stage.put('api-15', 'api', 'dead');
	// That takes a while, and is looked at last.
	const silent = stage.put('worker-10', 'worker', 'unresponsive');
	await sameLatency(page);
	await page.goto(`/c/${CLUSTER}/member?path=${encodeURIComponent('/services/api-01')}`);
	await expect(page.locator('main figure canvas')).toBeVisible();
	await compare(studio, 'latency', 'main section > figure');

	await stage.drill();
	await page.goto(`/c/${CLUSTER}/drills`);
	await expect(page.locator('[data-drill] tr[data-mark="alive"]')).toBeVisible();
	await compare(studio, 'drill', '[data-drill] table');
	await expectNoViolationInBothThemes(page, 'the report of a drill');
	await page.goto(`/c/${CLUSTER}/recovery`);
	await expect(page.getByTestId('failovers').locator('figure')).toBeVisible();
	await compare(studio, 'failovers', '[data-testid="failovers"]');
	await expectNoViolationInBothThemes(page, 'recovery with failovers');

	await stage.put('api-16', 'api', 'suspect');
	await stage.put('worker-11', 'worker', 'unreachable');
	await stage.put('worker-12', 'worker', 'unknown');
	await silent;
	await page.goto(`/c/${CLUSTER}`);
	const counted = { alive: stage.living, dead: 1, suspect: 1, unreachable: 1, unresponsive: 1, unknown: 1 };
	await expect.poll(() => stage.counts()).toMatchObject(counted);
	await expect(page.locator('tr[data-verdict="dead"]')).toBeVisible();
	await compare(studio, 'board', 'main .panel:has([role="listbox"])');
	await expectNoViolationInBothThemes(page, 'members in every state that lasts');
	await context.close();
});

declare global {
	interface Window {
		/** Sizes of the letters that were drawn on canvases, CSS px. */
		letters: Set<number>;
	}
}

test('letters on a chart are as large on screens of finer pixels', async ({ browser, stage }) => {
	for (const deviceScaleFactor of [1, 1.25, 2, 3]) {
		const context = await browser.newContext({ baseURL: stage.console.url, deviceScaleFactor });
		await stage.enterAsFirst(context);
		const page = await context.newPage();
		await page.addInitScript(() => {
			window.letters = new Set();
			const { fillText } = CanvasRenderingContext2D.prototype;
			CanvasRenderingContext2D.prototype.fillText = function (...args) {
				window.letters.add(Number.parseFloat(this.font) / devicePixelRatio);
				fillText.apply(this, args);
			};
		});
		await page.goto(`/c/${CLUSTER}/member?path=${encodeURIComponent('/services/api-02')}`);
		await expect(page.locator('main figure canvas')).toBeVisible();
		await expect.poll(() => page.evaluate(() => window.letters.size), `${deviceScaleFactor}`).toBeGreaterThan(0);
		expect(await page.evaluate(() => [...window.letters]), `${deviceScaleFactor}`).toEqual([12]);
		await context.close();
	}
});
