import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { en } from '@/components/messages/en';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openDatabase } from '@/lib/adapters/database/open';
import { auditDraft } from '../adapters/audit-store/temporary-store';
import { type Console, startConsole } from '../support/console';
import { expectNoViolationInBothThemes } from './axe';
import { test as base, expect, fetchSession } from './fixtures';

/** Together some 18 MB as NDJSON: many seconds over the slow connection. */
const ENTRIES = 600;
const DETAIL_LENGTH = 30_000;
/** A chunk, 64 kB at most, is passed on so much later than the one before. */
const CHUNK_EVERY_MS = 25;

/** The console by way of a slow connection. */
async function startSlowly(port: number): Promise<{ url: string; close(): Promise<void> }> {
	const server = createServer((client) => {
		const upstream = connect(port, '127.0.0.1');
		const end = () => {
			client.destroy();
			upstream.destroy();
		};
		for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
		client.pipe(upstream);
		upstream.on('data', (chunk) => {
			upstream.pause();
			client.write(chunk, () => setTimeout(() => upstream.resume(), CHUNK_EVERY_MS));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
}

const test = base.extend<{ audit: Page }, { long: { console: Console; url: string } }>({
	/** A console with a long log, slow to reach. */
	long: [
		async ({ world }, use) => {
			const folder = await mkdtemp(join(tmpdir(), 'rollcall-exports-'));
			const { ensemble } = world.stack;
			const cluster = {
				id: 'long',
				zookeeper: { connect: ensemble.connect, servers: ensemble.config.map(({ client }) => ({ client })) },
				registrations: [{ path: '/long/members', format: 'turms' }],
			};
			const url = `sqlite:${join(folder, 'rollcall.db')}`;
			const config = { clusters: [cluster], database: url, rootPath: '/rollcall-exports' };
			const console = await startConsole({ ensemble, config });
			const database = await openDatabase(url);
			const audit = createAuditStore(database);
			await Promise.all(
				Array.from({ length: ENTRIES }, (_, n) =>
					audit.append(auditDraft({ key: `bulk-${n}`, detail: `${n} ${'x'.repeat(DETAIL_LENGTH)}` })),
				),
			);
			await audit.close();
			await database.close();
			const slow = await startSlowly(Number(new URL(console.url).port));
			try {
				await use({ console, url: slow.url });
			} finally {
				await console.stop();
				await slow.close();
				await rm(folder, { recursive: true, force: true });
			}
		},
		{ scope: 'worker', timeout: 120_000 },
	],
	/** Its audit page, signed in. */
	audit: async ({ browser, long }, use) => {
		const context = await browser.newContext({ baseURL: long.url, acceptDownloads: true });
		await context.addCookies(await fetchSession(long.console));
		const page = await context.newPage();
		await page.goto('/audit');
		await use(page);
		await context.close();
	},
});

test('a long export says how far it is, and that it is whole', async ({ audit }) => {
	const progress = audit.getByTestId('export-progress');
	const downloading = audit.waitForEvent('download');
	await audit.getByRole('link', { name: en.audit.exportAs('NDJSON') }).click();
	await expect(progress).toHaveAttribute('data-state', 'running');
	const bar = audit.getByRole('progressbar', { name: en.audit.exportProgress });
	const share = async () => Number(await bar.getAttribute('value'));
	await expect.poll(share).toBeGreaterThan(0);
	const early = await share();
	await expect.poll(share).toBeGreaterThan(early);
	await expect(progress).toContainText(/\d+ entries written, \d+% of the way through the log/);
	await expectNoViolationInBothThemes(audit, 'audit, exporting');
	const download = await downloading;
	expect(new URL(download.url()).searchParams.get('track')).toMatch(/^[0-9a-f]{32}$/);
	const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
	await expect(progress).toHaveAttribute('data-state', 'done');
	await expect(progress.getByRole('status')).toHaveText(en.audit.exported('done', lines.length));
	expect(await audit.getByRole('link', { name: en.audit.exportAs('NDJSON') }).getAttribute('href')).not.toContain(
		'track',
	);
});

test('an export that the reader breaks off is said not to be whole', async ({ audit }) => {
	const progress = audit.getByTestId('export-progress');
	const downloading = audit.waitForEvent('download');
	await audit.getByRole('link', { name: en.audit.exportAs('CSV') }).click();
	await expect(progress).toHaveAttribute('data-state', 'running');
	await (await downloading).cancel();
	await expect(progress).toHaveAttribute('data-state', 'cut-off');
	await expect(progress.getByRole('status')).toContainText('the file is not whole');
});
