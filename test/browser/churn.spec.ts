import { type AddressInfo, createServer } from 'node:net';
import type { Page } from '@playwright/test';
import zooKeeper, { type Client } from 'node-zookeeper-client';
import { en } from '@/components/messages/en';
import { installMeters } from '@/lib/cli/bench-churn/page-meters';
import { createReader } from '@/lib/cli/bench-churn/reader';
import { markerId, PARENT, payloadOf } from '@/lib/cli/bench-churn/registrations';
import { ANCHOR, ANCHOR_PATH, expect, MEMBERS, openMembers, test, waitUntilAlive } from './crowd';
import { CLUSTER } from './fixtures';

const TABS = 8;
const CHURN_MS = 20_000;
/** More than are drawn beyond the window's edges. */
const CROWD_AT_ONCE = 90;
const CHOSEN = `?member=${encodeURIComponent(ANCHOR_PATH)}`;

function connectClient(connect: string): Promise<Client> {
	const client = zooKeeper.createClient(connect, { sessionTimeout: 30_000 });
	return new Promise((resolve) => {
		client.once('connected', () => resolve(client));
		client.connect();
	});
}

/** All of them in one transaction of ZooKeeper. */
function changeAtOnce(client: Client, ids: readonly string[], deed: 'create' | 'remove', port = 0): Promise<void> {
	const transaction = client.transaction();
	for (const [index, id] of ids.entries()) {
		const path = `${PARENT}/${id}`;
		if (deed === 'remove') transaction.remove(path);
		else transaction.create(path, payloadOf(id, MEMBERS + index, port), zooKeeper.CreateMode.EPHEMERAL);
	}
	return new Promise((resolve, reject) => {
		transaction.commit((error) => (error ? reject(error) : resolve()));
	});
}

test.beforeEach(async ({ crowd }) => {
	test.setTimeout(300_000);
	await waitUntilAlive(crowd);
});

test('under churn the row that is read stays where it is, with its drawer', async ({ page, crowd }) => {
	await page.addInitScript('globalThis.__name = (named) => named');
	await page.addInitScript(installMeters, 'none');
	await openMembers(page, crowd, CHOSEN);
	const reader = createReader(page, ANCHOR, MEMBERS);
	await reader.findPlace();
	const before = await reader.look();
	const leftBefore = await crowd.client().get<{ counts: { left: number } }>(`/api/clusters/${CLUSTER}/members?limit=1`);
	await page.evaluate((path) => window.churnMeters.watch(path), ANCHOR_PATH);
	crowd.registrar.churn(true);
	try {
		await page.waitForTimeout(CHURN_MS);
		const after = await reader.look();
		const { movesPx, frames } = await page.evaluate(() => window.churnMeters.take());
		const left = await crowd.client().get<{ counts: { left: number } }>(`/api/clusters/${CLUSTER}/members?limit=1`);
		expect(left.counts.left - leftBefore.counts.left, 'members really left meanwhile').toBeGreaterThan(20);
		expect(frames).toBeGreaterThan(5);
		expect(movesPx, `moves of the row in ${frames} frames`).toEqual([]);
		expect(Math.abs((after.topPx ?? Number.NaN) - (before.topPx ?? Number.NaN))).toBeLessThanOrEqual(1);
		expect(after).toMatchObject({ drawer: true, path: ANCHOR_PATH });
	} finally {
		crowd.registrar.churn(false);
	}
});

