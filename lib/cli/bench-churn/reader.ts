import type { Page } from '@playwright/test';
import { markerId, memberId, PARENT } from './registrations';

const ROW_HEIGHT_PX = 37;
/** Where the reader has the chosen row, from the window's top. */
const ROW_AT_PX = 420;
const SETTLE_MS = 500;
const DRAWN_MS_MAX = 30_000;
const KEY_PAUSE_MS = 90;
const SEARCHED = ['group-2-02', 'group-3 connected', '127.1.20'];

/** A reader of the members page: keeps to one member of it, searches, clicks and walks by keys. */
export type Reader = {
	/** Scrolls until the chosen row stands where the reader likes it, or gives up: `look` tells. */
	findPlace(): Promise<void>;
	/** Keys, clicks and a typed search, as an operator would; ends with the chosen member's drawer open and no search. */
	work(round: number): Promise<void>;
	/** The chosen row and its drawer, as they are. */
	look(): Promise<{ readonly topPx: number | null; readonly drawer: boolean; readonly path: string | null }>;
};

export function createReader(page: Page, anchor: number, members: number): Reader {
	const path = `${PARENT}/${memberId(anchor, members)}`;
	const link = (of: string) => page.locator(`[data-member-link="${of}"]`);
	const pause = (ms: number) => page.waitForTimeout(ms);

	async function findPlace(): Promise<void> {
		for (let turn = 0; turn < 40; turn += 1) {
			const off = await page.evaluate(
				({ wanted, rowHeightPx, atPx }) => {
					const links = [...document.querySelectorAll<HTMLElement>('[data-member-link]')];
					const found = links.find((each) => each.dataset.memberLink === wanted);
					if (found) {
						const offPx = (found.closest('tr')?.getBoundingClientRect().top ?? atPx) - atPx;
						window.scrollBy({ top: offPx, behavior: 'instant' });
						return Math.abs(offPx) < 2 ? 0 : offPx;
					}
					// Members that are unwell stand on top; ids of the others rise downwards. What is drawn may be of another place.
					const middle = links.at(Math.floor(links.length / 2));
					const numberOf = (of: string) => Number(/-(\d+)(?:-m\d+)?$/.exec(of)?.[1] ?? 0);
					const rows = numberOf(wanted) - numberOf(middle?.dataset.memberLink ?? '');
					const offPx = rows * rowHeightPx + (middle?.closest('tr')?.getBoundingClientRect().top ?? atPx) - atPx;
					window.scrollBy({ top: offPx === 0 ? rowHeightPx : offPx, behavior: 'instant' });
					return offPx;
				},
				{ wanted: path, rowHeightPx: ROW_HEIGHT_PX, atPx: ROW_AT_PX },
			);
			if (off === 0) return;
			// Only what has been drawn at the new place tells how far it is from there.
			await page.waitForFunction(
				() =>
					[...document.querySelectorAll('tr[data-verdict]')].some((row) => {
						const { top, bottom } = row.getBoundingClientRect();
						return bottom >= 0 && top <= window.innerHeight;
					}),
				null,
				{ timeout: DRAWN_MS_MAX },
			);
		}
	}

	return {
		findPlace,
		async work(round) {
			await link(path).focus();
			for (const key of ['j', 'k', 'j', 'j', 'k', 'k', 'ArrowDown', 'ArrowUp']) {
				await page.keyboard.press(key, { delay: 20 });
				await pause(KEY_PAUSE_MS);
			}
			const rows = page.locator('tr[data-verdict]');
			for (const index of [8, 12]) {
				await rows.nth(index).click({ position: { x: 30, y: 10 }, timeout: 10_000 });
				await pause(KEY_PAUSE_MS);
			}
			await page.keyboard.press('/');
			await page.keyboard.type(SEARCHED[round % SEARCHED.length] ?? '', { delay: KEY_PAUSE_MS });
			await pause(SETTLE_MS);
			await page.keyboard.press('Escape');
			await page.waitForFunction(
				(all) => Number(document.querySelector('table')?.getAttribute('aria-rowcount')) > all / 2,
				members,
				{ timeout: DRAWN_MS_MAX },
			);
			await pause(SETTLE_MS);
			await findPlace();
			await link(path).click({ timeout: 10_000 });
			await pause(SETTLE_MS);
			await findPlace();
		},
		async look() {
			const topPx = await page.evaluate(
				(wanted) =>
					document.querySelector(`[data-member-link="${wanted}"]`)?.closest('tr')?.getBoundingClientRect().top ?? null,
				path,
			);
			return {
				topPx,
				drawer: await page.getByRole('dialog').isVisible(),
				path: new URL(page.url()).searchParams.get('member'),
			};
		},
	};
}

/** Ids that begin so are markers of this anchor. */
export function markerPrefix(anchor: number, members: number): string {
	return markerId(anchor, members, 0).slice(0, -4);
}
