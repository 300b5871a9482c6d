import { en } from '@/components/messages/en';
import { startConsole } from '../support/console';
import { startPostgres } from '../support/postgres';
import { expectNoViolationInBothThemes } from './axe';
import { CLUSTER, expect, fetchSession, test } from './fixtures';

test('a page that is opened while PostgreSQL is away says that it failed, and is shown by trying again once it is back', async ({
	browser,
	world,
}) => {
	const { ensemble } = world.stack;
	const server = await startPostgres();
	const database = await server.createDatabase();
	const console = await startConsole({ ensemble, database, rootPath: '/rollcall-away' });
	// Browsers log what was answered with an error, and this is about just that: the page is not the fixtures' watched one.
	const context = await browser.newContext({ baseURL: console.url });
	try {
		await context.addCookies(await fetchSession(console));
		const page = await context.newPage();
		await page.goto(`/c/${CLUSTER}`);
		await expect(page.getByRole('heading', { level: 1, name: en.members.title })).toBeVisible();

		await server.crash();
		await page.reload();
		const failed = page.getByRole('heading', { level: 1, name: en.failure.title });
		await expect(failed).toBeVisible();
		await expect(page.getByText(en.failure.onServer)).toBeVisible();
		const digest = (await page.getByText(/^Reference for the log: \S+$/).innerText()).split(': ')[1] ?? '';
		expect(console.output(), 'the log names the cause').toContain(digest);
		await expectNoViolationInBothThemes(page, 'without the database');
		const asked = page.waitForResponse((response) => response.request().headers().rsc !== undefined, {
			timeout: 15_000,
		});
		await page.getByRole('button', { name: en.failure.retry }).click();
		await asked;
		await expect(failed).toBeVisible();

		await server.start();
		await page.getByRole('button', { name: en.failure.retry }).click();
		await expect(page.getByRole('heading', { level: 1, name: en.members.title })).toBeVisible();
		await expect(page.locator('tr[data-verdict]').first()).toBeVisible();
	} finally {
		await context.close();
		await console.stop();
		await server.stop();
	}
});