test('a crowd that goes and comes above it at once leaves the row that is read in its place, in every frame', async ({
	page,
	crowd,
}) => {
	const neighbours = Array.from({ length: CROWD_AT_ONCE }, (_, n) => markerId(10, MEMBERS, n));
	const listener = createServer((socket) => void socket.on('error', () => socket.destroy()).resume());
	await new Promise<void>((resolve) => listener.listen(0, '0.0.0.0', resolve));
	const { port } = listener.address() as AddressInfo;
	const client = await connectClient(crowd.ensemble.connect);
	await changeAtOnce(client, neighbours, 'create', port);
	try {
		await page.addInitScript('globalThis.__name = (named) => named');
		await page.addInitScript(installMeters, 'none');
		await openMembers(page, crowd, `${CHOSEN}&sort=id`);
		const rows = page.locator('table[aria-rowcount]');
		const seen = async () => Number(await rows.getAttribute('aria-rowcount')) - 1;
		await expect.poll(seen, { timeout: 60_000 }).toBe(MEMBERS + CROWD_AT_ONCE);
		const reader = createReader(page, ANCHOR, MEMBERS);
		await reader.findPlace();
		const before = await reader.look();
		await page.evaluate((path) => window.churnMeters.watch(path), ANCHOR_PATH);
		await changeAtOnce(client, neighbours, 'remove');
		await expect.poll(seen, { timeout: 60_000 }).toBe(MEMBERS);
		await changeAtOnce(client, neighbours, 'create', port);
		await expect.poll(seen, { timeout: 60_000 }).toBe(MEMBERS + CROWD_AT_ONCE);
		const { movesPx, frames } = await page.evaluate(() => window.churnMeters.take());
		expect(movesPx, `moves of the row in ${frames} frames`).toEqual([]);
		const after = await reader.look();
		expect(Math.abs((after.topPx ?? Number.NaN) - (before.topPx ?? Number.NaN))).toBeLessThanOrEqual(1);
	} finally {
		client.close();
		listener.close();
	}
});

test('of what a session owns by the hundred, the drawer shows the beginning, and the rest when asked', async ({
	page,
	crowd,
}) => {
	await openMembers(page, crowd, CHOSEN);
	const owned = page
		.getByRole('dialog')
		.locator('section')
		.filter({ has: page.getByRole('heading', { name: en.member.owned }) });
	await expect(owned.getByRole('listitem')).toHaveCount(12);
	await owned.getByRole('button').click();
	await expect(owned.getByRole('listitem')).toHaveCount(112);
});

test('cells that are painted one by one make the same board as all painted anew', async ({ page, crowd }) => {
	await openMembers(page, crowd);
	const board = page.getByRole('listbox');
	const cells = board.locator('canvas').first();
	const picture = () => cells.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
	const calm = await picture();
	crowd.registrar.churn(true);
	try {
		await expect.poll(picture, { timeout: 30_000 }).not.toBe(calm);
		await page.getByRole('searchbox', { name: en.members.search }).fill('group-2');
		await page.waitForTimeout(CHURN_MS / 4);
	} finally {
		crowd.registrar.churn(false);
	}
	const size = page.viewportSize() ?? { width: 0, height: 0 };
	let [one, anew] = ['', ' '];
	await expect(async () => {
		one = await picture();
		// Another width has the whole board laid out and painted again.
		await page.setViewportSize({ width: size.width - 60, height: size.height });
		await expect.poll(picture).not.toBe(one);
		await page.setViewportSize(size);
		await expect
			.poll(() => cells.evaluate((canvas: HTMLCanvasElement) => canvas.width))
			.toBeGreaterThan(size.width / 2);
		await page.waitForTimeout(300);
		anew = await picture();
		expect(anew === one, 'both pictures are the same').toBe(true);
	}).toPass({ timeout: 60_000 });
});

test('eight tabs share one stream; one that comes, goes or crashes silences no other', async ({ context, crowd }) => {
	const tabs: Page[] = [];
	for (let tab = 0; tab < TABS; tab += 1) {
		const page = await context.newPage();
		await openMembers(page, crowd);
		tabs.push(page);
	}
	await expect.poll(() => crowd.streams()).toBe(1);

	/** A member comes and goes, and every tab that is left shows both. */
	const marker = async (count: number) => {
		await crowd.registrar.mark(count);
		const path = `${PARENT}/${markerId(ANCHOR, MEMBERS, count)}`;
		for (const page of tabs) {
			await page.getByRole('searchbox', { name: en.members.search }).fill(path);
			await expect(page.locator(`[data-member-link="${path}"]`)).toBeVisible({ timeout: 60_000 });
		}
		await crowd.registrar.unmark(count);
		for (const page of tabs) {
			await expect(page.locator(`[data-member-link="${path}"]`)).toHaveCount(0, { timeout: 60_000 });
		}
	};
	await marker(1);
	await tabs.shift()?.close();
	await marker(2);
	const crashed = tabs.shift();
	const crash = crashed?.waitForEvent('crash');
	void crashed?.goto('chrome://crash').catch(() => undefined);
	await crash;
	await marker(3);
	await expect.poll(() => crowd.streams(), { timeout: 60_000 }).toBe(1);
});

