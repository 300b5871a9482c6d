import type { Browser, Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { zh } from '@/components/messages/zh';
import { expectNoViolationInBothThemes } from './axe';
import { CLUSTER, choose, expect, signIn, test, type World } from './fixtures';
import { layoutProblems } from './layout';

declare global {
	interface Window {
		/** Gives back what the browser was denied. */
		mend(): void;
	}
}

/** In a browser that is denied what a page takes for granted: hardened by an extension, or by whoever runs it. */
async function deniedPage(browser: Browser, world: World, language: 'en' | 'zh', deny: () => void): Promise<Page> {
	const context = await browser.newContext({ baseURL: world.stack.url });
	await choose(context, world.stack.url, language, 'light');
	await context.addInitScript(deny);
	const page = await context.newPage();
	await signIn(page, world);
	return page;
}

function denyCanvas(): void {
	const given = HTMLCanvasElement.prototype.getContext;
	HTMLCanvasElement.prototype.getContext = () => {
		throw new DOMException('drawing is denied', 'SecurityError');
	};
	window.mend = () => {
		HTMLCanvasElement.prototype.getContext = given;
	};
}

function denyStorage(): void {
	const given = Object.getOwnPropertyDescriptor(window, 'sessionStorage');
	Object.defineProperty(window, 'sessionStorage', {
		configurable: true,
		get() {
			throw new DOMException('storage is denied', 'SecurityError');
		},
	});
	window.mend = () => {
		Object.defineProperty(window, 'sessionStorage', given ?? {});
	};
}

/** What the layout's own adapter for addresses marks once it has taken over the history. */
function denyHistory(): void {
	Object.defineProperty(history, 'nuqs', {
		configurable: true,
		set() {
			throw new DOMException('the history is denied', 'SecurityError');
		},
	});
	window.mend = () => {
		Reflect.deleteProperty(history, 'nuqs');
	};
}

async function expectDrawnAgain(page: Page, title: string): Promise<void> {
	await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
	await expect(page.locator('tr[data-verdict]').first()).toBeVisible();
}

async function expectWellSetOut(page: Page): Promise<void> {
	for (const width of [320, 390, 1440]) {
		await page.setViewportSize({ width, height: 900 });
		await expect.poll(() => layoutProblems(page), `${width} px`).toEqual([]);
	}
}

for (const [language, t] of [
	['en', en],
	['zh', zh],
] as const) {
	for (const [what, deny, isFramed] of [
		['a page', denyCanvas, true],
		['the frame of all pages', denyStorage, false],
	] as const) {
		test(`when ${what} cannot be drawn, it says so in ${language}, without a violation of WCAG, and is drawn once it can be`, async ({
			browser,
			world,
		}) => {
			const page = await deniedPage(browser, world, language, deny);
			await page.goto(`/c/${CLUSTER}`);
			await expect(page.getByRole('heading', { level: 1, name: t.failure.title })).toBeVisible();
			await expect(page.getByText(t.failure.inBrowser)).toBeVisible();
			await expect(page.getByRole('main')).toHaveCount(1);
			await expect(page.getByRole('navigation', { name: t.shell.navigation })).toHaveCount(isFramed ? 1 : 0);
			await expectNoViolationInBothThemes(page, what);
			await expectWellSetOut(page);
			await page.evaluate(() => window.mend());
			await page.getByRole('button', { name: t.failure.retry }).click();
			await expectDrawnAgain(page, t.members.title);
			await page.context().close();
		});
	}
}

test('when the layout of the whole document fails, it is said in both languages, and drawn in one’s own once it can be', async ({
	browser,
	world,
}) => {
	const page = await deniedPage(browser, world, 'zh', denyHistory);
	await page.goto(`/c/${CLUSTER}`);
	await expect(page.getByRole('heading', { level: 1, name: en.failure.title })).toBeVisible();
	await expect(page.getByText(en.failure.inBrowser)).toBeVisible();
	const chinese = page.getByRole('main').locator('[lang="zh-Hans-CN"]');
	await expect(chinese.getByRole('heading', { level: 2, name: zh.failure.title })).toBeVisible();
	await expect(chinese.getByText(zh.failure.inBrowser)).toBeVisible();
	await expectNoViolationInBothThemes(page, 'the whole document');
	await expectWellSetOut(page);
	await page.evaluate(() => window.mend());
	await chinese.getByRole('button', { name: zh.failure.retry }).click();
	await expectDrawnAgain(page, zh.members.title);
	await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans-CN');
	await page.context().close();
});
