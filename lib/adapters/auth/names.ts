import type { Role } from '@/lib/core/ports';

/** Usernames, lower case. */
export const USERNAME_PATTERN = /^[a-z0-9][a-z0-9._-]{0,31}$/;
export const TOKEN_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Characters of a password; 8 is what NIST SP 800-63B asks for at least. */
export const PASSWORD_LENGTH = { min: 8, max: 128 } as const;

/** Roles that a person can have; `reporter` and `member` are for machines. */
export const OPERATOR_ROLES = ['viewer', 'operator', 'admin'] as const satisfies readonly Role[];
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

export function toOperatorRole(text: unknown): OperatorRole | null {
	return OPERATOR_ROLES.find((role) => role === text) ?? null;
}

/** Refused input of a command or a setting; the message says what was found and what is allowed. */
export class AccountError extends Error {
	override readonly name = 'AccountError';
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
