import type { Browser, Locator, Page } from '@playwright/test';
import { z } from 'zod';
import { en } from '@/components/messages/en';
import { expectNoViolationInBothThemes } from './axe';
import { CLUSTER, EMPTY_CLUSTER, expect, fetchSession, signIn, test, type World } from './fixtures';
import { PAGES } from './pages';

/** Six seconds without a word, and then some on a busy machine. */
const STALE_MS_MAX = 60_000;
/** What the browser asks for once a page stands. */
const API = '**/api/**';

/** Cookies of a viewer who has just been made. */
async function viewer({ page, world }: { page: Page; world: World }) {
	await signIn(page, world);
	const answer = await page.request.post('/api/users', {
		data: { username: 'watcher', role: 'viewer', reason: 'looks at what a viewer sees' },
		headers: { origin: world.stack.url },
	});
	expect(answer.status(), await answer.text()).toBe(200);
	return await fetchSession(
		world.stack,
		z.object({ username: z.string(), password: z.string() }).parse(await answer.json()),
	);
}

/** A page that may report failures on its console: they are what it is about. */
async function troubledPage(browser: Browser, world: World): Promise<Page> {
	const context = await browser.newContext({ baseURL: world.stack.url });
	// Playwright's routes do not reach into a shared worker: the page has its stream by itself.
	await context.addInitScript('delete window.SharedWorker');
	const page = await context.newPage();
	await signIn(page, world);
	return page;
}

