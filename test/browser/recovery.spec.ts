import type { Locator, Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { knobs } from '@/components/messages/en/recovery-knobs';
import { CLUSTER, expect, signIn, test } from './fixtures';

const { recovery: t } = en;
/** A change waits for ZooKeeper and for the console to hear of it; generous for a busy machine. */
const CHANGED_MS_MAX = 30_000;

async function openRecovery(page: Page): Promise<void> {
	await page.goto(`/c/${CLUSTER}/recovery`);
	await expect(page.locator('[data-recovery]')).toBeVisible();
}

/** Gives the reason, sends it, and waits until the dialog has gone: only a change that was made closes it. */
async function confirm(dialog: Locator, reason: string, go: string): Promise<void> {
	const button = dialog.getByRole('button', { name: go, exact: true });
	await expect(button).toBeDisabled();
	await dialog.getByLabel(t.dialog.reason).fill(reason);
	await expect(button).toBeEnabled();
	await button.click();
	await expect(dialog).toHaveCount(0, { timeout: CHANGED_MS_MAX });
}

test('the kill switch is pulled and released with a reason each, shows who pulled it and why, and gives the focus back', async ({
	page,
	world,
}) => {
	await signIn(page, world);
	await openRecovery(page);
	const panel = page.locator('[data-kill-switch]');
	const pull = panel.getByRole('button', { name: t.pull });
	await pull.click();
	const pulling = page.getByRole('dialog', { name: t.dialog.kill.title });
	await expect(pulling).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(pulling).toHaveCount(0);
	await expect(pull).toBeFocused();

	await page.keyboard.press('Enter');
	await confirm(pulling, 'wrong <b>purges</b>, INC-7', t.dialog.kill.go);
	await expect(page.locator('[data-recovery="kill-switch"]')).toBeVisible();
	await expect(panel).toHaveAttribute('data-kill-switch', 'on');
	await expect(panel).toContainText(t.killSwitchBy(world.stack.username));
	await expect(panel).toContainText('wrong <b>purges</b>, INC-7');

	await page.reload();
	await expect(page.locator('[data-recovery="kill-switch"]')).toBeVisible();
	await panel.getByRole('button', { name: t.release }).click();
	await confirm(page.getByRole('dialog', { name: t.dialog.release.title }), 'understood', t.dialog.release.go);
	await expect(page.locator('[data-recovery="off"]')).toBeVisible();
});

test('knobs are checked as they are typed, saved together with one reason, marked as changed and put back', async ({
	page,
	world,
}) => {
	await signIn(page, world);
	await openRecovery(page);
	const settle = page.locator('[data-knob="settleMs"]');
	const burst = page.locator('[data-knob="rateBurst"]');
	await page.getByRole('button', { name: t.edit }).click();
	const settleField = settle.getByLabel(t.newValue(knobs.settleMs.label));
	const save = page.getByRole('button', { name: t.save });
	await settleField.fill('149');
	await expect(settle).toContainText(t.problems.range('150', '60,000'));
	await expect(save).toBeDisabled();
	await settleField.fill('1100');
	await expect(page.getByTestId('settle-cost')).toContainText(t.settleCost(1_100));
	await burst.getByLabel(t.newValue(knobs.rateBurst.label)).fill('4');
	await save.click();
	await confirm(
		page.getByRole('dialog', { name: t.dialog.knobs.title(2) }),
		'our members reconnect fast',
		t.dialog.knobs.go,
	);
	await expect(settle).toContainText(t.changed);
	await expect(burst).toContainText(t.changed);

	await burst.getByRole('button', { name: t.putBackOf(knobs.rateBurst.label) }).click();
	await settle.getByRole('button', { name: t.putBackOf(knobs.settleMs.label) }).click();
	await save.click();
	await confirm(page.getByRole('dialog', { name: t.dialog.knobs.title(2) }), 'as before', t.dialog.knobs.go);
	await expect(settle).not.toContainText(t.changed);
	await expect(burst).not.toContainText(t.changed);
});

test('a maintenance of one member begins from the roll, stands in the list, and is ended before its time', async ({
	page,
	world,
}) => {
	await signIn(page, world);
	await openRecovery(page);
	// The last one: no other test kills it, so that it is registered whichever tests ran before.
	const member = world.stack.members.at(-1);
	const { path, id } = member ?? { path: '', id: '' };
	await page.getByRole('button', { name: t.begin }).click();
	const dialog = page.getByRole('dialog', { name: t.dialog.begin.title });
	await dialog.getByLabel(t.dialog.begin.member, { exact: true }).fill(id);
	await dialog.getByText(t.dialog.begin.inHours(2)).click();
	await confirm(dialog, 'firmware', t.dialog.begin.go);
	const line = page.locator('[data-maintenance]').filter({ hasText: path });
	await expect(line).toContainText('firmware');
	await expect(line).toContainText(/in\s1\sh\s5\d\smin|in\s2\sh/);
	await line.getByRole('button', { name: t.endOf(path) }).click();
	await confirm(page.getByRole('dialog', { name: t.dialog.end.title(path) }), 'done early', t.dialog.end.go);
	await expect(line).toHaveCount(0);
});

test('what was changed is in the audit log, with who and why', async ({ page, world }) => {
	await signIn(page, world);
	await openRecovery(page);
	await page.locator('[data-kill-switch]').getByRole('button', { name: t.pull }).click();
	await confirm(page.getByRole('dialog', { name: t.dialog.kill.title }), 'for the record', t.dialog.kill.go);
	await page.locator('[data-kill-switch]').getByRole('button', { name: t.release }).click();
	await confirm(page.getByRole('dialog', { name: t.dialog.release.title }), 'enough', t.dialog.release.go);
	await expect(async () => {
		await page.goto(`/audit?cluster=${CLUSTER}&action=recovery.change`);
		await expect(page.locator('tr[data-entry]').filter({ hasText: 'for the record' }).first()).toBeVisible();
	}).toPass({ timeout: CHANGED_MS_MAX });
});
