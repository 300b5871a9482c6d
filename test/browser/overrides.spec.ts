import { en } from '@/components/messages/en';
import { zh } from '@/components/messages/zh';
import { expectNoViolationInBothThemes } from './axe';
import { CLUSTER, choose } from './fixtures';
import { layoutProblems } from './layout';
import { expect, test } from './stage';

const WIDTHS = [320, 390, 720, 1024, 1440] as const;

test('an override waits for a second administrator, who approves it: each sees what is theirs to do, and nothing violates WCAG', async ({
	browser,
	stage,
}) => {
	const member = await stage.put('worker-20', 'worker', 'unreachable');
	await stage.override(member, 'Its rack has no power');
	const open = async (username: string | null, role: 'admin' | 'viewer', language: 'en' | 'zh' = 'en') => {
		const context = await browser.newContext({ baseURL: stage.console.url });
		await choose(context, stage.console.url, language, 'light');
		if (username === null) await stage.enterAsFirst(context);
		else await stage.enter(context, username, role);
		const page = await context.newPage();
		await page.goto(`/c/${CLUSTER}/suspects`);
		await expect(page.getByTestId('pending-overrides').locator('[data-override]')).toHaveCount(1);
		return page;
	};
	const first = await open(null, 'admin');
	await expect(first.getByText(en.overrides.mine)).toBeVisible();
	await expect(first.getByRole('button', { name: en.overrides.approve(member.id) })).toHaveCount(0);
	await expectNoViolationInBothThemes(first, 'whoever asked');
	await first.getByRole('button', { name: en.overrides.withdraw(member.id) }).click();
	await expect(first.getByRole('dialog')).toBeVisible();
	await expectNoViolationInBothThemes(first, 'the dialog that withdraws');
	await first.context().close();

	const watcher = await open('watcher', 'viewer', 'zh');
	await expect(watcher.getByText(zh.overrides.notAdmin)).toBeVisible();
	await expect(watcher.getByTestId('pending-overrides').getByRole('button')).toHaveCount(0);
	await expectNoViolationInBothThemes(watcher, 'a viewer');
	await watcher.context().close();

	const second = await open('grace', 'admin');
	await second.getByRole('button', { name: en.overrides.approve(member.id) }).click();
	const dialog = second.getByRole('dialog', { name: en.overrides.approve(member.id) });
	await expect(dialog).toContainText('Its rack has no power');
	const go = dialog.getByRole('button', { name: en.overrides.approveShort });
	await expect(go).toHaveAttribute('aria-disabled', 'true');
	for (const width of WIDTHS) {
		await second.setViewportSize({ width, height: 900 });
		await expect.poll(() => layoutProblems(second), `${width} px`).toEqual([]);
	}
	await expectNoViolationInBothThemes(second, 'the dialog that approves');
	await dialog.getByLabel(en.overrides.reason).fill('The data centre says so too');
	await dialog.getByRole('textbox').last().fill(member.id);
	await go.click();
	// Guards are checked anew: on a busy machine evidence may be a moment too old, and then it says so.
	await expect(second.getByTestId('outcomes').locator('[data-outcome]')).toBeVisible({ timeout: 60_000 });
	await expectNoViolationInBothThemes(second, 'what came of it');
	await second.context().close();
});
