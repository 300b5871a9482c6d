import { hostname } from 'node:os';
import type { Page } from '@playwright/test';

/**
 * What differs from run to run, and what stands for it, the first that fits: figures, times, addresses, ids, names of
 * members and groups by which of them is still alive.
 */
const SAME: readonly (readonly [form: string, value: string])[] = [
	['\\b\\d{1,3}(?:\\.\\d{1,3}){3}:\\d+', '127.0.0.1:40000'],
	['\\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b', '00000000-0000-4000-8000-000000000000'],
	['\\b[0-9a-f]{64}\\b', '0'.repeat(64)],
	['\\b0x[0-9a-f]+', '0x100000000'],
	['\\b[A-Z][a-z]{2} \\d{1,2}, \\d{4}', 'Jan 10, 2000'],
	['\\b\\d{4}-\\d{2}-\\d{2}\\b', '2000-01-10'],
	['\\b\\d{1,2}:\\d{2}(?::\\d{2})?(?:\\.\\d+)?', '00:00'],
	['\\b\\d+(?:[.,]\\d+)* (?:ms|s|min|h|d)\\b(?: \\d+ (?:s|min|h)\\b)?', '10 s'],
	['\\bservice-\\d+', 'gateway-10'],
	['\\bSERVICE\\b', 'GATEWAY'],
	[`\\b${hostname().replace(/[^\w-]/g, '.')}\\b`, 'host'],
	// The names of the other language: not every machine has a font for them.
	['[\\u4e00-\\u9fff]+', 'zh'],
	['\\d+(?:[.,]\\d+)*', '10'],
];

/** What is left out altogether, as selectors: how much of it there is differs, or what it says. */
const LEFT_OUT = [
	'script, template, next-route-announcer, link:not([rel="stylesheet"])',
	// The console's own state, and how many are not well: that of other moments.
	'[data-impairment]',
	'nav a > span',
	'[data-filter="left"]',
	// Evidence that comes with time.
	'[data-atom="phi"]',
	'[data-reason] ~ [data-reason]',
	'ol > *',
	// Drawings.
	'tr svg > path',
	// Moments within a bar of a drill, of which either may be the first.
	'tr[data-mark] small',
	// Pages of a list, and who leads among equals.
	'main nav',
	'tr[data-server]:has(.font-semibold)',
];

/** Rows of a table and items of a list that are kept. */
const KEPT_MAX = 2;

/**
 * The page as it is now, as a document without scripts, in which all that differs from run to run is the same or left out.
 * Layout, type, colours and words stay. Shown again, it never moves. With `drawn` canvases are kept as pictures of what is on
 * them in the theme that the page wears; by default plain boxes stand for them.
 */
export async function freeze(page: Page, { drawn = false } = {}): Promise<string> {
	return await page.evaluate(
		({ same, leftOut, keptMax, isDrawn }) => {
			for (const input of document.querySelectorAll('input')) {
				// What only the living document knows is written down before it is copied.
				input.setAttribute('value', input.value);
				input.toggleAttribute('checked', input.checked);
			}
			const copy = document.documentElement.cloneNode(true) as HTMLElement;
			if (isDrawn) {
				const originals = document.querySelectorAll('canvas');
				for (const [index, canvas] of [...copy.querySelectorAll('canvas')].entries()) {
					const original = originals[index];
					if (original === undefined) continue;
					const picture = document.createElement('img');
					picture.className = original.className;
					const { width, height } = original.getBoundingClientRect();
					picture.src = original.toDataURL();
					picture.style.cssText = `display:block;max-width:none;width:${width}px;height:${height}px`;
					canvas.replaceWith(picture);
				}
			}
			for (const element of copy.querySelectorAll(leftOut.join(', '))) element.remove();
			for (const list of copy.querySelectorAll('[role="status"] > ul:empty')) list.remove();
			for (const list of copy.querySelectorAll('tbody, ul')) {
				const items = [...list.children];
				// Of what goes in one transaction the order is ZooKeeper's.
				if (list.closest('[data-testid="goes"]') !== null) {
					items.sort((a, b) => (a.textContent ?? '').localeCompare(b.textContent ?? ''));
					list.replaceChildren(...items);
				}
				// The bars of one drill are one drawing.
				if (list.querySelector(':scope > [data-mark]') !== null) continue;
				for (const item of items.slice(keptMax)) item.remove();
			}
			// How high the bars of a distribution are.
			const bars = copy.querySelectorAll<HTMLElement>(
				'[data-testid="failovers"] [style*="height"] > [style*="height"]',
			);
			for (const [index, bar] of bars.entries()) bar.style.height = `${(index * 7) % 30}px`;
			for (const bar of copy.querySelectorAll<HTMLElement>('[style*="%"]')) {
				bar.style.cssText = bar.style.cssText.replace(/[\d.]+%/g, '50%');
			}
			// A drill's bars, each from where the one above it ends.
			for (const [index, row] of copy.querySelectorAll('tr[data-mark]').entries()) {
				for (const bar of row.querySelectorAll<HTMLElement>('[style*="left"]')) {
					bar.style.left = `${index * 15}%`;
					if (bar.style.width !== '') bar.style.width = '15%';
				}
			}
			const box = (height: string) => {
				const drawn = document.createElement('div');
				drawn.style.cssText = `height:${height};background:var(--line2)`;
				return drawn;
			};
			const boards = isDrawn ? [] : copy.querySelectorAll('[role="listbox"]');
			for (const board of boards) board.replaceWith(box('72px'));
			for (const canvas of copy.querySelectorAll('canvas')) canvas.replaceWith(box('120px'));

			const forms = new RegExp(same.map(([form]) => `(${form})`).join('|'), 'g');
			const toSame = (text: string) =>
				text
					.replace(/[\u00a0\u202f]/g, ' ')
					.replace(
						forms,
						(...found: unknown[]) => same[found.slice(1).findIndex((group) => group !== undefined)]?.[1] ?? '',
					);
			const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
			for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
				if (node.parentElement?.closest('style') === null) node.textContent = toSame(node.textContent ?? '');
			}
			for (const field of copy.querySelectorAll('input')) {
				field.setAttribute('value', toSame(field.getAttribute('value') ?? ''));
			}
			return `<!doctype html>${copy.outerHTML}`;
		},
		{ same: SAME, leftOut: LEFT_OUT, keptMax: KEPT_MAX, isDrawn: drawn },
	);
}

/** Shows a frozen document in a page of the console's origin, where its styles and fonts are. */
export async function thaw(page: Page, origin: string, html: string): Promise<void> {
	const address = `${origin}/frozen`;
	await page.route(address, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }));
	await page.goto(address);
	await page.unroute(address);
	await page.evaluate(() => document.fonts.ready);
}
