import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { CLUSTER, choose, EXPIRED_MS_MAX, expect, signIn, test, waitUntilReady } from './fixtures';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function expectNoViolation(page: Page, where: string): Promise<void> {
	const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
	const found = violations.flatMap((violation) =>
		violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} (${node.failureSummary ?? ''})`),
	);
	expect(found, where).toEqual([]);
}

for (const theme of ['light', 'dark'] as const) {
	test(`no page violates WCAG 2.2 AA in the ${theme} theme`, async ({ page, context, world }) => {
		const { stack } = world;
		await choose(context, stack.url, 'en', theme);
		await page.goto('/sign-in');
		await expect(page.getByRole('button', { name: en.signIn.submit })).toBeEnabled();
		await expectNoViolation(page, 'sign-in');

		await signIn(page, stack);
		await page.goto('/');
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await expectNoViolation(page, 'clusters');

		await page.goto(`/c/${CLUSTER}`);
		await expect(page.locator('tr[data-verdict]')).toHaveCount(world.survivors(), { timeout: EXPIRED_MS_MAX });
		await expectNoViolation(page, 'members');
		await page.locator('[data-member-link]').last().click();
		await expect(page.getByText(en.member.incarnation, { exact: true }).first()).toBeVisible();
		await expectNoViolation(page, 'the drawer of a member that is alive');

		const [, second] = stack.members.slice(-2);
		await page.goto(`/c/${CLUSTER}/member?path=${encodeURIComponent(second?.path ?? '')}`);
		await expect(page.getByRole('heading', { level: 1, name: second?.id ?? '' })).toBeVisible();
		await expectNoViolation(page, 'a member’s own page');

		await page.goto(`/c/${CLUSTER}/suspects`);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await expectNoViolation(page, 'suspects');

		await page.goto('/audit');
		await page.locator('tr[data-entry] a').first().click();
		await expect(page.getByRole('heading', { name: /^Entry \d+$/ })).toBeVisible();
		await page.getByRole('button', { name: en.audit.moreFilters }).click();
		await expectNoViolation(page, 'audit with an entry open');
		await page.goto('/audit?q=no+entry+says+this');
		await expectNoViolation(page, 'audit without a match');

		// Not the watched page: a browser reports every 404 on its console.
		const lost = await context.newPage();
		await lost.goto('/nowhere');
		await expect(lost.getByRole('heading', { name: en.shell.notFoundTitle })).toBeVisible();
		await expectNoViolation(lost, 'not found');
	});
}

for (const [theme, width] of [
	['light', 1440],
	['dark', 390],
] as const) {
	test(`suspects and the purge dialog of a dead member violate nothing in the ${theme} theme at ${width} px`, async ({
		page,
		context,
		world,
	}) => {
		const { stack } = world;
		await choose(context, stack.url, 'en', theme);
		await signIn(page, stack);
		await page.setViewportSize({ width, height: 844 });
		await page.goto(`/c/${CLUSTER}/suspects`);
		await waitUntilReady(page);
		const victim = world.nextVictim();
		victim.kill('SIGKILL');
		await expect(page.getByRole('button', { name: en.member.purge(victim.id) })).toBeEnabled();
		await expectNoViolation(page, 'suspects');
		await page.goto(`/c/${CLUSTER}/member?path=${encodeURIComponent(victim.path)}`);
		await page.getByRole('button', { name: en.member.purge(victim.id) }).click();
		await expect(page.getByTestId('guards').locator('[data-result]').first()).toBeVisible();
		await expectNoViolation(page, 'purge dialog');
	});
}
