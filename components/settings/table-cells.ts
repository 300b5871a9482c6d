export const CELL = 'px-2 py-2 md:px-3';
export const HEAD = `${CELL} text-caption font-medium whitespace-nowrap text-ink3`;
/** Columns that a narrow window has no room for. */
export const WIDE = 'max-md:hidden';
