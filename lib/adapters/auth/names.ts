import { type AccountRefusalCode, OPERATOR_ROLES, type OperatorRole, PASSWORD_LENGTH } from '@/lib/core/accounts';

export { OPERATOR_ROLES, type OperatorRole, PASSWORD_LENGTH } from '@/lib/core/accounts';

/** Usernames, lower case. */
export const USERNAME_PATTERN = /^[a-z0-9][a-z0-9._-]{0,31}$/;
export const TOKEN_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function toOperatorRole(text: unknown): OperatorRole | null {
	return OPERATOR_ROLES.find((role) => role === text) ?? null;
}

/** Refused input of a command or a setting; the message says what was found and what is allowed. */
export class AccountError extends Error {
	override readonly name = 'AccountError';
	constructor(
		message: string,
		readonly code: AccountRefusalCode = 'field-invalid',
	) {
		super(message);
	}
}

export function parseUsername(text: string): string {
	const lower = text.toLowerCase();
	if (!USERNAME_PATTERN.test(lower)) {
		throw new AccountError(
			`'${text.slice(0, 64)}' is no username: 1 to 32 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit.`,
		);
	}
	return lower;
}

export function parsePassword(text: string, source: string): string {
	if (text.length < PASSWORD_LENGTH.min || text.length > PASSWORD_LENGTH.max) {
		throw new AccountError(
			`${source} has ${text.length} characters; a password has ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max}.`,
		);
	}
	return text;
}
