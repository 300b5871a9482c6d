import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, test as base, expect, type Page, request } from '@playwright/test';
import { en } from '@/components/messages/en';
import { type Console, type Stack, startConsole, startStack } from '../support/console';

/** As startStack's config names it. */
export const CLUSTER = 'turms';
/** A cluster without members, of the console with several. */
export const EMPTY_CLUSTER = 'spare';

/** The longest that ZooKeeper grants by default: a dead member stays long enough to be looked at on a busy machine. */
const SESSION_TIMEOUT_MS = 40_000;
/** For pages to show what is left once earlier tests' victims have expired. */
export const EXPIRED_MS_MAX = 60_000;

type Member = Stack['members'][number];
type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

export type World = {
	readonly stack: Stack;
	/** A member that no test has killed yet; tests do not share their victims. */
	nextVictim(): Member;
	/** Members that are left when all victims so far are gone. */
	survivors(): number;
	/** The cookies of one sign-in, shared by the tests that are about something else. */
	session(): Promise<Cookies>;
};

function toWorld(stack: Stack): World {
	let taken = 0;
	let session: Promise<Cookies> | null = null;
	return {
		stack,
		nextVictim() {
			const victim = stack.members[taken];
			if (victim === undefined) throw new Error('every member has been killed: start the stack with more of them');
			taken += 1;
			return victim;
		},
		survivors: () => stack.members.length - taken,
		session() {
			session ??= fetchSession(stack);
			return session;
		},
	};
}

/** What a page must never do, gathered while the test runs. */
function watchPage(page: Page, origin: string): string[] {
	const offences: string[] = [];
	page.on('console', (message) => {
		if (message.type() === 'error' || message.type() === 'warning') {
			offences.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
		}
	});
	page.on('pageerror', (error) => offences.push(`uncaught: ${error.message}`));
	page.on('request', (request) => {
		const url = request.url();
		if (!url.startsWith(`${origin}/`) && !url.startsWith('data:') && !url.startsWith('blob:')) {
			offences.push(`request to another host: ${url}`);
		}
	});
	return offences;
}

/** A console of two clusters on the same ensemble: the one of the stack, and one without members. Its folder in ZooKeeper is its own. */
async function startFleet({ ensemble }: Stack, folder: string): Promise<Console> {
	const cluster = (id: string, path: string) => ({
		id,
		zookeeper: {
			connect: ensemble.connect,
			servers: ensemble.config.map(({ client, admin }) => (admin ? { client, admin } : { client })),
		},
		registrations: [{ path, format: 'turms' }],
	});
	return await startConsole({
		ensemble,
		config: {
			clusters: [cluster(CLUSTER, '/turms/members'), cluster(EMPTY_CLUSTER, '/spare/members')],
			database: `sqlite:${join(folder, 'fleet.db')}`,
			rootPath: '/rollcall-fleet',
		},
	});
}

export const test = base.extend<{ page: Page }, { world: World; fleet: Console }>({
	world: [
		// biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures it must provide from this pattern
		async ({}, use) => {
			const stack = await startStack({ members: 12, member: { sessionTimeoutMs: SESSION_TIMEOUT_MS } });
			try {
				await use(toWorld(stack));
			} finally {
				await stack.stop();
			}
		},
		{ scope: 'worker', timeout: 180_000 },
	],
	// Started for the first test that asks for it.
	fleet: [
		async ({ world }, use) => {
			const folder = await mkdtemp(join(tmpdir(), 'rollcall-fleet-'));
			const fleet = await startFleet(world.stack, folder);
			try {
				await use(fleet);
			} finally {
				await fleet.stop();
				await rm(folder, { recursive: true, force: true });
			}
		},
		{ scope: 'worker', timeout: 120_000 },
	],
	baseURL: async ({ world }, use) => {
		await use(world.stack.url);
	},
	page: async ({ page, world }, use) => {
		const offences = watchPage(page, world.stack.url);
		await use(page);
		expect(offences, 'console errors and requests to other hosts').toEqual([]);
	},
});

export { expect };

/** Language and theme as their switches keep them. */
export async function choose(context: BrowserContext, url: string, language: 'en' | 'zh', theme: 'light' | 'dark') {
	await context.addCookies([
		{ name: 'rc-lang', value: language, url },
		{ name: 'rc-theme', value: theme, url },
	]);
}

/** The cookies of a sign-in without the form; by default as the first administrator. */
export async function fetchSession(
	stack: Console,
	{ username, password } = { username: stack.username, password: stack.password },
): Promise<Cookies> {
	const asking = await request.newContext({ baseURL: stack.url });
	const answer = await asking.post('/api/auth/sign-in/username', {
		data: { username, password },
		headers: { origin: stack.url },
	});
	expect(answer.status(), await answer.text()).toBe(200);
	const { cookies } = await asking.storageState();
	await asking.dispose();
	return cookies;
}

/** Signs in without the form: once for all tests, so that no rate limit is met. */
export async function signIn(page: Page, world: World): Promise<void> {
	await page.context().addCookies(await world.session());
}

/** Waits until every member could be proven dead: what `ready` means in the demo. */
export async function waitUntilReady(page: Page): Promise<void> {
	await expect
		.poll(
			async () => {
				const answer = await page.request.get('/api/clusters');
				const { clusters } = (await answer.json()) as { clusters: { id: string; ready: boolean }[] };
				return clusters.find((cluster) => cluster.id === CLUSTER)?.ready;
			},
			{ timeout: 90_000, intervals: [500] },
		)
		.toBe(true);
}

/** Members in the plain list, by path. */
export async function registeredPaths(page: Page): Promise<string[]> {
	const answer = await page.request.get(`/api/clusters/${CLUSTER}/members`);
	const { members } = (await answer.json()) as { members: { path: string }[] };
	return members.map((member) => member.path);
}

/** A page that the server drew listens to keys a moment after it is seen: pressed again until the palette is open. */
export async function openPalette(page: Page): Promise<void> {
	await expect(async () => {
		await page.keyboard.press('Control+k');
		await expect(page.getByRole('combobox', { name: en.palette.search })).toBeFocused({ timeout: 1_000 });
	}).toPass();
}
