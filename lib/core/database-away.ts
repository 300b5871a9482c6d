/** The database cannot be reached, or is starting or stopping: what was asked passes by itself. `code`: what its driver said. */
export class DatabaseAwayError extends Error {
	override readonly name = 'DatabaseAwayError';
	readonly code: string | null;

	constructor(cause: Error) {
		super(cause.message, { cause });
		this.code = 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
	}
}

/** By its name: the runtime and the routes are bundled apart, each with a class of its own. */
export function isDatabaseAway(error: unknown): error is Error {
	return error instanceof Error && error.name === 'DatabaseAwayError';
}
