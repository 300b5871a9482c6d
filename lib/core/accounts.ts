import type { Actor } from './audit-entry';
import type { Role } from './ports';

/** What is asked and answered about people's accounts and API tokens; lib/adapters/auth keeps them. */

/** Roles that a person can have; `reporter` and `member` are for machines. */
export const OPERATOR_ROLES = ['viewer', 'operator', 'admin'] as const satisfies readonly Role[];
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** Characters of a password; 8 is what NIST SP 800-63B asks for at least. */
export const PASSWORD_LENGTH = { min: 8, max: 128 } as const;
/** Days for which a token may be made; without a number it lasts until it is revoked. */
export const TOKEN_DAYS_MAX = 3_650;

export type UserView = {
	readonly username: string;
	/** Null: the database holds a role that this release does not know; such an account cannot sign in. */
	readonly role: OperatorRole | null;
	/** A disabled account keeps its name and its past, and cannot sign in. */
	readonly disabled: boolean;
	readonly createdAtMs: number;
	/** Null: never since this is recorded. */
	readonly lastSignInAtMs: number | null;
};
export type UsersView = { readonly users: readonly UserView[] };

export type UserWish = { readonly username: string; readonly role: OperatorRole; readonly reason: string };
/** One of the two, or both. */
export type UserChange = {
	readonly role?: OperatorRole | undefined;
	readonly disabled?: boolean | undefined;
	readonly reason: string;
};
/** The only time that a generated password can be seen. */
export type PasswordView = { readonly username: string; readonly password: string };
export type OwnPasswordWish = { readonly current: string; readonly password: string };

export type TokenView = {
	readonly name: string;
	readonly role: Role;
	readonly createdAtMs: number;
	readonly expiresAtMs: number | null;
	readonly lastUsedAtMs: number | null;
	readonly revokedAtMs: number | null;
};
export type TokensView = { readonly tokens: readonly TokenView[] };
export type TokenWish = {
	readonly name: string;
	readonly role: Role;
	/** Null: until it is revoked. */
	readonly expiresInDays: number | null;
	readonly reason: string;
};
/** The only time that a token can be seen. */
export type NewTokenView = { readonly name: string; readonly token: string };

/** Why a change of accounts was not made; each is a code of the HTTP API as well. */
export type AccountRefusalCode =
	| 'field-invalid'
	| 'name-taken'
	| 'user-unknown'
	| 'token-unknown'
	| 'last-administrator'
	| 'own-account'
	| 'password-wrong'
	| 'too-many-requests'
	| 'audit-unavailable';

export type AccountRefusal = {
	readonly kind: 'refused';
	readonly code: AccountRefusalCode;
	readonly detail: string;
	/** Name of the field that is wrong. */
	readonly field?: string | undefined;
	readonly retryAfterMs?: number | undefined;
};
export type AccountResult<T> = { readonly kind: 'done'; readonly value: T } | AccountRefusal;

/**
 * The verbs behind the page Settings. Each change is recorded before it is made, and refused with `audit-unavailable` where
 * that fails; changes of people run one after the other, so that two administrators cannot remove each other at once.
 */
export type AccountsPort = {
	/** By name. */
	users(): Promise<UsersView>;
	createUser(wish: UserWish, by: Actor): Promise<AccountResult<PasswordView>>;
	changeUser(username: string, change: UserChange, by: Actor): Promise<AccountResult<UserView>>;
	/** Gives a new generated password and ends the sessions. */
	resetPassword(username: string, reason: string, by: Actor): Promise<AccountResult<PasswordView>>;
	removeUser(username: string, reason: string, by: Actor): Promise<AccountResult<string>>;
	/** Ends all own sessions, the asking one too. Wrong guesses count as wrong sign-ins do. */
	changeOwnPassword(wish: OwnPasswordWish, by: Actor): Promise<AccountResult<string>>;
	endOwnSessions(by: Actor): Promise<AccountResult<string>>;
	/** Newest first, revoked ones too. */
	tokens(): Promise<TokensView>;
	createToken(wish: TokenWish, by: Actor): Promise<AccountResult<NewTokenView>>;
	revokeToken(name: string, reason: string, by: Actor): Promise<AccountResult<string>>;
};

type Rights = Pick<UserView, 'username' | 'role' | 'disabled'>;

const mayAdminister = ({ role, disabled }: Rights) => role === 'admin' && !disabled;

/**
 * What forbids to turn `user` into `after` (null: removed), given everybody; null when nothing does. Nobody changes the own
 * account this way, and one administrator who can sign in always remains.
 */
export function refuseUserChange(
	users: readonly Rights[],
	user: Rights,
	after: Rights | null,
	by: Pick<Actor, 'kind' | 'name'>,
): AccountRefusal | null {
	if (by.kind === 'operator' && by.name === user.username) {
		const detail = 'Nobody changes the own role, disables or removes the own account: ask another administrator.';
		return { kind: 'refused', code: 'own-account', detail };
	}
	const loses = mayAdminister(user) && (after === null || !mayAdminister(after));
	if (loses && !users.some((other) => other.username !== user.username && mayAdminister(other))) {
		const detail = `'${user.username}' is the last administrator who can sign in: make another one first.`;
		return { kind: 'refused', code: 'last-administrator', detail };
	}
	return null;
}
