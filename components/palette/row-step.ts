const ROWS = '#content tbody tr';
const STOP = 'a[href], button:not(:disabled)';

/**
 * Moves the focus to the first link or button of the next or previous row that has one, on pages with a table; from outside
 * of the rows to the first. The members' table has its own keys, for its rows are drawn as they come into view.
 */
export function stepRow(by: 1 | -1): boolean {
	if (document.querySelector('[data-member-link]') !== null) return false;
	const stops = [...document.querySelectorAll<HTMLElement>(ROWS)].flatMap((row) => {
		const stop = row.querySelector<HTMLElement>(STOP);
		return stop === null ? [] : [{ row, stop }];
	});
	const at = stops.findIndex(({ row }) => row.contains(document.activeElement));
	const next = stops[at < 0 ? 0 : Math.max(0, Math.min(stops.length - 1, at + by))];
	next?.stop.focus();
	return next !== undefined;
}
