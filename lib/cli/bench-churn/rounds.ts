import type { BrowserContext, CDPSession, Page } from '@playwright/test';
import type { ConsoleClient } from '../console-client';
import type { Console } from '../stack';
import type { MeasuredBrowser } from './browser';
import type { ChurnBenchOptions } from './options';
import { installMeters, type PageFigures } from './page-meters';
import { createReader, markerPrefix } from './reader';
import type { Registrar } from './registrar';
import { CLUSTER, markerId, memberId, PARENT } from './registrations';
import { meterStream, type ServerSample, type StreamFigures, sampleServer } from './server-meters';

const MARKERS_A_ROUND = 4;
const SEEN_MS_MAX = 5_000;
const BETWEEN_MS = 350;
const SERVER_SAMPLE_S = 5;
const OPENED_MS_MAX = 120_000;

export type HeapSample = {
	readonly atS: number;
	readonly heapMb: number;
	readonly nodes: number;
	readonly browserMb: number;
	/** Processor time of the page's main thread since it was opened, s: all of it, and its script's. */
	readonly threadS: number;
	readonly scriptS: number;
};

export type ChurnFigures = {
	readonly openedMs: number;
	/** Of the time in which the reader only reads. */
	readonly reading: readonly PageFigures[];
	/** Of the time in which the reader types, clicks and walks. */
	readonly working: readonly PageFigures[];
	/** From a znode's change, asked of ZooKeeper, to the document, ms; `null`: not within 5 s. */
	readonly cameMs: readonly (number | null)[];
	readonly wentMs: readonly (number | null)[];
	readonly heap: readonly HeapSample[];
	readonly server: readonly ServerSample[];
	readonly stream: StreamFigures;
	/** Rounds after which the chosen row was not where it was, or its drawer was not open. */
	readonly placesLost: number;
};

export type Measuring = {
	readonly options: ChurnBenchOptions;
	readonly anchor: number;
	readonly registrar: Registrar;
	readonly started: Console;
	readonly client: ConsoleClient;
	readonly browser: MeasuredBrowser;
	readonly say: (line: string) => void;
};

async function openPage(context: BrowserContext, { options, anchor, started }: Measuring): Promise<Page> {
	const page = await context.newPage();
	// The TypeScript runner names functions by a helper of its own, which the page does not have.
	await page.addInitScript('globalThis.__name = (named) => named');
	await page.addInitScript(installMeters, markerPrefix(anchor, options.members));
	page.on('pageerror', (error) => console.error(`uncaught in the page: ${error.message}`));
	const member = encodeURIComponent(`${PARENT}/${memberId(anchor, options.members)}`);
	await page.goto(`${started.url}/c/${CLUSTER}?sort=${options.sort}&member=${member}`, {
		waitUntil: 'commit',
		timeout: OPENED_MS_MAX,
	});
	await page.locator('tr[data-verdict]').first().waitFor({ timeout: OPENED_MS_MAX });
	return page;
}

async function signedIn(measuring: Measuring): Promise<BrowserContext> {
	const { browser, started, client } = measuring;
	const context = await browser.browser.newContext({ viewport: { width: 1440, height: 900 } });
	await context.addCookies(
		client.cookie.split('; ').map((pair) => {
			const cut = pair.indexOf('=');
			return { name: pair.slice(0, cut), value: pair.slice(cut + 1), url: started.url };
		}),
	);
	return context;
}

/** Waits until the row of a marker is in the document (`there`) or out of it; false after five seconds. */
async function waitForMarker(page: Page, id: string, there: boolean): Promise<boolean> {
	const row = page.locator(`[data-member-link="${PARENT}/${id}"]`);
	return row.waitFor({ state: there ? 'attached' : 'detached', timeout: SEEN_MS_MAX }).then(
		() => true,
		() => false,
	);
}

