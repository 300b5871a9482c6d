import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { type Registrar, startRegistrar } from '@/lib/cli/bench-churn/registrar';
import { memberId, PARENT, REGISTRATION } from '@/lib/cli/bench-churn/registrations';
import { type ConsoleClient, signIn } from '@/lib/cli/console-client';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type Console, freePort, startConsole } from '@/lib/cli/stack';
import { CLUSTER } from './fixtures';

export const MEMBERS = 1_200;
const CHANGES_A_SECOND = 20;
/** The member that is read: nobody changes it. */
export const ANCHOR = MEMBERS / 2;
export const ANCHOR_PATH = `${PARENT}/${memberId(ANCHOR, MEMBERS)}`;
const PASSWORD = 'a crowd of members';

export type Crowd = {
	readonly ensemble: Ensemble;
	readonly registrar: Registrar;
	console(): Console;
	client(): ConsoleClient;
	/** Ends the console with SIGKILL; it keeps its port and its database. */
	kill(): Promise<void>;
	startAgain(): Promise<void>;
	/** Event streams that the console has open. */
	streams(): Promise<number>;
	/** The sign-in that all tests share. */
	signIn(context: BrowserContext): Promise<void>;
	signInAnew(context: BrowserContext): Promise<void>;
};

async function bear(context: BrowserContext, cookie: string, url: string): Promise<void> {
	await context.addCookies(
		cookie.split('; ').map((pair) => {
			const cut = pair.indexOf('=');
			return { name: pair.slice(0, cut), value: pair.slice(cut + 1), url };
		}),
	);
}

async function startCrowd(folder: string): Promise<{ crowd: Crowd; stop(): Promise<void> }> {
	const ensemble = await startEnsemble({ servers: 1 });
	const registrar = await startRegistrar({
		connect: ensemble.connect,
		members: MEMBERS,
		sessions: 4,
		changes: CHANGES_A_SECOND,
		anchor: ANCHOR,
	});
	const port = await freePort();
	const config = {
		clusters: [
			{
				id: CLUSTER,
				name: 'Crowd',
				zookeeper: { connect: ensemble.connect, sessionTimeoutMs: 10_000, servers: ensemble.config },
				registrations: [REGISTRATION],
			},
		],
		database: `sqlite:${join(folder, 'rollcall.db')}`,
	};
	const start = () => startConsole({ ensemble, port, config, password: PASSWORD });
	let running = await start();
	const client = await signIn(running.url, running.username, PASSWORD);
	return {
		crowd: {
			ensemble,
			registrar,
			console: () => running,
			client: () => client,
			async kill() {
				running.kill('SIGKILL');
				await running.ended;
			},
			async startAgain() {
				running = await start();
			},
			async streams() {
				const answer = await fetch(`${running.url}/api/metrics`, { headers: { cookie: client.cookie } });
				return Number(/^rollcall_streams\{.*\} (\d+)$/m.exec(await answer.text())?.[1] ?? Number.NaN);
			},
			signIn: (context) => bear(context, client.cookie, running.url),
			async signInAnew(context) {
				const anew = await signIn(running.url, running.username, PASSWORD);
				await bear(context, anew.cookie, running.url);
			},
		},
		async stop() {
			await running.stop();
			await registrar.stop();
			await ensemble.stop();
		},
	};
}

export const test = base.extend<object, { crowd: Crowd }>({
	crowd: [
		// biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures it must provide from this pattern
		async ({}, use) => {
			const folder = await mkdtemp(join(tmpdir(), 'rollcall-crowd-'));
			const { crowd, stop } = await startCrowd(folder);
			try {
				await use(crowd);
			} finally {
				await stop();
				await rm(folder, { recursive: true, force: true });
			}
		},
		{ scope: 'worker', timeout: 240_000 },
	],
	context: async ({ context, crowd }, use) => {
		await crowd.signIn(context);
		await use(context);
	},
});

export { expect };

/** Opens the members page and waits until it shows members as the present state. */
export async function openMembers(page: Page, crowd: Crowd, search = ''): Promise<void> {
	await page.goto(`${crowd.console().url}/c/${CLUSTER}${search}`, { waitUntil: 'commit' });
	await seeLive(page);
}

export async function seeLive(page: Page): Promise<void> {
	await expect(page.locator('main [data-connection="live"]').first()).toBeVisible({ timeout: 90_000 });
	await expect(page.locator('tr[data-verdict]').first()).toBeVisible({ timeout: 90_000 });
}

/** Every member is on the roll and known to be alive, but for those that are on their way out and back. */
export async function waitUntilAlive(crowd: Crowd): Promise<void> {
	await expect
		.poll(
			async () => {
				const asked = `/api/clusters/${CLUSTER}/members?limit=1`;
				const { counts } = await crowd.client().get<{ counts: Record<string, number> }>(asked);
				return counts.alive ?? 0;
			},
			{ timeout: 120_000, intervals: [500] },
		)
		.toBeGreaterThan(MEMBERS * 0.9);
}
