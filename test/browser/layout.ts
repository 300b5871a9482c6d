import type { Page } from '@playwright/test';

/** What keeps a reader from seeing something, one line each: where, what, by how much. Empty: nothing. */
export async function layoutProblems(page: Page): Promise<string[]> {
	return await page.evaluate(() => {
		/** Borders and rounding: less than this is no loss. */
		const SLACK_PX = 1;
		/** Some words, where a text ends after so many lines. */
		const CLAMPED_WIDTH_MIN_PX = 120;
		const problems: string[] = [];
		const describe = (element: Element) => {
			const text = (element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40);
			return `${element.tagName.toLowerCase()}.${(element.getAttribute('class') ?? '').slice(0, 60)} '${text}'`;
		};
		const root = document.documentElement;
		if (root.scrollWidth > window.innerWidth) {
			problems.push(`the page scrolls sideways: ${root.scrollWidth} of ${window.innerWidth} px`);
		}
		/** Also what is for screen readers alone, which is clipped away on purpose. */
		const hidden = (element: Element) => {
			if (!element.checkVisibility({ visibilityProperty: true })) return true;
			for (let at: Element | null = element; at !== null; at = at.parentElement) {
				if (getComputedStyle(at).clipPath === 'inset(50%)') return true;
			}
			return false;
		};
		const scrollsSideways = (element: Element) => /^(auto|scroll)$/.test(getComputedStyle(element).overflowX);
		const inScroller = (element: Element): boolean => {
			for (let at = element.parentElement; at !== null && at !== document.body; at = at.parentElement) {
				if (scrollsSideways(at)) return true;
			}
			return false;
		};
		const hasOwnText = (element: Element) =>
			[...element.childNodes].some(
				(node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
			);
		/** Cut with an ellipsis is no loss where the whole text is a hover, a focus or a click away. */
		const wholeElsewhere = (element: Element) =>
			element.closest('[title], a[href], button, option, select') !== null || element.querySelector('[title]') !== null;

		for (const element of document.body.querySelectorAll('*')) {
			if (element instanceof SVGElement || hidden(element)) continue;
			const style = getComputedStyle(element);
			const over = element.scrollWidth - element.clientWidth;
			if (scrollsSideways(element) && over > SLACK_PX && element.querySelector('table') === null) {
				problems.push(`scrolls sideways and is no table: ${describe(element)}, by ${over} px`);
			}
			const { left, right } = element.getBoundingClientRect();
			if ((right > window.innerWidth + SLACK_PX || left < -SLACK_PX) && !inScroller(element)) {
				problems.push(`reaches out of the window: ${describe(element)}, ${left.toFixed(0)} to ${right.toFixed(0)}`);
			}
			if (!hasOwnText(element)) continue;
			const clips = /^(hidden|clip)$/;
			if (clips.test(style.overflowX) && over > SLACK_PX) {
				if (style.textOverflow !== 'ellipsis') problems.push(`text is cut: ${describe(element)}, ${over} px of it`);
				else if (!wholeElsewhere(element)) problems.push(`text ends in … and is nowhere whole: ${describe(element)}`);
			}
			// Two lines and … of a text that is whole elsewhere, as long as a line holds some words.
			const isClamped = style.webkitLineClamp !== 'none' && element.clientWidth >= CLAMPED_WIDTH_MIN_PX;
			if (isClamped && wholeElsewhere(element)) continue;
			const below = element.scrollHeight - element.clientHeight;
			// A line box of a CJK font is higher than its line: what is cut then is air.
			const lineHeight = Number.parseFloat(style.lineHeight) || 0;
			if (clips.test(style.overflowY) && below > Math.max(SLACK_PX, lineHeight / 2)) {
				problems.push(`text is cut from below: ${describe(element)}, ${below} px of it`);
			}
		}
		return [...new Set(problems)];
	});
}
