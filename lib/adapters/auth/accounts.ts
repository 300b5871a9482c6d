import { randomBytes } from 'node:crypto';
import {
	type AccountRefusal,
	type AccountResult,
	type AccountsPort,
	type PasswordView,
	refuseUserChange,
	type UserView,
} from '@/lib/core/accounts';
import type { Clock } from '@/lib/core/ports';
import type { RollcallDatabase } from '../database/database';
import { AccountError } from './names';
import type { Operator, Operators } from './operators';
import type { SignInLimits } from './sign-in-limits';
import type { Tokens } from './tokens';

const DAY_MS = 24 * 3_600_000;

type Desk = {
	readonly operators: Operators;
	readonly tokens: Tokens;
	readonly clock: Clock;
	/** Changes of people and tokens by all consoles of the database, one after the other. */
	readonly database: Pick<RollcallDatabase, 'inTurn'>;
	/** Shared with the sign-in: a guess at a password is one, wherever it is made. */
	readonly limits: SignInLimits;
};

/** The verbs behind the page Settings, over people and tokens. What is refused is a result; anything else rejects. */
export function openAccountsPort(desk: Desk): AccountsPort {
	const { operators, tokens } = desk;
	const inTurn = createTurns(desk.database);
	return {
		users: async () => ({ users: await operators.list() }),
		createUser: (wish, by) =>
			inTurn(async () => {
				const username = wish.username.toLowerCase();
				const password = generatePassword();
				await operators.create({ username, password, role: wish.role }, by, wish.reason);
				return done<PasswordView>({ username, password });
			}),
		changeUser: (name, change, by) =>
			inTurn(async () => {
				const user = await known(operators, name);
				const after = { ...user, role: change.role ?? user.role, disabled: change.disabled ?? user.disabled };
				const refusal = refuseUserChange(await operators.list(), user, after, by);
				if (refusal !== null) {
					return refusal;
				}
				// What takes rights away comes first: a change that breaks off half-way leaves less, not more.
				if (after.disabled && !user.disabled) {
					await operators.setDisabled(user.username, true, by, change.reason);
				}
				if (after.role !== null && after.role !== user.role) {
					await operators.setRole(user.username, after.role, by, change.reason);
				}
				if (!after.disabled && user.disabled) {
					await operators.setDisabled(user.username, false, by, change.reason);
				}
				return done<UserView>(after);
			}),
		resetPassword: (name, reason, by) =>
			inTurn(async () => {
				const { username } = await known(operators, name);
				if (by.kind === 'operator' && by.name === username) {
					return refused('own-account', 'The own password is changed with the present one, under your own account.');
				}
				const password = generatePassword();
				await operators.setPassword(username, password, by, reason);
				return done<PasswordView>({ username, password });
			}),
		removeUser: (name, reason, by) =>
			inTurn(async () => {
				const user = await known(operators, name);
				const refusal = refuseUserChange(await operators.list(), user, null, by);
				if (refusal !== null) {
					return refusal;
				}
				await operators.remove(user.username, by, reason);
				return done(user.username);
			}),
		changeOwnPassword: (wish, by) => inTurn(() => changeOwnPassword(desk, wish, by)),
		endOwnSessions: (by) =>
			inTurn(async () => {
				await operators.endSessions(by.name, by);
				return done(by.name);
			}),
		tokens: async () => ({ tokens: await tokens.list() }),
		createToken: (wish, by) =>
			inTurn(async () => {
				const { name, role, expiresInDays, reason } = wish;
				const expiresAtMs = expiresInDays === null ? null : Math.round(desk.clock.wallMs()) + expiresInDays * DAY_MS;
				return done({ name, token: await tokens.create({ name, role, expiresAtMs }, by, reason) });
			}),
		revokeToken: (name, reason, by) =>
			inTurn(async () => {
				await tokens.revoke(name, by, reason);
				return done(name);
			}),
	};
}

async function changeOwnPassword(
	{ operators, limits }: Desk,
	...[wish, by]: Parameters<AccountsPort['changeOwnPassword']>
): Promise<AccountResult<string>> {
	const admission = limits.admit(by.sourceAddress, by.name);
	if (!admission.admitted) {
		const detail = `Too many attempts: wait ${Math.ceil(admission.waitMs / 1_000)} s.`;
		return { kind: 'refused', code: 'too-many-requests', detail, retryAfterMs: admission.waitMs };
	}
	let right = false;
	try {
		right = await operators.hasPassword(by.name, wish.current);
	} finally {
		limits.release(by.sourceAddress, by.name, right);
	}
	if (!right) {
		return { ...refused('password-wrong', 'The present password is another one.'), field: 'current' };
	}
	await operators.setPassword(by.name, wish.password, by);
	return done(by.name);
}

/** One after the other, whatever comes of each; an AccountError becomes a refusal. */
function createTurns(database: Desk['database']) {
	let last: Promise<unknown> = Promise.resolve();
	return <T>(work: () => Promise<AccountResult<T>>): Promise<AccountResult<T>> => {
		const turn = last
			.then(() => database.inTurn(work))
			.catch((error: unknown) => {
				if (error instanceof AccountError) {
					return refused(error.code, error.message);
				}
				throw error;
			});
		last = turn.catch(() => undefined);
		return turn;
	};
}

async function known(operators: Operators, username: string): Promise<Operator> {
	const found = await operators.find(username);
	if (found === null) {
		throw new AccountError(`There is no operator '${username.slice(0, 64)}'.`, 'user-unknown');
	}
	return found;
}

/** 120 random bits in 20 characters of base64url. */
function generatePassword(): string {
	return randomBytes(15).toString('base64url');
}

function done<T>(value: T): { kind: 'done'; value: T } {
	return { kind: 'done', value };
}

function refused(code: AccountRefusal['code'], detail: string): AccountRefusal {
	return { kind: 'refused', code, detail };
}
