import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { CLUSTER, EXPIRED_MS_MAX, expect, registeredPaths, signIn, test, waitUntilReady } from './fixtures';

/** From kill -9 to the verdict on the screen; about 1.5 s on a quiet machine, with room for a busy one. */
const DEATH_SHOWN_MS_MAX = 15_000;

function rowOf(page: Page, id: string): Locator {
	return page.locator('tr[data-verdict]').filter({ has: page.getByRole('link', { name: id, exact: true }) });
}

async function seeAllAlive(page: Page, count: number): Promise<void> {
	await expect(page.locator('tr[data-verdict="alive"]')).toHaveCount(count, { timeout: EXPIRED_MS_MAX });
}

/** The first data record of a CSV by its columns; quoted fields may hold commas and line ends. */
function parseCsv(text: string): Record<string, string>[] {
	const records = [...text.replace(/^\ufeff/, '').matchAll(/(?:"(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/g)];
	const rows: string[][] = [[]];
	for (const [field, end] of records) {
		const value = field.slice(0, field.length - (end ?? '').length);
		rows.at(-1)?.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
		if (end !== ',') rows.push([]);
	}
	const [head = [], ...data] = rows;
	return data
		.filter((row) => row.length === head.length)
		.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])));
}

test('a member killed with -9 is seen dead, purged through the dialog, found in the audit log and exported', async ({
	page,
	world,
}) => {
	const { stack } = world;
	await page.goto('/');
	await expect(page).toHaveURL(/\/sign-in/);
	await page.getByLabel(en.signIn.username).fill(stack.username);
	await page.getByLabel(en.signIn.password).fill(stack.password);
	await page.getByRole('button', { name: en.signIn.submit }).click();
	await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
	await page.goto(`/c/${CLUSTER}`);
	await seeAllAlive(page, world.survivors());
	await waitUntilReady(page);

	const victim = world.nextVictim();
	victim.kill('SIGKILL');
	const row = rowOf(page, victim.id);
	await expect(row).toHaveAttribute('data-verdict', 'dead', { timeout: DEATH_SHOWN_MS_MAX });

	await row.getByRole('link', { name: victim.id, exact: true }).click();
	const drawer = page.getByRole('dialog', { name: victim.id });
	await expect(drawer.getByText(en.verdicts.reasons['refused-by-quorum']).first()).toBeVisible();
	await drawer.getByRole('button', { name: en.member.purge(victim.id) }).click();

	const dialog = page.getByRole('dialog', { name: en.purge.title(1, victim.id) });
	const go = dialog.getByRole('button', { name: en.purge.go(1, victim.id) });
	await expect(dialog.getByTestId('guards').locator('[data-result="pass"]').first()).toBeVisible();
	await expect(dialog.locator('[data-result="fail"], [data-result="unknown"]')).toHaveCount(0);
	await expect(dialog.getByTestId('goes')).toContainText(victim.path);
	await expect(dialog.getByTestId('expiry')).toContainText('ZooKeeper');
	await expect(go).toBeDisabled();
	const reason = '=SUM(1,2) OOM-killed, "INC-2231"';
	await dialog.getByLabel(en.purge.reason).fill(reason);
	const confirm = dialog.getByLabel(`Type ${victim.id} to confirm`);
	await confirm.fill(`${victim.id}x`);
	await expect(go).toBeDisabled();
	await expect(go).toHaveAccessibleDescription(en.purge.blocked.confirm(victim.id));
	await confirm.fill(victim.id);
	await expect(go).toBeEnabled();
	await go.click();

	const outcomes = page.getByTestId('outcomes');
	await expect(outcomes.locator('[data-outcome="purged"]')).toBeVisible({ timeout: 30_000 });
	await expect(outcomes).toContainText(en.purge.outcomeKinds.purged(victim.id));
	await expect(outcomes.getByText(/^0x[0-9a-f]+$/)).toBeVisible();
	await expect(page.getByTestId('failover')).toContainText(en.purge.failoverWaiting);
	expect(await registeredPaths(page)).not.toContain(victim.path);

	await outcomes.getByRole('link', { name: /audit/i }).click();
	await expect(page.getByRole('heading', { level: 1, name: en.audit.title })).toBeVisible();
	const entry = page.locator('tr[data-entry]').first();
	await expect(entry).toContainText(victim.id, { timeout: 15_000 });
	await expect(entry).toContainText('OOM-killed');
	if (!(await page.getByRole('heading', { name: /^Entry \d+$/ }).isVisible())) {
		await entry.getByRole('link').click();
	}
	await expect(page.getByRole('heading', { name: /^Entry \d+$/ })).toBeVisible();
	await expect(page.getByRole('region', { name: en.audit.evidence })).toContainText('{');

	const downloading = page.waitForEvent('download');
	await page.getByRole('link', { name: en.audit.exportAs('CSV') }).click();
	const file = await (await downloading).path();
	const records = parseCsv(await readFile(file, 'utf8'));
	expect(records).toHaveLength(await page.locator('tr[data-entry]').count());
	const record = records[0];
	expect(record).toMatchObject({ action: 'member.purge', outcome: 'purged', member: victim.path });
	expect(record?.reason).toContain('OOM-killed, "INC-2231"');
	expect(record?.reason, 'a spreadsheet must not take it for a formula').not.toMatch(/^=/);

	await page.getByRole('button', { name: en.audit.verify }).click();
	await expect(page.getByTestId('chain')).toContainText(/unbroken/);
});

test('what was purged is found by the filters in the address, and cleared filters bring everything back', async ({
	page,
	world,
}) => {
	await signIn(page, world);
	await page.goto('/audit');
	await page.getByLabel(en.audit.action, { exact: true }).selectOption('operator.sign-in');
	await expect(page).toHaveURL(/action=operator\.sign-in/);
	await expect(page.locator('tr[data-entry]').first()).toContainText(en.audit.actions['operator.sign-in']);
	await page.getByLabel(en.audit.search, { exact: true }).fill('nothing is called like this');
	await expect(page.getByRole('heading', { name: en.audit.noMatch })).toBeVisible();
	await page.getByRole('button', { name: en.audit.clear }).click();
	await expect(page).toHaveURL(/\/audit$/);
	await expect(page.locator('tr[data-entry]').first()).toBeVisible();
});

test('a purge from the suspects page shows its outcome after the purged card has gone', async ({ page, world }) => {
	await signIn(page, world);
	await page.goto(`/c/${CLUSTER}/suspects`);
	await waitUntilReady(page);
	const victim = world.nextVictim();
	victim.kill('SIGKILL');
	const card = page.locator(`li[data-member="${victim.path}"]`);
	await expect(card).toHaveAttribute('data-verdict', 'dead', { timeout: DEATH_SHOWN_MS_MAX });
	await card.getByRole('button', { name: en.member.purge(victim.id) }).click();
	const dialog = page.getByRole('dialog', { name: en.purge.title(1, victim.id) });
	await dialog.getByLabel(en.purge.reason).fill('power supply');
	await dialog.getByLabel(`Type ${victim.id} to confirm`).fill(victim.id);
	const go = dialog.getByRole('button', { name: en.purge.go(1, victim.id) });
	await expect(go).toBeEnabled();
	await go.click();
	await expect(page.getByTestId('outcomes').locator('[data-outcome="purged"]')).toBeVisible({ timeout: 30_000 });
	await expect(card).toHaveCount(0);
	await expect(page.getByTestId('outcomes').locator('[data-outcome="purged"]')).toBeVisible();
});
