import type { Page } from '@playwright/test';

export type Vitals = {
	/** First contentful paint after the navigation began; null: the browser reported none. */
	readonly fcpMs: number | null;
	/** Longest time from a press to the next paint, to 8 ms; null: no press took 16 ms, the least that is reported. */
	readonly inpMs: number | null;
	/** All shifts of the layout that no press explains, added up: never less than the figure of Web Vitals. */
	readonly cls: number;
	/** What moved, by tag and class, largest shift first. */
	readonly moved: readonly string[];
};

/** Begins to watch with every document that this page opens from now on. */
export async function watchVitals(page: Page): Promise<void> {
	await page.addInitScript(() => {
		const seen = { inpMs: 0, shifts: [] as { value: number; what: string }[] };
		Object.assign(window, { rollcallVitals: seen });
		type Shift = PerformanceEntry & {
			value: number;
			hadRecentInput: boolean;
			sources: readonly { node: Node | null }[];
		};
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries() as Shift[]) {
				if (entry.hadRecentInput) continue;
				const nodes = entry.sources.map(({ node }) =>
					node instanceof Element ? `${node.tagName.toLowerCase()}.${node.className}` : (node?.nodeName ?? '?'),
				);
				seen.shifts.push({ value: entry.value, what: nodes.join(', ') });
			}
		}).observe({ type: 'layout-shift', buffered: true });
		type Press = PerformanceEntry & { interactionId?: number };
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries() as Press[]) {
				if (entry.interactionId) seen.inpMs = Math.max(seen.inpMs, entry.duration);
			}
		}).observe({ type: 'event', buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
	});
}

/** What was seen of the document that is open. */
export async function readVitals(page: Page): Promise<Vitals> {
	return await page.evaluate(async () => {
		// Entries come with the frame after: two frames on, all are there.
		await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
		const seen = (window as unknown as { rollcallVitals: { inpMs: number; shifts: { value: number; what: string }[] } })
			.rollcallVitals;
		const fcp = performance.getEntriesByName('first-contentful-paint')[0];
		return {
			fcpMs: fcp?.startTime ?? null,
			inpMs: seen.inpMs === 0 ? null : seen.inpMs,
			cls: seen.shifts.reduce((sum, { value }) => sum + value, 0),
			moved: seen.shifts.toSorted((a, b) => b.value - a.value).map(({ value, what }) => `${value.toFixed(4)} ${what}`),
		};
	});
}
