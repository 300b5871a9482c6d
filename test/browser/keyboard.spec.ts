import type { Locator, Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { CLUSTER, EXPIRED_MS_MAX, expect, registeredPaths, test, waitUntilReady } from './fixtures';

/** More stops than any page has on the way to what a person looks for. */
const STOPS_MAX = 80;

async function hasFocus(target: Locator): Promise<boolean> {
	return (await target.count()) === 1 && (await target.evaluate((element) => element === document.activeElement));
}

/** Presses Tab until the target has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
	for (let stop = 0; stop < STOPS_MAX; stop += 1) {
		if (await hasFocus(target)) return;
		await page.keyboard.press('Tab');
	}
	throw new Error(`not reached with ${STOPS_MAX} presses of Tab: ${target}`);
}

test('the whole way from sign-in to the audit entry goes by keyboard alone', async ({ page, world }) => {
	const { stack } = world;
	await page.goto(`/c/${CLUSTER}`);
	const submit = page.getByRole('button', { name: en.signIn.submit });
	await expect(submit).toBeEnabled();
	await tabTo(page, page.getByLabel(en.signIn.username));
	await page.keyboard.type(stack.username);
	await page.keyboard.press('Tab');
	await page.keyboard.type(stack.password);
	await page.keyboard.press('Enter');
	await page.waitForURL((url) => url.pathname === `/c/${CLUSTER}`);
	await expect(page.locator('tr[data-verdict]')).toHaveCount(world.survivors(), { timeout: EXPIRED_MS_MAX });
	await waitUntilReady(page);

	const victim = world.nextVictim();
	victim.kill('SIGKILL');
	await page.keyboard.press('/');
	await expect(page.getByRole('searchbox', { name: en.members.search })).toBeFocused();
	await page.keyboard.type(victim.id);
	await expect(page.locator('tr[data-verdict="dead"]')).toHaveCount(1, { timeout: 15_000 });
	await tabTo(page, page.getByRole('link', { name: victim.id, exact: true }));
	await page.keyboard.press('Enter');
	const drawer = page.getByRole('dialog', { name: victim.id });
	await expect(drawer.getByRole('heading', { name: victim.id })).toBeFocused();
	const opener = drawer.getByRole('button', { name: en.member.purge(victim.id) });
	await tabTo(page, opener);
	await page.keyboard.press('Enter');

	const dialog = page.getByRole('dialog', { name: en.purge.title(1, victim.id) });
	const reason = dialog.getByLabel(en.purge.reason);
	await expect(reason).toBeFocused();
	await page.keyboard.press('Escape');
	await expect(dialog).toBeHidden();
	await expect(opener, 'the focus comes back to where the dialog was opened').toBeFocused();
	await page.keyboard.press('Enter');
	await expect(reason).toBeFocused();
	await expect(dialog.getByTestId('guards-announced')).toHaveText(en.purge.announceReady);

	await page.keyboard.type('killed by keyboard');
	await page.keyboard.press('Tab');
	await page.keyboard.type(victim.id);
	const go = dialog.getByRole('button', { name: en.purge.go(1, victim.id) });
	await tabTo(page, go);
	await expect(go).toBeEnabled();
	await page.keyboard.press('Enter');

	const outcomes = page.getByTestId('outcomes');
	await expect(outcomes.locator('[data-outcome="purged"]')).toBeVisible({ timeout: 30_000 });
	await expect(page.getByRole('heading', { name: en.purge.resultTitle(1, 1) })).toBeFocused();
	expect(await registeredPaths(page)).not.toContain(victim.path);
	await tabTo(page, outcomes.getByRole('link', { name: /audit/i }));
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { level: 1, name: en.audit.title })).toBeVisible();
	await expect(page.locator('tr[data-entry]').first()).toContainText('killed by keyboard', { timeout: 15_000 });
});
