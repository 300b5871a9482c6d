import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { getMigrations } from 'better-auth/db/migration';
import { username } from 'better-auth/plugins/username';
import type { Kysely } from 'kysely';
import type { DatabaseDialect } from '../database/database';
import { PASSWORD_LENGTH, USERNAME_PATTERN } from './names';
import type { AuthTables } from './tables';

/** Header in which the engine is told the asker's address; only ever set by this folder. */
const ASKER_HEADER = 'x-rollcall-asker';
/** A session ends this long after its sign-in, used or not. */
const SESSION_SECONDS = 7 * 24 * 3_600;

/**
 * better-auth with usernames and passwords alone: no sign-up, no e-mail (one is synthesised where it insists), no
 * limits or origin checks of its own (sign-in.ts and lib/http do those by the socket's address and the Host header).
 */
export async function openEngine(options: {
	/** Shared with the tokens' queries: on SQLite one Kysely keeps them out of the engine's transactions on its connection. */
	db: Kysely<AuthTables>;
	dialect: DatabaseDialect;
	secret: string;
	/** The console's own https address decides that cookies are Secure; null or http: they are not. */
	baseUrl: string | null;
	onProblem: (line: string) => void;
}) {
	const config = {
		appName: 'Rollcall',
		basePath: '/api/auth',
		baseURL: options.baseUrl ?? 'http://localhost',
		secret: options.secret,
		database: { db: options.db, type: options.dialect, transaction: true },
		user: {
			modelName: 'auth_user',
			additionalFields: {
				role: { type: 'string', required: true, defaultValue: 'viewer', input: false },
				disabled: { type: 'boolean', required: false, input: false },
				lastSignInAt: { type: 'date', required: false, input: false },
			},
		},
		session: { modelName: 'auth_session', expiresIn: SESSION_SECONDS, disableSessionRefresh: true },
		account: { modelName: 'auth_account' },
		verification: { modelName: 'auth_verification' },
		emailAndPassword: {
			enabled: true,
			disableSignUp: true,
			minPasswordLength: PASSWORD_LENGTH.min,
			maxPasswordLength: PASSWORD_LENGTH.max,
		},
		rateLimit: { enabled: false },
		telemetry: { enabled: false },
		advanced: {
			cookiePrefix: 'rollcall',
			useSecureCookies: options.baseUrl?.startsWith('https://') ?? false,
			disableCSRFCheck: true,
			disableOriginCheck: true,
			ipAddress: { ipAddressHeaders: [ASKER_HEADER] },
			defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
		},
		logger: {
			// Its warnings are refused sign-ins, which the audit log has.
			level: 'error',
			log: (_level: string, message: string) => options.onProblem(`sign-in: ${message.slice(0, 500)}`),
		},
		plugins: [
			username({
				displayUsername: false,
				minUsernameLength: 1,
				maxUsernameLength: 32,
				usernameValidator: (name) => USERNAME_PATTERN.test(name.toLowerCase()),
			}),
		],
	} as const satisfies Parameters<typeof betterAuth>[0];
	const auth = betterAuth(config);
	await (await getMigrations(config)).runMigrations();
	return { auth, context: await auth.$context };
}

export type Engine = Awaited<ReturnType<typeof openEngine>>;

/** What the engine may see of a request: the cookie, the browser's name and the socket's address. */
export function engineHeaders(headers: Headers, sourceAddress: string | null): Headers {
	const seen = new Headers();
	for (const name of ['cookie', 'user-agent']) {
		const value = headers.get(name);
		if (value !== null) {
			seen.set(name, value.slice(0, 8_192));
		}
	}
	if (sourceAddress !== null) {
		seen.set(ASKER_HEADER, sourceAddress);
	}
	return seen;
}

/** The engine says no by an APIError of status 4xx; anything else is a failure. */
export function isRefusal(error: unknown): boolean {
	return error instanceof APIError && error.statusCode >= 400 && error.statusCode < 500;
}
