import type { Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { zh } from '@/components/messages/zh';
import { expectNoViolation, expectNoViolationInBothThemes } from './axe';
import {
	CLUSTER,
	choose,
	EXPIRED_MS_MAX,
	expect,
	openPalette,
	signIn,
	test,
	type World,
	waitUntilReady,
} from './fixtures';

/** Each brings a page into the state that is looked at. */
const PAGES: readonly [name: string, open: (page: Page, world: World) => Promise<void>][] = [
	[
		'members with a drawer open',
		async (page, world) => {
			await page.goto(`/c/${CLUSTER}`);
			await expect(page.locator('tr[data-verdict]')).toHaveCount(world.survivors(), { timeout: EXPIRED_MS_MAX });
			await page.locator('[data-member-link]').last().click();
			await expect(page.getByText(en.member.incarnation, { exact: true }).first()).toBeVisible();
		},
	],
	[
		'a member’s own page',
		async (page, { stack }) => {
			const member = stack.members.at(-1);
			await page.goto(`/c/${CLUSTER}/member?path=${encodeURIComponent(member?.path ?? '')}`);
			await expect(page.getByRole('heading', { level: 1, name: member?.id ?? '' })).toBeVisible();
		},
	],
	[
		'suspects',
		async (page) => {
			await page.goto(`/c/${CLUSTER}/suspects`);
			await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		},
	],
	[
		'the ensemble',
		async (page) => {
			await page.goto(`/c/${CLUSTER}/ensemble`);
			await expect(page.locator('tr[data-server][data-answered="true"]')).toHaveCount(3);
			await expect(page.locator('[data-reach]').first()).toBeVisible();
		},
	],
	[
		'the drills',
		async (page) => {
			await page.goto(`/c/${CLUSTER}/drills`);
			await expect(page.getByRole('heading', { level: 2, name: en.drills.candidates })).toBeVisible();
		},
	],
	[
		'the guide to setting up',
		async (page) => {
			await page.goto(`/c/${CLUSTER}/guide`);
			await expect(page.locator('[data-step]')).toHaveCount(10);
		},
	],
	[
		'recovery with every knob explained',
		async (page) => {
			await page.goto(`/c/${CLUSTER}/recovery`);
			await expect(page.locator('[data-recovery]')).toBeVisible();
			await expect(page.getByTestId('history').locator('.skeleton')).toHaveCount(0);
			for (const explain of await page.locator('[data-knob] button[aria-expanded]').all()) {
				await explain.click();
			}
			await page.getByRole('button', { name: en.recovery.edit }).click();
			await page.getByLabel(en.recovery.newValue(en.knobs.settleMs.label)).fill('1');
			await expect(page.getByText(en.recovery.editing(0, 1))).toBeVisible();
		},
	],
	[
		'the dialog that begins a maintenance',
		async (page) => {
			await page.goto(`/c/${CLUSTER}/recovery`);
			await page.getByRole('button', { name: en.recovery.begin }).click();
			await expect(page.getByRole('dialog', { name: en.recovery.dialog.begin.title })).toBeVisible();
		},
	],
	[
		'audit with an entry open',
		async (page) => {
			await page.goto('/audit');
			await page.locator('tr[data-entry] a').first().click();
			await expect(page.getByRole('heading', { name: /^Entry \d+$/ })).toBeVisible();
			await page.getByRole('button', { name: en.audit.moreFilters }).click();
		},
	],
	[
		'audit without a match',
		async (page) => {
			await page.goto('/audit?q=no+entry+says+this');
			await expect(page.getByRole('heading', { name: en.audit.noMatch })).toBeVisible();
		},
	],
	[
		'settings',
		async (page) => {
			await page.goto('/settings');
			await expect(page.locator('tr[data-user]').first()).toBeVisible();
			await expect(page.locator('[data-config-file]')).toBeVisible();
		},
	],
	[
		'the dialog that makes a token',
		async (page) => {
			await page.goto('/settings');
			await page.getByRole('button', { name: en.settings.addToken }).click();
			await expect(page.getByRole('dialog', { name: en.settings.dialog.addToken.title })).toBeVisible();
		},
	],
	[
		'the dialog that adds a webhook',
		async (page) => {
			await page.goto('/settings');
			await page.getByRole('button', { name: en.webhooks.add }).click();
			const window = page.getByRole('dialog', { name: en.webhooks.dialog.add.title });
			await window.getByRole('radio', { name: en.webhooks.dialog.choices.chosen.name }).check();
			await window.getByLabel(en.webhooks.dialog.url, { exact: true }).fill('ftp://hooks.example');
			await expect(window.getByText(en.webhooks.dialog.urlBad).first()).toBeVisible();
		},
	],
	[
		'the palette',
		async (page) => {
			await page.goto('/settings');
			await expect(page.locator('tr[data-user]').first()).toBeVisible();
			await openPalette(page);
		},
	],
	[
		'the list of keys',
		async (page) => {
			await page.goto('/settings');
			await expect(page.locator('tr[data-user]').first()).toBeVisible();
			await page.keyboard.press('?');
			await expect(page.getByRole('dialog', { name: en.palette.helpTitle })).toBeVisible();
		},
	],
];

test.describe('nothing violates WCAG 2.2 AA, in either theme,', () => {
	test('on the sign-in page', async ({ page }) => {
		await page.goto('/sign-in');
		await expect(page.getByRole('button', { name: en.signIn.submit })).toBeEnabled();
		await expectNoViolationInBothThemes(page);
	});

	for (const [name, open] of PAGES) {
		test(`on ${name}`, async ({ page, world }) => {
			await signIn(page, world);
			await open(page, world);
			await expectNoViolationInBothThemes(page);
		});
	}

	test('on the ensemble and on recovery in Chinese, on a phone', async ({ page, context, world }) => {
		await choose(context, world.stack.url, 'zh', 'light');
		await signIn(page, world);
		await page.setViewportSize({ width: 390, height: 844 });
		await page.goto(`/c/${CLUSTER}/ensemble`);
		await expect(page.getByRole('heading', { level: 1, name: zh.ensemble.title })).toBeVisible();
		await expect(page.locator('[data-reach]').first()).toBeVisible();
		await expectNoViolationInBothThemes(page, 'ensemble');
		await page.goto(`/c/${CLUSTER}/recovery`);
		await expect(page.getByRole('heading', { level: 1, name: zh.recovery.title })).toBeVisible();
		await expect(page.locator('[data-recovery]')).toBeVisible();
		await expectNoViolationInBothThemes(page, 'recovery');
	});

	test('where there is no page', async ({ context, world }) => {
		// Not the watched page: a browser reports every 404 on its console.
		const lost = await context.newPage();
		await signIn(lost, world);
		await lost.goto('/nowhere');
		await expect(lost.getByRole('heading', { name: en.shell.notFoundTitle })).toBeVisible();
		await expectNoViolationInBothThemes(lost);
	});
});

for (const theme of ['light', 'dark'] as const) {
	test(`nothing violates WCAG 2.2 AA on the suspects and in the purge dialog of a dead member, ${theme}, ${theme === 'light' ? 'wide' : 'narrow'}`, async ({
		page,
		context,
		world,
	}) => {
		const { stack } = world;
		await choose(context, stack.url, 'en', theme);
		await signIn(page, world);
		await page.setViewportSize({ width: theme === 'light' ? 1440 : 390, height: 844 });
		await page.goto(`/c/${CLUSTER}/suspects`);
		await waitUntilReady(page);
		const victim = world.nextVictim();
		victim.kill('SIGKILL');
		await expect(page.getByRole('button', { name: en.member.purge(victim.id) })).toBeEnabled();
		await expectNoViolation(page, { where: 'suspects' });
		await page.goto(`/c/${CLUSTER}/member?path=${encodeURIComponent(victim.path)}`);
		await page.getByRole('button', { name: en.member.purge(victim.id) }).click();
		await expect(page.getByTestId('guards').locator('[data-result]').first()).toBeVisible();
		await expectNoViolation(page, { where: 'purge dialog' });
	});
}
