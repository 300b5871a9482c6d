import { expect, type Page } from '@playwright/test';
import type { FullCatalogue } from '@/components/messages/catalogue';
import { CLUSTER, EXPIRED_MS_MAX, type World } from './fixtures';

export type ConsolePage = {
	readonly name: string;
	address(world: World): string;
	/** Its title in a language. */
	title(t: FullCatalogue, world: World): string;
	/** Resolves once what the page is about has come and no skeleton is left. */
	settled(page: Page, world: World): Promise<void>;
};

/** A member that no test kills, registered whichever tests ran before. */
function lastMember({ stack }: World): World['stack']['members'][number] {
	const member = stack.members.at(-1);
	if (member === undefined) throw new Error('the stack has no members');
	return member;
}

async function loaded(page: Page): Promise<void> {
	await expect(page.locator('main .skeleton')).toHaveCount(0);
	await expect(page.locator('main [data-connection]:not([data-connection="live"])')).toHaveCount(0);
}

/** Every page of the console for whoever is signed in, as an administrator of one cluster sees them. */
export const PAGES: readonly ConsolePage[] = [
	{
		name: 'members',
		address: () => `/c/${CLUSTER}`,
		title: (t) => t.members.title,
		async settled(page, world) {
			await expect(page.locator('tr[data-verdict]')).toHaveCount(world.survivors(), { timeout: EXPIRED_MS_MAX });
			await loaded(page);
		},
	},
	{
		name: 'member',
		address: (world) => `/c/${CLUSTER}/member?path=${encodeURIComponent(lastMember(world).path)}`,
		title: (_t, world) => lastMember(world).id,
		async settled(page) {
			await expect(page.locator('[data-atom]').first()).toBeVisible();
			await loaded(page);
		},
	},
	{ name: 'suspects', address: () => `/c/${CLUSTER}/suspects`, title: (t) => t.suspects.title, settled: loaded },
	{
		name: 'recovery',
		address: () => `/c/${CLUSTER}/recovery`,
		title: (t) => t.recovery.title,
		async settled(page) {
			await expect(page.locator('[data-recovery]')).toBeVisible();
			await loaded(page);
		},
	},
	{
		name: 'guide',
		address: () => `/c/${CLUSTER}/guide`,
		title: (t) => t.guide.title,
		async settled(page) {
			await expect(page.locator('[data-step]')).toHaveCount(10);
			await loaded(page);
		},
	},
	{ name: 'drills', address: () => `/c/${CLUSTER}/drills`, title: (t) => t.drills.title, settled: loaded },
	{
		name: 'ensemble',
		address: () => `/c/${CLUSTER}/ensemble`,
		title: (t) => t.ensemble.title,
		async settled(page) {
			await expect(page.locator('tr[data-server][data-answered="true"]')).toHaveCount(3);
			await expect(page.locator('[data-reach]').first()).toBeVisible();
			await loaded(page);
		},
	},
	{
		name: 'audit',
		address: () => '/audit',
		title: (t) => t.audit.title,
		async settled(page) {
			await expect(page.locator('tr[data-entry]').first()).toBeVisible();
			await loaded(page);
		},
	},
	{
		name: 'settings',
		address: () => '/settings',
		title: (t) => t.settings.title,
		async settled(page) {
			await expect(page.locator('tr[data-user]').first()).toBeVisible();
			await expect(page.locator('[data-config-file]')).toBeVisible();
			await loaded(page);
		},
	},
];

/** Opens a page in the language whose catalogue is given, and waits for it. */
export async function open(page: Page, each: ConsolePage, world: World, t: FullCatalogue): Promise<void> {
	await page.goto(each.address(world));
	await expect(page.getByRole('heading', { level: 1, name: each.title(t, world), exact: true })).toBeVisible();
	await each.settled(page, world);
}
