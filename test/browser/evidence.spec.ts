import { en } from '@/components/messages/en';
import { CLUSTER, expect, signIn, test, waitUntilReady } from './fixtures';

/** Checks come every 5 s at rest; φ wants five intervals of history. */
const HISTORY_MS_MAX = 90_000;

test('a member’s drawer shows its health check, its session, φ and its answer times', async ({ page, world }) => {
	const member = world.stack.members.at(-1);
	await signIn(page, world);
	await page.goto(`/c/${CLUSTER}`);
	await page.getByRole('link', { name: member?.id ?? '', exact: true }).click();
	const drawer = page.getByRole('dialog', { name: member?.id ?? '' });
	const atom = (name: string) => drawer.locator(`[data-atom="${name}"]`);
	await expect(atom('health')).toContainText(en.evidence.healthResults.answered(200), { timeout: HISTORY_MS_MAX });
	await expect(atom('health')).toContainText(en.evidence.identities.none);
	await expect(atom('session')).toContainText(en.verdicts.sessions.connected, { timeout: HISTORY_MS_MAX });
	await expect(atom('phi')).toContainText(/^Silence.*\d\.\d of 8/, { timeout: HISTORY_MS_MAX });
	await expect(atom('phi').locator('dt')).toHaveAttribute('title', en.evidence.phiExplained);
	const quantiles = drawer.getByTestId('quantiles');
	await expect(quantiles.getByRole('row', { name: en.evidence.life })).toContainText(/\d\sms/);
});

test('a stopped member’s drawer says that its health check gets no answer, and since when', async ({ page, world }) => {
	await signIn(page, world);
	await page.goto(`/c/${CLUSTER}`);
	await waitUntilReady(page);
	const victim = world.nextVictim();
	victim.kill('SIGSTOP');
	try {
		await page.goto(`/c/${CLUSTER}/member?path=${encodeURIComponent(victim.path)}`);
		const health = page.locator('[data-atom="health"]');
		await expect(health).toContainText(en.evidence.healthResults['timed-out'](), { timeout: HISTORY_MS_MAX });
		await expect(health).toContainText(/failures in a row, since/, { timeout: HISTORY_MS_MAX });
	} finally {
		victim.kill('SIGKILL');
	}
});

test('the ensemble page names every server, who reaches whom', async ({ page, world }) => {
	const { ensemble } = world.stack;
	await signIn(page, world);
	await page.goto(`/c/${CLUSTER}`);
	await page.getByRole('link', { name: en.shell.ensemble, exact: true }).click();
	await expect(page.getByRole('heading', { level: 1, name: en.ensemble.title })).toBeVisible();
	const servers = page.locator('tr[data-server]');
	await expect(servers).toHaveCount(ensemble.servers.length);
	await expect(page.locator('tr[data-answered="true"]')).toHaveCount(ensemble.servers.length);
	await expect(servers.filter({ hasText: en.ensemble.roles.leader })).toHaveCount(1);
	await expect(page.locator('[data-sight="well"]')).toBeVisible();
	await expect(page.locator('[data-tripwires="free"]')).toContainText(/\d+ held/);
	const row = page.locator('tr[data-observer]').filter({ hasText: en.ensemble.self });
	await expect(row.locator('[data-reach="reachable"]').first()).toBeVisible();
});
