import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

type What = {
	readonly where?: string;
	/** A part that is left out, as a selector. */
	readonly except?: string;
};

async function expectNone(axe: AxeBuilder, { where = 'the page', except }: What): Promise<void> {
	// Legacy: axe runs in the page alone. There are no frames, and no second page has to be opened for them.
	const set = (except === undefined ? axe : axe.exclude(except)).setLegacyMode(true);
	const { violations, passes } = await set.analyze();
	const found = violations.flatMap((violation) =>
		violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} (${node.failureSummary ?? ''})`),
	);
	expect(found, where).toEqual([]);
	expect(passes.length, `${where}: something was looked at`).toBeGreaterThan(0);
}

/** Nothing of the page as it is now violates WCAG 2.2 AA as far as axe can tell. */
export async function expectNoViolation(page: Page, what: What = {}): Promise<void> {
	await expectNone(new AxeBuilder({ page }).withTags(TAGS), what);
}

/**
 * The same in both themes. The page is switched in place, as the theme's switch does it; in the dark one the contrasts alone
 * are looked at, for nothing else depends on it.
 */
export async function expectNoViolationInBothThemes(page: Page, where?: string, except?: string): Promise<void> {
	const wear = (theme: string) =>
		page.evaluate((chosen) => {
			document.documentElement.dataset.theme = chosen;
		}, theme);
	const name = where ?? 'the page';
	const what = except === undefined ? {} : { except };
	await wear('light');
	await expectNoViolation(page, { where: `${name}, light`, ...what });
	await wear('dark');
	await expectNone(new AxeBuilder({ page }).withRules(['color-contrast']), { where: `${name}, dark`, ...what });
}