test.describe('no state of a page violates WCAG 2.2 AA, in either theme:', () => {
	test('loading, while no answer has come', async ({ browser, world }) => {
		const page = await troubledPage(browser, world);
		// Held, not answered: a network that is slow. Released when the page goes.
		await page.route(API, () => new Promise(() => undefined));
		// The audit log comes with its page.
		for (const each of PAGES.filter(({ name }) => name !== 'audit')) {
			await page.goto(each.address(world));
			await expect(page.locator('main .skeleton').first()).toBeVisible();
			await expectNoViolationInBothThemes(page, each.name);
		}
		await page.context().close();
	});

	test('failed, when the console does not answer', async ({ browser, world }) => {
		const page = await troubledPage(browser, world);
		await page.route(API, (route) => route.abort());
		const says: Record<string, string> = {
			members: en.shell.neverConnected,
			member: en.shell.offlineTitle,
			suspects: en.shell.neverConnected,
			recovery: en.recovery.failedTitle,
			drills: en.drills.failedTitle,
			ensemble: en.ensemble.failedTitle,
			settings: en.settings.partFailed,
		};
		for (const each of PAGES.filter(({ name }) => says[name] !== undefined)) {
			await page.goto(each.address(world));
			await expect(page.getByText(says[each.name] ?? '').first()).toBeVisible({ timeout: STALE_MS_MAX });
			await expectNoViolationInBothThemes(page, each.name);
		}
		await page.context().close();
	});

	test('refused, when a gateway before the console lets nothing through', async ({ browser, world }) => {
		const page = await troubledPage(browser, world);
		const problem = { type: 'about:blank', title: 'Forbidden', status: 403, detail: 'not from this network' };
		const body = JSON.stringify(problem);
		await page.route(API, (route) => route.fulfill({ status: 403, contentType: 'application/problem+json', body }));
		for (const address of [`/c/${CLUSTER}`, `/c/${CLUSTER}/suspects`, `/c/${CLUSTER}/ensemble`, '/settings']) {
			await page.goto(address);
			await expect(page.locator('main .skeleton')).toHaveCount(0, { timeout: STALE_MS_MAX });
			await expectNoViolationInBothThemes(page, address);
		}
		await expect(page.getByText(en.settings.partForbidden)).toHaveCount(4);
		await expect(page.getByRole('button', { name: en.shell.retry }), 'trying again mends nothing').toHaveCount(0);
		await page.context().close();
	});

	test('stale, when the console is lost while it is looked at', async ({ browser, fleet }) => {
		const context = await browser.newContext({ baseURL: fleet.url });
		await context.addCookies(await fetchSession(fleet));
		const page = await context.newPage();
		await page.goto(`/c/${CLUSTER}`);
		await expect(page.locator('[data-connection="live"]')).toBeVisible();
		fleet.kill('SIGSTOP');
		try {
			await expect(page.locator('[data-impairment="stale"]')).toBeVisible({ timeout: STALE_MS_MAX });
			await expectNoViolationInBothThemes(page, 'members');
			await context.setOffline(true);
			await expect(page.locator('main [data-connection]').first()).toContainText(/^This browser is offline/);
			await expectNoViolationInBothThemes(page, 'members, offline');
		} finally {
			fleet.kill('SIGCONT');
		}
		await context.close();
	});

	test('signed out elsewhere, and asked for what is not there', async ({ browser, world }) => {
		const page = await troubledPage(browser, world);
		await page.goto(`/c/${CLUSTER}/member?path=${encodeURIComponent('/turms/members/nobody')}`);
		await expect(page.getByRole('heading', { name: en.member.goneTitle })).toBeVisible();
		await expectNoViolationInBothThemes(page, 'member that has gone');
		await page.goto('/c/nowhere');
		await expect(page.getByRole('heading', { name: en.shell.notFoundTitle })).toBeVisible();
		await expectNoViolationInBothThemes(page, 'cluster that is not there');
		await page.goto(`/c/${CLUSTER}/recovery`);
		await expect(page.locator('[data-recovery]')).toBeVisible();
		await page.context().clearCookies();
		await expect(page.getByRole('heading', { name: en.shell.signedOutTitle })).toBeVisible({ timeout: STALE_MS_MAX });
		await expectNoViolationInBothThemes(page, 'signed out');
		await page.goto('/sign-in');
		await page.getByLabel(en.signIn.username).fill('nobody');
		await page.getByLabel(en.signIn.password).fill('a wrong password');
		await page.getByRole('button', { name: en.signIn.submit }).click();
		await expect(page.getByText(en.signIn.wrong)).toBeVisible();
		await expectNoViolationInBothThemes(page, 'a wrong password');
		await page.context().close();
	});

	test('what a viewer sees, and may not', async ({ page, world, browser }) => {
		const context = await browser.newContext({ baseURL: world.stack.url });
		await context.addCookies(await viewer({ page, world }));
		const hers = await context.newPage();
		await hers.goto('/settings');
		await expect(hers.getByTestId('only-admins')).toBeVisible();
		await expectNoViolationInBothThemes(hers, 'settings');
		await hers.goto(`/c/${CLUSTER}/drills`);
		await expect(hers.getByText(en.drills.viewerOnly)).toBeVisible();
		await expectNoViolationInBothThemes(hers, 'drills');
		await hers.goto(`/c/${CLUSTER}/recovery`);
		await expect(hers.locator('[data-recovery]')).toBeVisible();
		await expectNoViolationInBothThemes(hers, 'recovery');
		await context.close();
	});

	test('several clusters, one of them without members', async ({ browser, fleet }) => {
		const context = await browser.newContext({ baseURL: fleet.url });
		await context.addCookies(await fetchSession(fleet));
		const page = await context.newPage();
		await page.goto('/');
		await expect(page.getByRole('heading', { level: 2 })).toHaveCount(2);
		await expect(page.getByText(en.clusters.empty)).toBeVisible();
		await expectNoViolationInBothThemes(page, 'clusters');
		const empty: [address: string, shown: Locator][] = [
			['', page.getByRole('heading', { name: en.members.noneRegistered })],
			['/suspects', page.getByText(en.suspects.wellNone)],
			['/recovery', page.locator('[data-recovery]')],
			['/drills', page.getByRole('heading', { level: 2, name: en.drills.candidates })],
			['/ensemble', page.locator('tr[data-server]').first()],
		];
		for (const [address, shown] of empty) {
			await page.goto(`/c/${EMPTY_CLUSTER}${address}`);
			await expect(shown).toBeVisible();
			await expectNoViolationInBothThemes(page, `empty${address}`);
		}
		await page.getByRole('button', { name: EMPTY_CLUSTER }).filter({ visible: true }).click();
		await expect(page.getByRole('link', { name: en.shell.allClusters })).toBeVisible();
		// The list lies over the navigation, of which a part is seen below it until it closes.
		await expectNoViolationInBothThemes(page, 'the list of clusters', 'nav');
		await context.close();
	});

	test('members that no filter matches, and dialogs of every kind', async ({ page, world }) => {
		await signIn(page, world);
		await page.goto(`/c/${CLUSTER}?q=nobody+is+called+like+this`);
		await expect(page.getByRole('heading', { name: en.members.noneMatch })).toBeVisible();
		await expectNoViolationInBothThemes(page, 'members without a match');
		const dialogs: [address: string, opener: string][] = [
			[`/c/${CLUSTER}/recovery`, en.recovery.pull],
			[`/c/${CLUSTER}/drills`, en.drills.scheduleSet],
			['/settings', en.settings.addUser],
			['/settings', en.settings.changePassword],
			['/settings', en.settings.signOutEverywhere],
		];
		for (const [address, opener] of dialogs) {
			await page.goto(address);
			await page.getByRole('button', { name: opener, exact: true }).click();
			await expect(page.getByRole('dialog')).toBeVisible();
			await expectNoViolationInBothThemes(page, opener);
		}
	});
});
