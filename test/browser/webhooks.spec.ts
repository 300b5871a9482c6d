import type { Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { type Receiver, startReceiver, withStatus } from '../support/webhook-receiver';
import { expectNoViolationInBothThemes } from './axe';
import { expect, signIn, test } from './fixtures';
import { layoutProblems } from './layout';

const { settings, webhooks } = en;
const { dialog } = webhooks;

let receiver: Receiver;
test.beforeEach(async () => {
	receiver = await startReceiver();
});
test.afterEach(() => receiver.close());

const rowOf = (page: Page) => page.locator(`tr[data-webhook="${new URL(receiver.url).host}"]`);

async function choose(page: Page, deed: keyof typeof webhooks.change) {
	await page.getByRole('button', { name: webhooks.actionsOf(new URL(receiver.url).host) }).click();
	await page.getByRole('button', { name: webhooks.change[deed] }).click();
	const window = page.getByRole('dialog');
	await window.getByLabel(settings.dialog.reason).fill('the pager listens there');
	return window;
}

test('a webhook is added, tested, told what is recorded, paused, and goes on', async ({ page, world }) => {
	const host = new URL(receiver.url).host;
	await signIn(page, world);
	await page.goto('/settings');
	await page.getByRole('button', { name: webhooks.add }).click();
	const add = page.getByRole('dialog', { name: dialog.add.title });
	const go = add.getByRole('button', { name: dialog.add.go });
	await add.getByLabel(settings.dialog.reason).fill('the pager listens there');
	await add.getByLabel(dialog.url, { exact: true }).fill('ftp://hooks.example');
	await expect(go).toHaveAttribute('aria-disabled', 'true');
	await add.getByLabel(dialog.url, { exact: true }).fill(receiver.url);
	await add.getByRole('radio', { name: dialog.choices.chosen.name }).check();
	await expect(go, 'nothing is chosen yet').toHaveAttribute('aria-disabled', 'true');
	await add.getByRole('checkbox', { name: en.audit.actions['token.create'] }).check();
	await go.click();
	const shown = page.getByTestId('shown-once').locator('.mono');
	await expect(shown).toHaveText(/^whsec_/);
	const secret = await shown.innerText();
	await page.keyboard.press('Escape');
	await expect(rowOf(page)).toContainText(webhooks.states.delivering);
	await expect(rowOf(page)).toContainText(en.audit.actions['token.create']);
	await expect(rowOf(page)).toContainText(webhooks.never);
	expect(await page.content()).not.toContain(secret);

	const testing = await choose(page, 'test');
	await testing.getByRole('button', { name: dialog.test.go }).click();
	await expect(page.locator('[data-delivered="true"]')).toContainText('204');
	receiver.answer(withStatus(500));
	await page.getByRole('button', { name: dialog.test.again }).click();
	await page.getByLabel(settings.dialog.reason).fill('once more');
	await page.getByRole('button', { name: dialog.test.go }).click();
	await expect(page.locator('[data-delivered="false"]')).toContainText(webhooks.problems['status-bad']);
	receiver.answer(withStatus(204));
	await page.keyboard.press('Escape');

	const made = await page.request.post('/api/tokens', {
		data: { name: `told-${Date.now()}`, role: 'viewer', reason: 'is it told?' },
		headers: { origin: world.stack.url },
	});
	expect(made.status(), await made.text()).toBe(200);
	await expect(rowOf(page).getByText(webhooks.never)).toHaveCount(0, { timeout: 30_000 });
	const told = receiver.received.map(({ body }) => JSON.parse(body)).find(({ type }) => type === 'audit.token.create');
	await page.goto(told.links.entry);
	await expect(page.getByRole('heading', { name: en.audit.detail(told.data.id) })).toBeVisible();
	await page.goto('/settings');

	const pause = await choose(page, 'pause');
	await pause.getByRole('button', { name: dialog.pause.go }).click();
	await expect(rowOf(page)).toHaveAttribute('data-state', 'paused');
	await expectNoViolationInBothThemes(page, 'a paused webhook');
	const resume = await choose(page, 'resume');
	await expectNoViolationInBothThemes(page, 'the dialog that resumes it');
	await resume.getByRole('radio', { name: dialog.resume.skip.name }).check();
	await resume.getByRole('button', { name: dialog.resume.go }).click();
	await expect(rowOf(page)).toHaveAttribute('data-state', 'delivering');

	const remove = await choose(page, 'remove');
	await expect(remove).toContainText(host);
	await remove.getByRole('button', { name: dialog.remove.go }).click();
	await expect(rowOf(page)).toHaveCount(0);
});

test('how a webhook stands is read at every width and in both themes, also of one that fails and one that is gone', async ({
	page,
	world,
}) => {
	const gone = await startReceiver();
	gone.answer(withStatus(410));
	receiver.answer(withStatus(503));
	await signIn(page, world);
	const made: string[] = [];
	for (const url of [`${receiver.url}/${'a-long-secret-path/'.repeat(8)}`, gone.url]) {
		const answer = await page.request.post('/api/webhooks', {
			data: { url, actions: ['token.create', 'webhook.create', 'drill.start', 'drill.finish'], reason: 'is it read?' },
			headers: { origin: world.stack.url },
		});
		expect(answer.status(), await answer.text()).toBe(200);
		made.push((await answer.json()).webhook.id);
	}
	const told = await page.request.post('/api/tokens', {
		data: { name: `read-${Date.now()}`, role: 'viewer', reason: 'is it told?' },
		headers: { origin: world.stack.url },
	});
	expect(told.status(), await told.text()).toBe(200);
	await page.goto('/settings');
	await expect(page.locator('tr[data-state="retrying"]')).toContainText('503', { timeout: 30_000 });
	await expect(page.locator('tr[data-state="paused"]')).toContainText('410', { timeout: 30_000 });
	for (const width of [320, 390, 720, 1024, 1440]) {
		await page.setViewportSize({ width, height: 900 });
		await expect.poll(() => layoutProblems(page), `${width} px`).toEqual([]);
	}
	await expectNoViolationInBothThemes(page, 'webhooks');
	for (const id of made) {
		const removed = await page.request.delete(`/api/webhooks/${id}`, {
			data: { reason: 'was read' },
			headers: { origin: world.stack.url },
		});
		expect(removed.status()).toBe(200);
	}
	await gone.close();
});
