import { z } from 'zod';
import type { Actor } from '@/lib/core/audit-entry';
import type { AuditPort, Clock } from '@/lib/core/ports';
import { type ProblemCode, toProblem } from '@/lib/core/problem';
import { type Engine, engineHeaders, isRefusal } from './engine';
import { PASSWORD_LENGTH, toOperatorRole, USERNAME_PATTERN } from './names';
import { type Operators, toDraft } from './operators';
import type { SignInLimits } from './sign-in-limits';

/** A username and a password are short; whatever is longer is no sign-in. */
const BODY_BYTES_MAX = 4_096;

const credentialsSchema = z.strictObject({
	username: z.string().min(1).max(64),
	password: z.string().min(1).max(PASSWORD_LENGTH.max),
});

type Desk = {
	readonly engine: Engine;
	readonly operators: Operators;
	readonly audit: AuditPort;
	readonly clock: Clock;
	readonly limits: SignInLimits;
	readonly onProblem: (line: string) => void;
};

/** Serves POST /api/auth/sign-in/username and POST /api/auth/sign-out; anything else of /api/auth is not there. */
export function createSignInDesk(desk: Desk) {
	return async (request: Request, sourceAddress: string | null): Promise<Response> => {
		const path = new URL(request.url).pathname;
		if (path !== '/api/auth/sign-in/username' && path !== '/api/auth/sign-out') {
			return refuse('not-found', 'Only sign-in/username and sign-out are served here.');
		}
		if (request.method !== 'POST') {
			return refuse('method-not-allowed', 'Use POST.', { allow: 'POST' });
		}
		return path.endsWith('/sign-out') ? signOut(desk, request, sourceAddress) : signIn(desk, request, sourceAddress);
	};
}

async function signIn(desk: Desk, request: Request, sourceAddress: string | null): Promise<Response> {
	const credentials = await readCredentials(request);
	if (credentials instanceof Response) {
		return credentials;
	}
	const username = credentials.username.toLowerCase();
	const admission = desk.limits.admit(sourceAddress, username);
	if (!admission.admitted) {
		if (desk.limits.worthRecording(sourceAddress)) {
			await recordRefused(desk, username, sourceAddress, 'too-many-requests');
		}
		const seconds = Math.ceil(admission.waitMs / 1_000);
		return refuse('too-many-requests', `Too many attempts: wait ${seconds} s.`, { 'retry-after': String(seconds) });
	}
	let right = false;
	try {
		const opened = await open(desk, credentials, engineHeaders(request.headers, sourceAddress));
		if (opened === null) {
			await recordRefused(desk, username, sourceAddress, 'sign-in-refused');
			return refuse('sign-in-refused', 'No operator has this username and this password.');
		}
		right = true;
		return await admitOperator(desk, opened, sourceAddress);
	} finally {
		desk.limits.release(sourceAddress, username, right);
	}
}

type Opened = { username: string; role: string | null; token: string; cookies: string[] };

/** Checks the password and makes a session; null when the password is wrong or there is no such operator. */
async function open(
	desk: Desk,
	credentials: { username: string; password: string },
	headers: Headers,
): Promise<Opened | null> {
	if (!USERNAME_PATTERN.test(credentials.username.toLowerCase())) {
		return null;
	}
	try {
		const result = await desk.engine.auth.api.signInUsername({ body: credentials, headers, returnHeaders: true });
		const { token, user } = result.response;
		const operator = await desk.operators.find(user.username);
		if (operator?.disabled === true) {
			await desk.engine.context.internalAdapter.deleteSession(token);
			return null;
		}
		return {
			username: user.username,
			role: operator?.role ?? null,
			token,
			cookies: result.headers.getSetCookie(),
		};
	} catch (error) {
		if (isRefusal(error)) {
			return null;
		}
		throw error;
	}
}

