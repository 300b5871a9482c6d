/** Where a draining process can be made to die; 'never': from outside, at any moment. */
export const KILL_POINTS = [
	'before-append',
	'in-transaction',
	'after-append',
	'before-remove',
	'after-remove',
	'never',
] as const;
export type KillPoint = (typeof KILL_POINTS)[number];
