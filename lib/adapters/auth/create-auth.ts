import { type Kysely, sql } from 'kysely';
import type { AuditPort, AuthPort, Clock, Identity } from '@/lib/core/ports';
import { openAccountsPort } from './accounts';
import { type Engine, engineHeaders, openEngine } from './engine';
import { ensureAdmin } from './first-admin';
import { AccountError, toOperatorRole } from './names';
import { type Operators, openOperators } from './operators';
import { resolveSecret } from './secret';
import { createSignInDesk } from './sign-in';
import { createSignInLimits } from './sign-in-limits';
import { type AuthDatabase, openAuthTables } from './tables';
import { openTokens, type Tokens } from './tokens';

export type AuthOptions = {
	readonly database: AuthDatabase;
	readonly audit: AuditPort;
	readonly clock: Clock;
	/** ROLLCALL_ADMIN_PASSWORD; see ensureAdmin. */
	readonly adminPassword: string | null;
	/** ROLLCALL_AUTH_SECRET; null: one is made and kept in the database. */
	readonly secret: string | null;
	/** ROLLCALL_BASE_URL; when https, cookies are Secure. */
	readonly baseUrl: string | null;
	/** For what the person who starts the console must read. */
	readonly announce: (line: string) => void;
	/** For what went wrong without anybody's being there to be told; a line for the log. */
	readonly onProblem: (line: string) => void;
};

/**
 * Opens accounts, sessions and API tokens over the database, and makes the first administrator.
 * Throws (RangeError, AccountError) on a secret or password that is not allowed, and when the audit log cannot be
 * written.
 */
export async function createAuth(options: AuthOptions): Promise<AuthPort> {
	const { engine, operators, tokens } = await openAccounts(options);
	const { adminPassword, announce, audit, clock, onProblem } = options;
	await ensureAdmin({ operators, adminPassword, announce });
	const limits = createSignInLimits(() => clock.nowMs());
	return {
		accounts: openAccountsPort({ operators, tokens, clock, limits, database: options.database }),
		handle: createSignInDesk({ engine, operators, audit, clock, limits, onProblem }),
		identify: (headers, sourceAddress) =>
			identify({ engine, tokens, library: options.database.library }, headers, sourceAddress),
	};
}

/** The accounts without their first administrator, as the commands need them. */
export async function openAccounts(
	options: Omit<AuthOptions, 'adminPassword' | 'announce'>,
): Promise<{ engine: Engine; operators: Operators; tokens: Tokens }> {
	const { baseUrl, onProblem, audit, clock, database } = options;
	// Several consoles may start at once on a database that has none of the tables yet.
	const { db, engine } = await database.whileAlone(async () => {
		const db = await openAuthTables(database);
		const secret = await resolveSecret(db, options.secret);
		return { db, engine: await openEngine({ db, dialect: database.dialect, secret, baseUrl, onProblem }) };
	});
	const recording = { ...audit, append: demandRecord(audit) };
	return { engine, operators: openOperators(engine, recording, clock), tokens: openTokens(db, recording, clock) };
}

/** A change of accounts whose record cannot be written is refused, and says so. */
function demandRecord(audit: AuditPort): AuditPort['append'] {
	return async (draft) => {
		try {
			return await audit.append(draft);
		} catch (error) {
			throw new AccountError(
				`The audit log cannot be written, so nothing was changed: ${String(error)}`,
				'audit-unavailable',
			);
		}
	};
}

/** A bearer token counts alone: a request that bears a wrong one is a stranger's, whatever cookie it brings. */
async function identify(
	accounts: { engine: Engine; tokens: Tokens; library: Kysely<unknown> },
	headers: Headers,
	sourceAddress: string | null,
): Promise<Identity | null> {
	const authorization = headers.get('authorization');
	if (authorization !== null) {
		const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
		const known = token === undefined ? null : await accounts.tokens.verify(token);
		return known === null
			? null
			: {
					actor: { kind: 'token', name: known.name, role: known.role, sourceAddress },
					role: known.role,
					viaCookie: false,
				};
	}
	if (!headers.has('cookie')) {
		return null;
	}
	const session = await accounts.engine.auth.api
		.getSession({ headers: engineHeaders(headers, sourceAddress), query: { disableRefresh: true } })
		.catch(async (error: unknown) => {
			// The library says of whatever failed that it failed; a database that is away says so itself.
			await sql`select 1`.execute(accounts.library);
			throw error;
		});
	const role = session?.user.disabled === true ? null : toOperatorRole(session?.user.role);
	const name = session?.user.username;
	return role === null || name == null
		? null
		: { actor: { kind: 'operator', name, role, sourceAddress }, role, viaCookie: true };
}
