export const CELL = 'px-2 py-2 md:px-3';
/** Columns that a narrow window has no room for. */
export const WIDE = 'max-md:hidden';
