import type { BrowserContext, Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { zh } from '@/components/messages/zh';
import { choose, expect, openPalette, signIn, test, type World } from './fixtures';
import { layoutProblems } from './layout';
import { open, PAGES } from './pages';

/** 320: WCAG 1.4.10, and 1280 at 400 %. 390: a phone. 720: 1440 at 200 %. 1024: a tablet, a small laptop. */
const WIDTHS = [320, 390, 720, 1024, 1440] as const;

/** WCAG 1.4.12, as a reader's own style sheet sets it. */
const SPACED = `
	* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
	p { margin-block-end: 2em !important; }
`;
const SPACED_WIDTHS = [390, 1280] as const;

/** Sets the text of the page that is open further apart. */
async function spaceText(page: Page): Promise<void> {
	await page.evaluate((rules) => {
		const sheet = new CSSStyleSheet();
		sheet.replaceSync(rules);
		document.adoptedStyleSheets.push(sheet);
	}, SPACED);
}

/** Looks at every page, signed out and in. `prepare`: what is done with a page before its widths are gone through. */
async function lookAtAll(
	{ page, context, world }: { page: Page; context: BrowserContext; world: World },
	[language, texts]: (typeof LANGUAGES)[number],
	widths: readonly number[],
	prepare: (name: string) => Promise<void>,
): Promise<void> {
	await choose(context, world.stack.url, language, 'light');
	await page.goto('/sign-in');
	await expect(page.getByRole('button', { name: texts.signIn.submit, exact: true })).toBeEnabled();
	const look = async (name: string) => {
		await prepare(name);
		for (const width of widths) {
			await page.setViewportSize({ width, height: 900 });
			// Polled: a breakpoint is followed by scripts too, a frame later.
			await expect.poll(() => layoutProblems(page), `${name} at ${width} px`).toEqual([]);
		}
	};
	await look('sign-in');
	await signIn(page, world);
	for (const each of PAGES) {
		await open(page, each, world, texts);
		await look(each.name);
	}
}

const LANGUAGES = [
	['en', en],
	['zh', zh],
] as const;

for (const inLanguage of LANGUAGES) {
	test(`nothing is cut off or scrolls sideways but tables, from 320 to 1440 px, in ${inLanguage[0]}`, async ({
		page,
		context,
		world,
	}) => {
		await lookAtAll({ page, context, world }, inLanguage, WIDTHS, async () => undefined);
	});

	test(`nothing is lost when a reader sets text further apart, in ${inLanguage[0]}`, async ({
		page,
		context,
		world,
	}) => {
		await lookAtAll({ page, context, world }, inLanguage, SPACED_WIDTHS, async (name) => {
			await spaceText(page);
			expect(await page.evaluate(() => getComputedStyle(document.body).letterSpacing), name).not.toBe('normal');
		});
	});
}

test('dialogs, drawer and palette fit into 320 px', async ({ page, world }) => {
	const { recovery, settings } = en;
	await signIn(page, world);
	await page.setViewportSize({ width: 320, height: 640 });
	const openers: [address: string, opener: string][] = [
		['/c/turms/recovery', recovery.begin],
		['/c/turms/recovery', recovery.pull],
		['/settings', settings.addUser],
		['/settings', settings.addToken],
		['/settings', settings.changePassword],
		['/settings', en.webhooks.add],
	];
	for (const [address, opener] of openers) {
		await page.goto(address);
		await page.getByRole('button', { name: opener, exact: true }).click();
		await expect(page.getByRole('dialog')).toBeVisible();
		await expect.poll(() => layoutProblems(page), opener).toEqual([]);
	}
	await page.goto('/c/turms');
	await page.locator('[data-member-link]').last().click();
	await expect(page.getByRole('dialog').locator('[data-atom]').first()).toBeVisible();
	await expect.poll(() => layoutProblems(page), 'drawer').toEqual([]);
	await page.goto('/audit');
	await openPalette(page);
	await expect.poll(() => layoutProblems(page), 'palette').toEqual([]);
});
