import type { Problem } from './view';

/** Every refusal and failure of the HTTP API: one closed union, one status each (docs/api.md explains them). */
export const PROBLEM_STATUS = {
	'field-invalid': 400,
	'archive-out-of-order': 409,
	'archive-differs': 409,
	'body-not-json': 415,
	'body-too-large': 413,
	'sign-in-needed': 401,
	'sign-in-refused': 401,
	forbidden: 403,
	'origin-foreign': 403,
	'cluster-unknown': 404,
	'member-unknown': 404,
	'override-unknown': 404,
	'user-unknown': 404,
	'token-unknown': 404,
	'archive-unknown': 404,
	'not-found': 404,
	'method-not-allowed': 405,
	'name-taken': 409,
	'last-administrator': 409,
	'own-account': 409,
	'password-wrong': 403,
	'too-many-requests': 429,
	'audit-unavailable': 503,
	'database-unavailable': 503,
	'settings-unavailable': 503,
	'overrides-unavailable': 503,
	starting: 503,
	stopping: 503,
	internal: 500,
} as const satisfies Record<string, number>;
export type ProblemCode = keyof typeof PROBLEM_STATUS;

const TITLES: Record<ProblemCode, string> = {
	'field-invalid': 'A field of the request is not valid',
	'body-not-json': 'The request body is not JSON',
	'body-too-large': 'The request body is too large',
	'sign-in-needed': 'Sign in first',
	'sign-in-refused': 'Username or password is wrong',
	forbidden: 'Your role does not allow this',
	'origin-foreign': 'The request comes from another site',
	'cluster-unknown': 'No such cluster',
	'member-unknown': 'No such member',
	'override-unknown': 'No such pending override',
	'user-unknown': 'No such user',
	'token-unknown': 'No such token in use',
	'archive-unknown': 'No such archive file was sealed',
	'archive-out-of-order': 'This archive file is not the next one',
	'archive-differs': 'The database does not hold what is in the archive file',
	'not-found': 'Nothing is here',
	'method-not-allowed': 'This method is not allowed here',
	'name-taken': 'The name is taken',
	'last-administrator': 'The last administrator stays',
	'own-account': 'Not on the own account',
	'password-wrong': 'The present password is wrong',
	'too-many-requests': 'Too many requests',
	'audit-unavailable': 'The audit log cannot be written',
	'database-unavailable': 'The database does not answer',
	'settings-unavailable': 'The settings in ZooKeeper cannot be changed',
	'overrides-unavailable': 'The pending overrides in ZooKeeper cannot be changed',
	starting: 'The console is starting',
	stopping: 'The console is stopping',
	internal: 'Something went wrong in the console',
};

/** RFC 9457 problem details. `detail` says what happened and what to do; `field` is a JSON pointer-like name. */
export function toProblem(code: ProblemCode, detail: string, field?: string): Problem {
	return {
		type: `urn:rollcall:problem:${code}`,
		title: TITLES[code],
		status: PROBLEM_STATUS[code],
		code,
		detail: detail.slice(0, 1_000),
		...(field === undefined ? {} : { field }),
	};
}
