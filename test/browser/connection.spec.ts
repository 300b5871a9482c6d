import type { BrowserContext, Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy';
import { CLUSTER, expect, signIn, test, type World, waitUntilReady } from './fixtures';

const DEATH_SHOWN_MS_MAX = 15_000;

async function seeConnection(page: Page, state: 'live' | 'stale'): Promise<void> {
	await expect(page.locator(`main [data-connection="${state}"]`).first()).toBeVisible({ timeout: 60_000 });
}

type Told = { readonly page: Page; readonly proxy: TcpProxy };

/**
 * The members page, live, by way of a proxy that can cut it off. Browsers log what could not be fetched, and these stories are
 * about just that: the page is not the fixtures' watched one.
 */
async function throughProxy(
	{ context, world }: { context: BrowserContext; world: World },
	search: string,
	story: (told: Told) => Promise<void>,
): Promise<void> {
	const proxy = await startTcpProxy(Number(new URL(world.stack.url).port));
	try {
		const page = await context.newPage();
		await signIn(page, world);
		await page.goto(`http://${proxy.connect}/c/${CLUSTER}${search}`);
		await seeConnection(page, 'live');
		await story({ page, proxy });
		await page.close();
	} finally {
		await proxy.close();
	}
}

test('while the console cannot be reached the page says so, offers no purge, and recovers by itself', async ({
	context,
	world,
}) => {
	await throughProxy({ context, world }, '?q=e', async ({ page, proxy }) => {
		await waitUntilReady(page);
		const victim = world.nextVictim();
		victim.kill('SIGKILL');
		const row = page.locator('tr[data-verdict="dead"]').filter({ has: page.getByRole('link', { name: victim.id }) });
		await expect(row).toBeVisible({ timeout: DEATH_SHOWN_MS_MAX });
		await row.getByRole('link', { name: victim.id }).click();
		const drawer = page.getByRole('dialog', { name: victim.id });
		const purge = drawer.getByRole('button', { name: en.member.purge(victim.id) });
		await expect(purge).toBeEnabled();

		await proxy.stopAccepting();
		proxy.reset();
		await seeConnection(page, 'stale');
		await expect(purge).toBeDisabled();
		await expect(drawer.getByText(en.member.purgeStale)).toBeVisible();
		await expect(page.getByText(en.shell.staleExplained)).toBeVisible();
		const freshness = page.locator('main [data-connection]').first();
		await expect(freshness).toContainText(/^Last update .* reconnecting$/);
		await context.setOffline(true);
		await expect(freshness).toContainText(/^This browser is offline/);

		await context.setOffline(false);
		await proxy.acceptAgain();
		await seeConnection(page, 'live');
		await expect(page.getByText(en.shell.staleExplained)).toHaveCount(0);
		await expect(page).toHaveURL(/q=e.*member=|member=.*q=e/);
	});
});

test('what is opened while the console cannot be reached comes once it can, and the page stays meanwhile', async ({
	context,
	world,
}) => {
	await throughProxy({ context, world }, '', async ({ page, proxy }) => {
		const link = page.locator('tr[data-verdict] a').first();
		const id = (await link.textContent()) ?? '';

		await proxy.stopAccepting();
		proxy.reset();
		await seeConnection(page, 'stale');
		// Its drawer has not been opened yet, so its code is not there. The framework asks for it twice, and no more.
		const asked = new Map<string, number>();
		page.on('requestfailed', (request) => asked.set(request.url(), (asked.get(request.url()) ?? 0) + 1));
		await link.click();
		const asksOfCode = () => [...asked].flatMap(([url, times]) => (url.includes('/_next/static/') ? [times] : []));
		await expect.poll(() => Math.max(0, ...asksOfCode()), { timeout: 60_000 }).toBeGreaterThan(2);
		await expect(page.locator('tr[data-verdict]').first()).toBeVisible();
		await expect(page.getByRole('dialog', { name: id })).toHaveCount(0);

		await proxy.acceptAgain();
		await expect(page.getByRole('dialog', { name: id })).toBeVisible({ timeout: 60_000 });
		await seeConnection(page, 'live');
	});
});

test('a stream that falls silent without ending is not shown as live', async ({ context, world }) => {
	await throughProxy({ context, world }, '', async ({ page, proxy }) => {
		proxy.drop();
		await seeConnection(page, 'stale');
		proxy.pass();
		await seeConnection(page, 'live');
	});
});