/** Records the sign-in, and only then hands the cookie over: without a record there is no sign-in. */
async function admitOperator(desk: Desk, opened: Opened, sourceAddress: string | null): Promise<Response> {
	const { username, role } = opened;
	const actor: Actor = { kind: 'operator', name: username, role, sourceAddress };
	try {
		await desk.audit.append(toDraft(desk.clock, 'operator.sign-in', actor, { username }));
	} catch (error) {
		desk.onProblem(`sign-in of ${username} refused, the audit log cannot be written: ${String(error)}`);
		// Its token was never handed out, so this is tidiness and no safeguard.
		await desk.engine.context.internalAdapter.deleteSession(opened.token);
		return refuse('audit-unavailable', 'Nobody can sign in while sign-ins cannot be recorded.');
	}
	await desk.operators.noteSignIn(username).catch((error: unknown) => {
		desk.onProblem(`when ${username} signed in last could not be kept: ${String(error)}`);
	});
	return answer({ username, role }, opened.cookies);
}

async function signOut(desk: Desk, request: Request, sourceAddress: string | null): Promise<Response> {
	const headers = engineHeaders(request.headers, sourceAddress);
	const session = await desk.engine.auth.api.getSession({ headers, query: { disableRefresh: true } });
	const result = await desk.engine.auth.api.signOut({ headers, returnHeaders: true });
	if (session !== null) {
		const name = session.user.username ?? '';
		const role = toOperatorRole(session.user.role);
		const actor: Actor = { kind: 'operator', name, role, sourceAddress };
		// The session has ended, recorded or not: staying signed in would be the worse of the two.
		try {
			await desk.audit.append(toDraft(desk.clock, 'operator.sign-out', actor, { username: actor.name }));
		} catch (error) {
			desk.onProblem(`a sign-out of ${actor.name} could not be recorded: ${String(error)}`);
		}
	}
	return answer({ signedOut: true }, result.headers.getSetCookie());
}

/** A refusal that cannot be recorded is still a refusal. */
async function recordRefused(desk: Desk, username: string, sourceAddress: string | null, reason: ProblemCode) {
	// What does not look like a username may be a password in the wrong field: it stays out of the log.
	const name = USERNAME_PATTERN.test(username) ? username : '(not a username)';
	const actor: Actor = { kind: 'operator', name, role: null, sourceAddress };
	try {
		await desk.audit.append(
			toDraft(desk.clock, 'operator.sign-in-refused', actor, { username: name }, 'refused', reason),
		);
	} catch (error) {
		desk.onProblem(`a refused sign-in could not be recorded: ${String(error)}`);
	}
}

async function readCredentials(request: Request): Promise<{ username: string; password: string } | Response> {
	const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
	if (type !== 'application/json') {
		return refuse('body-not-json', 'Send {"username", "password"} with the header Content-Type: application/json.');
	}
	const body = await readBounded(request);
	if (body === null) {
		return refuse('body-too-large', `At most ${BODY_BYTES_MAX} bytes are read.`);
	}
	let value: unknown;
	try {
		value = JSON.parse(body);
	} catch (error) {
		return refuse(
			'body-not-json',
			`The body cannot be read as JSON (${error instanceof Error ? error.name : 'error'}).`,
		);
	}
	const result = credentialsSchema.safeParse(value);
	if (!result.success) {
		const issue = result.error.issues[0];
		const problem = toProblem('field-invalid', issue?.message ?? 'not valid', issue?.path.join('.').slice(0, 100));
		return Response.json(problem, { status: problem.status, headers: PROBLEM_HEADERS });
	}
	return result.data;
}

/** The body as text; null when it is longer than BODY_BYTES_MAX, of which no more is read. */
async function readBounded(request: Request): Promise<string | null> {
	const reader = request.body?.getReader();
	const parts: Uint8Array[] = [];
	let bytes = 0;
	for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
		bytes += part.value.byteLength;
		if (bytes > BODY_BYTES_MAX) {
			await reader?.cancel();
			return null;
		}
		parts.push(part.value);
	}
	return Buffer.concat(parts).toString('utf8');
}

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
const PROBLEM_HEADERS = { ...HEADERS, 'content-type': 'application/problem+json' };

function refuse(code: ProblemCode, detail: string, more: Record<string, string> = {}): Response {
	const problem = toProblem(code, detail);
	return Response.json(problem, { status: problem.status, headers: { ...PROBLEM_HEADERS, ...more } });
}

function answer(body: unknown, cookies: readonly string[]): Response {
	const headers = new Headers(HEADERS);
	for (const cookie of cookies) {
		headers.append('set-cookie', cookie);
	}
	return Response.json(body, { headers });
}
