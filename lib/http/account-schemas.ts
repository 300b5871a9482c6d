import { z } from 'zod';
import {
	type NewTokenView,
	OPERATOR_ROLES,
	type OwnPasswordWish,
	PASSWORD_LENGTH,
	type PasswordView,
	TOKEN_DAYS_MAX,
	type TokensView,
	type TokenWish,
	type UserChange,
	type UsersView,
	type UserView,
	type UserWish,
} from '@/lib/core/accounts';
import type { ConfigView } from '@/lib/core/config-view';
import { ROLES } from '@/lib/core/ports';
import { code, ms, nullableMs, reason, text } from './schema-atoms';

/** Schemas of what is asked and answered about people, tokens and the config; the types are lib/core's. */

/** Bytes of a body: a reason of 2,000 characters and a few short fields. */
export const ACCOUNT_BYTES_MAX = 16 * 1_024;

const operatorRole = z.enum(OPERATOR_ROLES);
const username = z
	.string()
	.toLowerCase()
	.regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, "expected 1 to 32 of a-z, 0-9, '.', '_' and '-', a letter or digit first");
const tokenName = z
	.string()
	.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "expected 1 to 64 letters, digits, '.', '_' and '-', no sign first");

export const userWishSchema = z
	.strictObject({ username, role: operatorRole, reason })
	.meta({ id: 'UserWish' }) satisfies z.ZodType<UserWish>;

export const userChangeSchema = z
	.strictObject({ role: operatorRole.optional(), disabled: z.boolean().optional(), reason })
	.refine(({ role, disabled }) => role !== undefined || disabled !== undefined, {
		path: ['role'],
		message: 'expected role, disabled or both',
	})
	.meta({ id: 'UserChange' }) satisfies z.ZodType<UserChange>;

/** For what takes nothing but a reason. */
export const reasonSchema = z.strictObject({ reason }).meta({ id: 'Reason' });

export const ownPasswordSchema = z
	.strictObject({
		current: z.string().min(1).max(PASSWORD_LENGTH.max),
		password: z.string().min(PASSWORD_LENGTH.min).max(PASSWORD_LENGTH.max),
	})
	.meta({ id: 'OwnPassword' }) satisfies z.ZodType<OwnPasswordWish>;

export const tokenWishSchema = z
	.strictObject({
		name: tokenName,
		role: z.enum(ROLES),
		expiresInDays: z
			.int()
			.min(1)
			.max(TOKEN_DAYS_MAX)
			.nullable()
			.default(null)
			.meta({ description: 'Days from now; null: until it is revoked.' }),
		reason,
	})
	.meta({ id: 'TokenWish' }) satisfies z.ZodType<TokenWish>;

export const userViewSchema = z
	.object({
		username: text,
		role: operatorRole.nullable(),
		disabled: z.boolean(),
		createdAtMs: ms,
		lastSignInAtMs: nullableMs,
	})
	.meta({ id: 'User' }) satisfies z.ZodType<UserView>;
export const usersViewSchema = z
	.object({ users: z.array(userViewSchema) })
	.meta({ id: 'Users' }) satisfies z.ZodType<UsersView>;
export const passwordViewSchema = z
	.object({ username: text, password: text.meta({ description: 'Not shown again.' }) })
	.meta({ id: 'NewPassword' }) satisfies z.ZodType<PasswordView>;
export const usernameViewSchema = z.object({ username: text });

export const tokensViewSchema = z
	.object({
		tokens: z.array(
			z.object({
				name: text,
				role: z.enum(ROLES),
				createdAtMs: ms,
				expiresAtMs: nullableMs,
				lastUsedAtMs: nullableMs,
				revokedAtMs: nullableMs,
			}),
		),
	})
	.meta({ id: 'Tokens' }) satisfies z.ZodType<TokensView>;
export const newTokenViewSchema = z
	.object({ name: text, token: text.meta({ description: 'Not shown again.' }) })
	.meta({ id: 'NewToken' }) satisfies z.ZodType<NewTokenView>;
export const tokenNameViewSchema = z.object({ name: text });

export const configViewSchema = z
	.object({
		rootPath: text,
		database: z.enum(['sqlite', 'postgres']),
		clusters: z.array(
			z.object({
				id: text,
				name: text,
				connect: z.array(text),
				chroot: text,
				sessionTimeoutMs: ms,
				auth: text.nullable(),
				tls: z.boolean(),
				servers: z.array(z.object({ client: text, admin: text.nullable() })),
				registrations: z.array(
					z.object({
						path: text,
						format: code<ConfigView['clusters'][number]['registrations'][number]['format']>(),
						group: text.nullable(),
						automaticRecovery: z.boolean(),
					}),
				),
				failureDomain: text,
			}),
		),
		file: z.object({
			state: z.enum(['in-use', 'changed', 'wrong']),
			problems: z.array(z.object({ field: text, found: text, allowed: text })),
			more: z.number(),
		}),
	})
	.meta({ id: 'Config' }) satisfies z.ZodType<ConfigView>;
