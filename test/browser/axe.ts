import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

type What = {
	readonly where?: string;
	/** A part that is left out, as a selector. */
	readonly except?: string;
};

/** Nothing of the page as it is now violates WCAG 2.2 AA as far as axe can tell. */
export async function expectNoViolation(page: Page, { where = 'the page', except }: What = {}): Promise<void> {
	const axe = new AxeBuilder({ page })
		// Where each passed element stands is not reckoned: that takes longer than the rules themselves.
		.options({ resultTypes: ['violations'] })
		.withTags(TAGS)
		// Legacy: axe runs in the page alone. There are no frames, and no second page has to be opened for them.
		.setLegacyMode(true);
	const { violations, passes } = await (except === undefined ? axe : axe.exclude(except)).analyze();
	const found = violations.flatMap((violation) =>
		violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} (${node.failureSummary ?? ''})`),
	);
	expect(found, where).toEqual([]);
	expect(passes.length, `${where}: something was looked at`).toBeGreaterThan(0);
}

/** The same in both themes, with every rule in each. The page is switched in place, as the theme's switch does it. */
export async function expectNoViolationInBothThemes(page: Page, where = 'the page', except?: string): Promise<void> {
	for (const theme of ['light', 'dark']) {
		await page.evaluate((chosen) => {
			document.documentElement.dataset.theme = chosen;
		}, theme);
		await expectNoViolation(page, { where: `${where}, ${theme}`, ...(except === undefined ? {} : { except }) });
	}
}