test('a frozen tab silences no other, and shows the present as soon as it moves again', async ({ context, crowd }) => {
	const [frozen, other] = [await context.newPage(), await context.newPage()];
	const path = `${PARENT}/${markerId(ANCHOR, MEMBERS, 50)}`;
	const search = `?q=${encodeURIComponent(path)}`;
	for (const page of [frozen, other]) {
		await page.goto(`${crowd.console().url}/c/${CLUSTER}${search}`, { waitUntil: 'commit' });
		await expect(page.locator('main [data-connection="live"]').first()).toBeVisible({ timeout: 90_000 });
	}
	const cdp = await context.newCDPSession(frozen);
	await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
	await crowd.registrar.mark(50);
	await expect(other.locator(`[data-member-link="${path}"]`)).toBeVisible({ timeout: 60_000 });
	await cdp.send('Page.setWebLifecycleState', { state: 'active' });
	await expect(frozen.locator(`[data-member-link="${path}"]`)).toBeVisible({ timeout: 60_000 });
	await crowd.registrar.unmark(50);
	await expect(frozen.locator(`[data-member-link="${path}"]`)).toHaveCount(0, { timeout: 60_000 });
});

test('a browser without shared workers has a stream for each tab', async ({ context, crowd }) => {
	await expect.poll(() => crowd.streams(), { timeout: 60_000 }).toBe(0);
	await context.addInitScript('delete window.SharedWorker');
	for (const page of [await context.newPage(), await context.newPage()]) await openMembers(page, crowd);
	await expect.poll(() => crowd.streams()).toBe(2);
});

test('signing out ends the stream of every tab', async ({ context, crowd }) => {
	const tabs = [await context.newPage(), await context.newPage()];
	for (const page of tabs) await openMembers(page, crowd);
	await expect.poll(() => crowd.streams(), { timeout: 60_000 }).toBe(1);
	// A sign-in of this test's own: the others go on with theirs.
	const [first, second] = tabs;
	await context.clearCookies();
	await crowd.signInAnew(context);
	for (const page of tabs) await openMembers(page, crowd);
	await first?.getByRole('button', { name: en.shell.signOut }).first().click();
	await expect(first as Page).toHaveURL(/\/sign-in/);
	await expect((second as Page).getByText(en.shell.signedOutTitle)).toBeVisible();
	await expect.poll(() => crowd.streams(), { timeout: 60_000 }).toBe(0);
});

test('a console that is killed and started again is followed again: choice, filter and place are kept', async ({
	page,
	crowd,
}) => {
	await openMembers(page, crowd, `${CHOSEN}&q=churn`);
	const reader = createReader(page, ANCHOR, MEMBERS);
	await reader.findPlace();
	const before = await reader.look();
	await page.evaluate(() => Object.assign(window, { isSamePage: true }));
	const main = page.locator('main');

	await crowd.kill();
	await expect(main.locator('[data-connection="stale"]').first()).toBeVisible();
	await expect(main.locator('[data-connection]').first()).toContainText(/reconnecting/);
	await expect(page.locator('.grayscale-55').first()).toBeVisible();
	expect(await reader.look(), 'what was read is still there, as old').toMatchObject({ drawer: true });

	await crowd.startAgain();
	await expect(main.locator('[data-connection="live"]').first()).toBeVisible({ timeout: 120_000 });
	await expect(page.locator('.grayscale-55')).toHaveCount(0);
	const after = await reader.look();
	expect(Math.abs((after.topPx ?? Number.NaN) - (before.topPx ?? Number.NaN))).toBeLessThanOrEqual(1);
	expect(after).toMatchObject({ drawer: true, path: ANCHOR_PATH });
	await expect(page.getByRole('searchbox', { name: en.members.search })).toHaveValue('churn');
	expect(await page.evaluate(() => 'isSamePage' in window), 'without a reload').toBe(true);
});
