import type { Locator, Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { CLUSTER, expect, signIn, test } from './fixtures';

const { settings, palette } = en;
const { dialog } = settings;

async function openSettings(page: Page): Promise<void> {
	await page.goto('/settings');
	await expect(page.locator('tr[data-user="admin"]')).toBeVisible();
}

async function signInAs(page: Page, username: string, password: string): Promise<void> {
	await page.goto('/settings');
	await page.getByLabel(en.signIn.username).fill(username);
	await page.getByLabel(en.signIn.password).fill(password);
	await page.getByRole('button', { name: en.signIn.submit }).click();
}

/** The secret of the dialog that shows it once; closes the dialog. */
async function takeSecret(page: Page): Promise<string> {
	const shown = page.getByTestId('shown-once').locator('.mono');
	await expect(shown).toBeVisible();
	const secret = await shown.innerText();
	await page.keyboard.press('Escape');
	await expect(page.getByRole('dialog')).toHaveCount(0);
	return secret;
}

async function addUser(page: Page, username: string, role: 'viewer' | 'admin'): Promise<string> {
	await page.getByRole('button', { name: settings.addUser }).click();
	const window = page.getByRole('dialog', { name: dialog.addUser.title });
	await window.getByLabel(dialog.username).fill(username);
	await window.getByRole('radio', { name: en.shell.roles[role] }).check();
	await window.getByLabel(dialog.reason).fill('joins the rota');
	await window.getByRole('button', { name: dialog.addUser.go }).click();
	return takeSecret(page);
}

async function choose(page: Page, username: string, deed: keyof typeof settings.change): Promise<Locator> {
	await page.getByRole('button', { name: settings.actionsOf(username) }).click();
	await page.getByRole('button', { name: settings.change[deed] }).click();
	return page.getByRole('dialog');
}

test('a user is added, signs in with the password that was shown once, and sees what is for a viewer', async ({
	page,
	browser,
	world,
}) => {
	await signIn(page, world);
	await openSettings(page);
	const password = await addUser(page, 'vera', 'viewer');
	await expect(page.locator('tr[data-user="vera"]')).toContainText(en.shell.roles.viewer);
	expect(await page.content()).not.toContain(password);

	const other = await browser.newContext({ baseURL: world.stack.url });
	const hers = await other.newPage();
	await signInAs(hers, 'vera', password);
	await expect(hers.getByTestId('only-admins')).toBeVisible();
	await expect(hers.getByRole('button', { name: settings.changePassword })).toBeVisible();
	await expect(hers.locator('tr[data-user], tr[data-token], [data-cluster-config]')).toHaveCount(0);

	const window = await choose(page, 'vera', 'disable');
	await expect(window.getByLabel(dialog.reason)).toBeFocused();
	await page.keyboard.type('on leave');
	await page.keyboard.press('Enter');
	await expect(page.locator('tr[data-user="vera"][data-disabled="true"]')).toBeVisible();
	await hers.goto('/audit');
	await expect(hers.getByRole('button', { name: en.signIn.submit })).toBeVisible();
	await other.close();
});

test('a role is changed with a reason, and never the own one; what is for administrators leaves the page of who was one', async ({
	page,
	browser,
	world,
}) => {
	await signIn(page, world);
	await openSettings(page);
	await expect(page.getByRole('button', { name: settings.actionsOf('admin') })).toHaveCount(0);
	const password = await addUser(page, 'deputy', 'admin');
	const other = await browser.newContext({ baseURL: world.stack.url });
	const theirs = await other.newPage();
	await signInAs(theirs, 'deputy', password);
	await expect(theirs.locator('tr[data-user="admin"]')).toBeVisible();
	const window = await choose(page, 'deputy', 'role');
	const go = window.getByRole('button', { name: dialog.changeRole.go });
	await window.getByLabel(dialog.reason).fill('stands down');
	await expect(go).toHaveAttribute('aria-disabled', 'true');
	await window.getByRole('radio', { name: en.shell.roles.operator }).check();
	await go.click();
	await expect(page.locator('tr[data-user="deputy"]')).toContainText(en.shell.roles.operator);
	await expect(theirs.getByText(settings.partForbidden)).toHaveCount(4, { timeout: 30_000 });
	await expect(theirs.locator('tr[data-user]')).toHaveCount(0);
	await other.close();
	const self = await page.request.put('/api/users/admin', {
		data: { role: 'viewer', reason: 'r' },
		headers: { origin: world.stack.url },
	});
	expect([self.status(), (await self.json()).code]).toEqual([409, 'own-account']);
});

test('a token is shown once, works, and is refused once it is revoked', async ({ page, world, playwright }) => {
	await signIn(page, world);
	await openSettings(page);
	await page.getByRole('button', { name: settings.addToken }).click();
	const window = page.getByRole('dialog', { name: dialog.addToken.title });
	await window.getByLabel(dialog.addToken.name).fill('ci');
	await window.getByLabel(dialog.reason).fill('nightly report');
	await window.getByRole('button', { name: dialog.addToken.go }).click();
	const token = await takeSecret(page);
	const machine = await playwright.request.newContext({
		baseURL: world.stack.url,
		extraHTTPHeaders: { authorization: `Bearer ${token}` },
	});
	expect((await machine.get('/api/clusters')).status()).toBe(200);

	await page.getByRole('button', { name: settings.revokeOf('ci') }).click();
	const revoke = page.getByRole('dialog', { name: dialog.revoke.title('ci') });
	await revoke.getByLabel(dialog.reason).fill('leaked');
	await revoke.getByRole('button', { name: dialog.revoke.go('ci') }).click();
	await expect(page.locator('tr[data-token="ci"]')).toHaveCount(0);
	expect((await machine.get('/api/clusters')).status()).toBe(401);
	await page.getByRole('button', { name: settings.revokedShown(1) }).click();
	await expect(page.locator('tr[data-token="ci"][data-revoked="true"]')).toBeVisible();
	await machine.dispose();
});

test('the palette, its help and the keys of every page go by keyboard alone', async ({ page, world }) => {
	await signIn(page, world);
	await page.goto(`/c/${CLUSTER}`);
	await expect(page.locator('[data-member-link]').first()).toBeVisible();
	const field = page.getByRole('combobox', { name: palette.search });

	// The focus comes back to where it was.
	await page.keyboard.press('j');
	const row = page.locator('[data-member-link]').first();
	await expect(row).toBeFocused();
	await page.keyboard.press('Control+k');
	await expect(field).toBeFocused();
	await page.keyboard.type('g?');
	await expect(field, 'keys are letters in a field').toHaveValue('g?');
	await page.keyboard.press('Escape');
	await expect(page.getByRole('dialog')).toHaveCount(0);
	await expect(row).toBeFocused();

	await page.keyboard.press('?');
	await expect(page.getByRole('dialog', { name: palette.helpTitle })).toBeVisible();
	await page.keyboard.press('Control+k');
	await expect(field, 'nothing opens over a dialog').toHaveCount(0);
	await page.keyboard.press('g');
	await page.keyboard.press('a');
	await page.keyboard.press('Escape');
	await expect(page.getByRole('dialog')).toHaveCount(0);
	await expect(page, 'no page is left while a dialog is open').toHaveURL(new RegExp(`/c/${CLUSTER}$`));

	const member = world.stack.members.at(-1);
	await page.keyboard.press('Control+k');
	await expect(field).toBeFocused();
	await page.keyboard.type(member?.id ?? '?');
	await expect(page.getByRole('option', { name: member?.id ?? '?' }).first()).toHaveAttribute('data-highlighted', '');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { level: 1, name: member?.id ?? '?' })).toBeVisible();

	await page.keyboard.press('g');
	await page.keyboard.press('t');
	await expect(page.getByRole('heading', { level: 1, name: settings.title })).toBeVisible();
	await expect(page.locator('tr[data-user="admin"]')).toBeVisible();

	await page.keyboard.press('Control+k');
	await expect(field).toBeFocused();
	await page.keyboard.type('theme dark');
	await page.keyboard.press('Enter');
	await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
	await expect(page.getByRole('radio', { name: en.shell.themes.dark })).toBeChecked();
});
