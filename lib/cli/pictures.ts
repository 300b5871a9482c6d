import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import type { ClusterView, MemberRow } from '@/lib/core/view';
import { CHROMIUM } from './chromium';
import { type ConsoleClient, signIn } from './console-client';
import { takeIncident, takePhone, takeRest } from './pictures/scenes';
import { LOOKS, openStudio } from './pictures/studio';
import { leave } from './run-folder';
import { type Stack, startStack } from './stack';
import { onStopRequest } from './stop-request';

const FOLDER = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
/** Enough that a board looks like one, with a victim for each look and two more. */
const MEMBERS = 24;
/** The longest that ZooKeeper grants by default: what is dead stays to be taken. */
const SESSION_TIMEOUT_MS = 40_000;
const POLL_MS = 500;
const DRILL_MS_MAX = 90_000;
const DRILLED = 'gateway-01';

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

async function untilReady(client: ConsoleClient): Promise<void> {
	for (;;) {
		const { clusters } = await client.get<{ clusters: ClusterView[] }>('/api/clusters');
		if (clusters[0]?.ready === true) return;
		await pause(POLL_MS);
	}
}

/** A drill whose member is purged once it is proven dead and starts again: then reports, trend and failover times have something to show. */
async function drill(client: ConsoleClient): Promise<void> {
	const find = async (id: string) => {
		const { members } = await client.get<{ members: MemberRow[] }>('/api/clusters/turms/members');
		return members.find((member) => member.id === id);
	};
	const row = await find(DRILLED);
	if (row === undefined) throw new Error(`${DRILLED} is not registered`);
	const { path, czxid } = row;
	const order = { path, czxid, confirm: DRILLED, reason: 'Quarterly drill', purge: 'by-hand' };
	const { body } = await client.post<{ outcome?: string }>('/api/clusters/turms/drills', order);
	if (body.outcome !== 'ordered') throw new Error(`the drill was refused: ${JSON.stringify(body)}`);
	const until = async (what: string, isSo: () => Promise<boolean>) => {
		const deadline = performance.now() + DRILL_MS_MAX;
		while (!(await isSo())) {
			if (performance.now() > deadline) throw new Error(`after ${DRILL_MS_MAX / 1_000} s still waiting for ${what}`);
			await pause(POLL_MS);
		}
	};
	await until('the proof', async () => (await find(DRILLED))?.verdict === 'dead');
	await client.purge('turms', {
		members: [{ path, czxid }],
		reason: 'Quarterly drill',
		dryRun: false,
		confirm: DRILLED,
	});
	await until('the report', async () => {
		const { reports } = await client.get<{ reports: readonly unknown[] }>('/api/clusters/turms/drills');
		return reports.length > 0;
	});
}

async function takeAll(stack: Stack, folder: string): Promise<void> {
	const client = await signIn(stack.url, stack.username, stack.password);
	await untilReady(client);
	say('A drill …');
	await drill(client);
	await untilReady(client);
	const browser = await chromium.launch(CHROMIUM);
	try {
		for (const [index, look] of LOOKS.entries()) {
			say(`Pictures in ${look.language}, ${look.theme} …`);
			const studio = await openStudio(browser, stack, look, folder);
			const [victim, stopped] = [stack.members[index + 1], stack.members.at(-2 - index)];
			if (victim === undefined || stopped === undefined) throw new Error('the stack has too few members');
			await takeIncident(studio, look, { victim, stopped });
			if (look.theme === 'light' && look.language === 'en') await takeRest(studio);
			await studio.close();
			await untilReady(client);
		}
		stack.members.at(5)?.kill('SIGKILL');
		const phone = await openStudio(browser, stack, { language: 'en', theme: 'dark' }, folder, true);
		await takePhone(phone);
		await phone.close();
	} finally {
		await browser.close();
	}
}

async function run(): Promise<void> {
	const [folder = FOLDER, ...rest] = process.argv.slice(2);
	if (rest.length > 0 || folder.startsWith('-')) {
		process.stderr.write('usage: npm run pictures [-- FOLDER]; without one they go to docs/pictures\n');
		leave(2);
	}
	onStopRequest(() => leave(130));
	const stack = await startStack({
		members: MEMBERS,
		drills: true,
		member: { sessionTimeoutMs: SESSION_TIMEOUT_MS },
		onProgress: (line) => say(`${line} …`),
	});
	try {
		await takeAll(stack, resolve(folder));
	} finally {
		await stack.stop();
	}
}

run().then(
	() => leave(0),
	(error: unknown) => {
		process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
		leave(1);
	},
);