async function sampleHeap(cdp: CDPSession, browser: MeasuredBrowser, startedAtMs: number): Promise<HeapSample> {
	await cdp.send('HeapProfiler.collectGarbage');
	await cdp.send('HeapProfiler.collectGarbage');
	const { metrics } = await cdp.send('Performance.getMetrics');
	const metric = (name: string) => metrics.find((each) => each.name === name)?.value ?? Number.NaN;
	return {
		atS: (performance.now() - startedAtMs) / 1_000,
		heapMb: metric('JSHeapUsedSize') / 1e6,
		nodes: metric('Nodes'),
		browserMb: await browser.memoryMb(),
		threadS: metric('TaskDuration'),
		scriptS: metric('ScriptDuration'),
	};
}

/** Reads, meets markers, works; again and again until the time is up. */
export async function measureRounds(measuring: Measuring): Promise<ChurnFigures> {
	const { options, anchor, registrar, started, client, browser, say } = measuring;
	const context = await signedIn(measuring);
	const openedAtMs = performance.now();
	const page = await openPage(context, measuring);
	const openedMs = performance.now() - openedAtMs;
	for (let tab = 0; tab < options.tabs; tab += 1) {
		await openPage(context, measuring);
	}
	await page.bringToFront();
	const cdp = await context.newCDPSession(page);
	// Processor time, not wall time: what others do on the machine does not count.
	await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
	const reader = createReader(page, anchor, options.members);
	const take = () => page.evaluate(() => window.churnMeters.take());
	const path = `${PARENT}/${memberId(anchor, options.members)}`;

	registrar.churn(true);
	const stream = meterStream(`${started.url}/api/clusters/${CLUSTER}/events`, client.cookie);
	await sampleServer(started.url, client.cookie, started.pid, 1);
	await reader.findPlace();
	await take();

	const reading: PageFigures[] = [];
	const working: PageFigures[] = [];
	const cameMs: (number | null)[] = [];
	const wentMs: (number | null)[] = [];
	const heap: HeapSample[] = [];
	const server: ServerSample[] = [];
	let placesLost = 0;
	let marker = 0;
	const startedAtMs = performance.now();
	for (let round = 0; performance.now() - startedAtMs < options.minutes * 60_000; round += 1) {
		const before = await reader.look();
		await page.evaluate((watched) => window.churnMeters.watch(watched), path);
		const sampling = sampleServer(started.url, client.cookie, started.pid, SERVER_SAMPLE_S);
		const asked: { id: string; markedAtMs: number; unmarkedAtMs: number }[] = [];
		for (let count = 0; count < MARKERS_A_ROUND; count += 1, marker += 1) {
			const id = markerId(anchor, options.members, marker);
			const markedAtMs = await registrar.mark(marker);
			await waitForMarker(page, id, true);
			await page.waitForTimeout(BETWEEN_MS);
			const unmarkedAtMs = await registrar.unmark(marker);
			await waitForMarker(page, id, false);
			await page.waitForTimeout(BETWEEN_MS);
			asked.push({ id, markedAtMs, unmarkedAtMs });
		}
		server.push(await sampling);
		await page.evaluate(() => window.churnMeters.watch(null));
		const after = await reader.look();
		const read = await take();
		reading.push(read);
		for (const { id, markedAtMs, unmarkedAtMs } of asked) {
			const [came, went] = [read.seen[id], read.gone[id]];
			cameMs.push(came === undefined ? null : came - markedAtMs);
			wentMs.push(went === undefined || went < unmarkedAtMs ? null : went - unmarkedAtMs);
		}
		const kept =
			before.topPx !== null && after.topPx !== null && Math.abs(after.topPx - before.topPx) <= 1 && after.drawer;
		placesLost += kept && after.path === path ? 0 : 1;
		heap.push(await sampleHeap(cdp, browser, startedAtMs));
		await take();
		await reader.work(round);
		working.push(await take());
		if (!kept) await reader.findPlace();
		const last = heap.at(-1);
		say(
			`round ${round + 1}: row at ${before.topPx?.toFixed(0)} px, then ${after.topPx?.toFixed(0)}; heap ${last?.heapMb.toFixed(1)} MB`,
		);
	}
	registrar.churn(false);
	const figures = await stream.stop();
	await context.close();
	return { openedMs, reading, working, cameMs, wentMs, heap, server, stream: figures, placesLost };
}
