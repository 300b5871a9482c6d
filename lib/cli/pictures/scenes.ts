import type { Page } from '@playwright/test';
import type { Catalogue } from '@/components/messages/catalogue';
import type { Stack } from '../stack';
import { type Look, type Studio, TEXTS } from './studio';

const CLUSTER = 'turms';
/** From SIGKILL to the proof; about two seconds on a quiet machine. */
const DEAD_MS_MAX = 20_000;
/** Two health checks, of which there is one every five seconds, have to go unanswered. */
const UNRESPONSIVE_MS_MAX = 35_000;
const LOADED_MS_MAX = 30_000;

type Member = Stack['members'][number];

async function loaded(page: Page): Promise<void> {
	await page.locator('main h1').waitFor();
	const unsettled = page.locator('main .skeleton, main [data-connection]:not([data-connection="live"])');
	await unsettled.first().waitFor({ state: 'detached', timeout: LOADED_MS_MAX });
}

/** On the suspects' cards: each asks for its own. */
async function evidenceRead(page: Page, t: Catalogue): Promise<void> {
	await page.locator('[data-reason]').first().waitFor();
	await page.getByText(t.suspects.loadingProof).first().waitFor({ state: 'detached', timeout: LOADED_MS_MAX });
}

/**
 * An incident as whoever is on call meets it: one member stops, another is killed, and the board, its drawer, the suspects and
 * the dialog that purges it are taken. Then it is purged.
 */
export async function takeIncident(
	{ page, take }: Studio,
	look: Look,
	{ victim, stopped }: { victim: Member; stopped: Member },
): Promise<void> {
	const t = TEXTS[look.language];
	await page.goto(`/c/${CLUSTER}`);
	await loaded(page);
	stopped.kill('SIGSTOP');
	await page.locator('tr[data-verdict="unresponsive"]').waitFor({ timeout: UNRESPONSIVE_MS_MAX });
	victim.kill('SIGKILL');
	await page.locator('tr[data-verdict="dead"]').filter({ hasText: victim.id }).waitFor({ timeout: DEAD_MS_MAX });
	await take('members');
	await page.getByRole('link', { name: victim.id, exact: true }).click();
	await page.getByRole('dialog', { name: victim.id }).locator('[data-atom]').first().waitFor();
	await take('member');
	await page.goto(`/c/${CLUSTER}/suspects`);
	const purgeButton = page.getByRole('button', { name: t.member.purge(victim.id) });
	await purgeButton.waitFor();
	await evidenceRead(page, t);
	await take('suspects');
	await purgeButton.click();
	const dialog = page.getByRole('dialog', { name: t.purge.title(1, victim.id) });
	await dialog.getByTestId('guards').locator('[data-result="pass"]').first().waitFor();
	await dialog
		.getByLabel(t.purge.reason)
		.fill(look.language === 'zh' ? '主机断电，INC-2231' : 'Host lost power, INC-2231');
	await dialog.locator('input').last().fill(victim.id);
	const go = dialog.getByRole('button', { name: t.purge.go(1, victim.id) });
	await page.waitForFunction((button) => button?.getAttribute('aria-disabled') !== 'true', await go.elementHandle());
	await take('purge');
	await go.click();
	await page.getByTestId('outcomes').locator('[data-outcome="purged"]').waitFor({ timeout: LOADED_MS_MAX });
	stopped.kill('SIGKILL');
}

/** The pages of the calm after it. The log is shown with the entry of the last purge open. */
export async function takeRest({ page, take }: Studio): Promise<void> {
	for (const name of ['recovery', 'drills', 'ensemble'] as const) {
		await page.goto(`/c/${CLUSTER}/${name}`);
		await loaded(page);
		await take(name);
	}
	await page.goto('/audit?action=member.purge');
	await page.locator('tr[data-entry] a').first().click();
	await page.locator('h2').filter({ hasText: /\d/ }).first().waitFor();
	await take('audit');
	await page.goto('/settings');
	await page.locator('tr[data-user]').first().waitFor();
	await loaded(page);
	await take('settings');
}

/** What is wrong, on the phone of whoever was woken. */
export async function takePhone({ page, take }: Studio): Promise<void> {
	await page.goto(`/c/${CLUSTER}/suspects`);
	await evidenceRead(page, TEXTS.en);
	await take('phone');
}
