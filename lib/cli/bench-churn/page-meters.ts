/**
 * What runs in the measured page itself, from before its own scripts: it is sent there as text and must refer to nothing
 * outside of itself. `window.churnMeters` gathers until `take()`, which hands over and forgets.
 */
export type Interaction = { readonly kind: 'key' | 'pointer'; readonly ms: number };

export type PageFigures = {
	/** Longest event of each interaction that took 16 ms or longer. */
	readonly interactions: readonly Interaction[];
	/** How many there were in all. */
	readonly interactionCount: number;
	readonly longTasksMs: readonly number[];
	/** Layout shifts without the reader's doing, added up. */
	readonly layoutShift: number;
	/** Wall clock at which each row with the marker's id came into the document and left it, by id. */
	readonly seen: Readonly<Record<string, number>>;
	readonly gone: Readonly<Record<string, number>>;
	/** Moves of the watched row between two frames, px, and frames looked at. */
	readonly movesPx: readonly number[];
	readonly frames: number;
};

export type PageMeters = {
	/** The row to be watched each frame, by its path; null watches none. */
	watch(path: string | null): void;
	take(): PageFigures;
};

declare global {
	interface Window {
		churnMeters: PageMeters;
	}
}

export function installMeters(markerPrefix: string): void {
	const slowest = new Map<number, Interaction>();
	let longTasksMs: number[] = [];
	let layoutShift = 0;
	let seen: Record<string, number> = {};
	let gone: Record<string, number> = {};
	let movesPx: number[] = [];
	let frames = 0;
	let watched: string | null = null;
	let lastTopPx: number | null = null;
	let countedBefore = 0;

	const nowMs = () => performance.timeOrigin + performance.now();
	const observe = (type: string, options: object, take: (entry: PerformanceEntry) => void) =>
		new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
	observe('event', { durationThreshold: 16 }, (entry) => {
		const { interactionId } = entry as PerformanceEventTiming;
		const kind = entry.name.startsWith('key') ? 'key' : 'pointer';
		if (interactionId > 0 && (slowest.get(interactionId)?.ms ?? 0) < entry.duration) {
			slowest.set(interactionId, { kind, ms: entry.duration });
		}
	});
	observe('longtask', {}, (entry) => longTasksMs.push(entry.duration));
	observe('layout-shift', {}, (entry) => {
		const shift = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
		if (!shift.hadRecentInput) layoutShift += shift.value;
	});

	const markersIn = (node: Node): string[] =>
		node instanceof HTMLElement
			? [...node.querySelectorAll<HTMLElement>('[data-member-link]')].flatMap((link) => {
					const id = link.textContent ?? '';
					return id.startsWith(markerPrefix) ? [id] : [];
				})
			: [];
	new MutationObserver((mutations) => {
		for (const mutation of mutations) {
			for (const node of mutation.addedNodes) for (const id of markersIn(node)) seen[id] ??= nowMs();
			for (const node of mutation.removedNodes) for (const id of markersIn(node)) gone[id] = nowMs();
		}
	}).observe(document, { subtree: true, childList: true });

	const onFrame = () => {
		requestAnimationFrame(onFrame);
		if (watched === null) return;
		const link = document.querySelector(`[data-member-link="${CSS.escape(watched)}"]`);
		const topPx = link?.closest('tr')?.getBoundingClientRect().top ?? null;
		frames += 1;
		if (topPx === null) movesPx.push(10_000);
		else if (lastTopPx !== null && Math.abs(topPx - lastTopPx) > 1) movesPx.push(Math.abs(topPx - lastTopPx));
		lastTopPx = topPx;
	};
	requestAnimationFrame(onFrame);

	window.churnMeters = {
		watch(path) {
			watched = path;
			lastTopPx = null;
		},
		take() {
			const counted = performance.interactionCount;
			const figures = {
				interactions: [...slowest.values()],
				interactionCount: counted - countedBefore,
				longTasksMs,
				layoutShift,
				seen,
				gone,
				movesPx,
				frames,
			};
			slowest.clear();
			countedBefore = counted;
			longTasksMs = [];
			layoutShift = 0;
			seen = {};
			gone = {};
			movesPx = [];
			frames = 0;
			return figures;
		},
	};
}
