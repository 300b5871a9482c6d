import { en } from '@/components/messages/en';
import { CLUSTER, expect, signIn, test } from './fixtures';
import { layoutProblems } from './layout';
import { open, PAGES } from './pages';

/** WCAG 2.5.5; what a purge takes is hit at the first try. */
const FINGER_PX = 44;
/** iOS magnifies the page when a smaller field is tapped. */
const FIELD_FONT_PX_MIN = 16;
/** What a phone of 390 by 844 px has left above its keyboard. */
const ABOVE_KEYBOARD = { width: 390, height: 480 };
/** Two health checks, of which there is one every five seconds, have to go unanswered. */
const UNRESPONSIVE_MS_MAX = 40_000;
/** Longer than rows are left where they are while nobody is at the screen. */
const UNTOUCHED_MS = 61_000;

const DESK_REM_PX = 16;

function remPx(): number {
	return Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
}

test.describe('on a wall', () => {
	test('of 4K everything is twice as large, nothing is cut off and no page scrolls sideways', async ({
		page,
		world,
	}) => {
		await signIn(page, world);
		await page.setViewportSize({ width: 3_840, height: 2_160 });
		for (const each of PAGES) {
			await open(page, each, world, en);
			expect(await page.evaluate(remPx)).toBe(2 * DESK_REM_PX);
			await expect.poll(() => layoutProblems(page), each.name).toEqual([]);
		}
	});

	test('of 1920 px it is chosen in the settings, kept, and every page fits', async ({ page, world }) => {
		await signIn(page, world);
		await page.setViewportSize({ width: 1_920, height: 1_080 });
		await page.goto('/settings');
		expect(await page.evaluate(remPx)).toBe(DESK_REM_PX);
		await page.getByRole('radio', { name: en.settings.rooms.wall }).check();
		for (const each of PAGES) {
			await open(page, each, world, en);
			expect(await page.evaluate(remPx)).toBe(2 * DESK_REM_PX);
			await expect.poll(() => layoutProblems(page), each.name).toEqual([]);
		}
		await page.goto(`/c/${CLUSTER}`);
		await page.locator('[data-member-link]').last().click();
		await expect(page.getByRole('dialog').locator('[data-atom]').first()).toBeVisible();
		await expect.poll(() => layoutProblems(page), 'drawer').toEqual([]);
	});

	test('a row that recovered leaves the top by itself when nobody has touched the page for a minute', async ({
		page,
		world,
	}) => {
		test.setTimeout(150_000);
		// Last but one: the very last is the only one of the group that comes first by name.
		const member = world.stack.members.at(-2);
		if (member === undefined) throw new Error('the stack has no members');
		await page.clock.install();
		await signIn(page, world);
		await page.goto(`/c/${CLUSTER}`);
		const row = page.locator('tr[data-verdict]').filter({ hasText: member.id });
		await expect(row).toHaveAttribute('data-verdict', 'alive');
		const settled = await row.getAttribute('aria-rowindex');
		member.kill('SIGSTOP');
		try {
			await expect(row).toHaveAttribute('data-verdict', 'unresponsive', { timeout: UNRESPONSIVE_MS_MAX });
		} finally {
			member.kill('SIGCONT');
		}
		await expect(row).toHaveAttribute('data-verdict', 'alive', { timeout: UNRESPONSIVE_MS_MAX });
		// Seen by whoever reads it, it stays where it was put.
		const pinned = await row.getAttribute('aria-rowindex');
		expect(Number(pinned)).toBeLessThan(Number(settled));
		await page.clock.fastForward(UNTOUCHED_MS);
		await expect(row).toHaveAttribute('aria-rowindex', settled ?? '');
	});
});

test.describe('on a phone', () => {
	test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

	test('what is pressed or filled in is large enough for a finger, and fields are not magnified', async ({
		page,
		world,
	}) => {
		await signIn(page, world);
		for (const each of PAGES) {
			await open(page, each, world, en);
			const small = await page
				.locator('.field, .btn:not([class*="min-h-"])')
				.filter({ visible: true })
				.evaluateAll(
					(elements, { finger, font }) =>
						elements
							.filter((element) => {
								const isField = element.classList.contains('field');
								const fontPx = Number.parseFloat(getComputedStyle(element).fontSize);
								return element.getBoundingClientRect().height < finger || (isField && fontPx < font);
							})
							.map((element) => element.outerHTML.slice(0, 120)),
					{ finger: FINGER_PX, font: FIELD_FONT_PX_MIN },
				);
			expect(small, each.name).toEqual([]);
		}
	});

	test('above its keyboard a dialog still shows the button that it is about', async ({ page, world }) => {
		await signIn(page, world);
		for (const opener of [en.recovery.pull, en.recovery.begin]) {
			await page.setViewportSize({ width: 390, height: 844 });
			await page.goto(`/c/${CLUSTER}/recovery`);
			await page.getByRole('button', { name: opener, exact: true }).tap();
			const dialog = page.getByRole('dialog');
			await expect(dialog).toBeVisible();
			await page.setViewportSize(ABOVE_KEYBOARD);
			await dialog.getByLabel(en.recovery.dialog.reason).tap();
			await expect(dialog.locator('button[type="submit"]'), opener).toBeInViewport({ ratio: 1 });
			// And the button's bar does not lie over what is filled in.
			const onTop = await dialog.getByLabel(en.recovery.dialog.reason).evaluate((field) => {
				field.scrollIntoView({ block: 'nearest' });
				const { left, bottom } = field.getBoundingClientRect();
				return document.elementFromPoint(left + 20, bottom - 4) === field;
			});
			expect(onTop, opener).toBe(true);
		}
	});

	test('a member is put under maintenance from its own page, which says so', async ({ page, world }) => {
		const member = world.stack.members.at(-1);
		if (member === undefined) throw new Error('the stack has no members');
		const address = `/c/${CLUSTER}/member?path=${encodeURIComponent(member.path)}`;
		await signIn(page, world);
		await page.goto(address);
		await page.getByRole('link', { name: en.member.maintenance }).tap();
		const dialog = page.getByRole('dialog');
		await expect(dialog.getByLabel(en.recovery.dialog.begin.member, { exact: true })).toHaveValue(member.path);
		await dialog.getByLabel(en.recovery.dialog.reason).fill('kernel update');
		await dialog.locator('button[type="submit"]').tap();
		const line = page.locator('[data-maintenance]').filter({ hasText: member.path });
		await expect(line).toBeVisible();
		await expect(page).not.toHaveURL(/maintain/);
		await page.goto(address);
		await expect(page.getByTestId('maintenance')).toContainText('kernel update');
		await page.goto(`/c/${CLUSTER}/recovery`);
		await line.getByRole('button').tap();
		await dialog.getByLabel(en.recovery.dialog.reason).fill('over');
		await dialog.locator('button[type="submit"]').tap();
		await expect(line).toHaveCount(0);
	});
});
