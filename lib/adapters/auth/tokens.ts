import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { TokenView } from '@/lib/core/accounts';
import type { Actor } from '@/lib/core/audit-entry';
import { type AuditPort, type Clock, ROLES, type Role } from '@/lib/core/ports';
import { AccountError, TOKEN_NAME_PATTERN } from './names';
import { toDraft } from './operators';
import type { AuthTables } from './tables';

/** 'rc_' and 256 random bits in base64url. */
const TOKEN_PATTERN = /^rc_[A-Za-z0-9_-]{43}$/;
/** `lastUsedAtMs` is written at most this often, so that a busy script does not write with each of its reads. */
const LAST_USED_MS = 60_000;

/**
 * API tokens. Only a SHA-256 of each is stored: with 256 random bits a token cannot be guessed from it, and looking
 * the hash up tells an attacker's clock nothing about the token. Changes are recorded before they are made.
 */
export type Tokens = {
	/** The name and role of a token that is neither revoked nor expired; null otherwise. */
	verify(token: string): Promise<{ name: string; role: Role } | null>;
	/** Returns the token: the only time that it can be seen. Throws an AccountError on a name taken or not allowed. */
	create(
		wish: { name: string; role: Role; expiresAtMs: number | null },
		by: Actor,
		reason?: string | null,
	): Promise<string>;
	/** Newest first. */
	list(): Promise<TokenView[]>;
	/** Throws an AccountError when no token in use has this name. */
	revoke(name: string, by: Actor, reason?: string | null): Promise<void>;
};

export function openTokens(db: Kysely<AuthTables>, audit: AuditPort, clock: Clock): Tokens {
	const wallMs = () => Math.round(clock.wallMs());

	async function inUse(name: string): Promise<boolean> {
		const row = await db
			.selectFrom('auth_token')
			.select('id')
			.where('name', '=', name)
			.where('revoked_at_ms', 'is', null)
			.executeTakeFirst();
		return row !== undefined;
	}

	return {
		async verify(token) {
			if (!TOKEN_PATTERN.test(token)) {
				return null;
			}
			const nowMs = wallMs();
			const row = await db.selectFrom('auth_token').selectAll().where('hash', '=', hashOf(token)).executeTakeFirst();
			const role = toRole(row?.role);
			const expired = row?.expires_at_ms != null && row.expires_at_ms <= nowMs;
			if (row === undefined || role === null || row.revoked_at_ms !== null || expired) {
				return null;
			}
			if (row.last_used_at_ms === null || nowMs - row.last_used_at_ms >= LAST_USED_MS) {
				await db.updateTable('auth_token').set({ last_used_at_ms: nowMs }).where('id', '=', row.id).execute();
			}
			return { name: row.name, role };
		},
		async create(wish, by, reason = null) {
			if (!TOKEN_NAME_PATTERN.test(wish.name)) {
				throw new AccountError(
					`'${wish.name.slice(0, 64)}' is no token name: 1 to 64 of letters, digits, '.', '_' and '-'.`,
				);
			}
			if (await inUse(wish.name)) {
				throw new AccountError(
					`There is a token '${wish.name}' already; revoke it first or take another name.`,
					'name-taken',
				);
			}
			const { name, role, expiresAtMs } = wish;
			const token = `rc_${randomBytes(32).toString('base64url')}`;
			await audit.append(toDraft(clock, 'token.create', by, { name, role, expiresAtMs }, 'ok', reason));
			await db
				.insertInto('auth_token')
				.values({
					id: randomUUID(),
					name,
					role,
					hash: hashOf(token),
					created_at_ms: wallMs(),
					expires_at_ms: expiresAtMs,
					last_used_at_ms: null,
					revoked_at_ms: null,
				})
				.execute();
			return token;
		},
		async list() {
			const rows = await db
				.selectFrom('auth_token')
				.selectAll()
				.orderBy('created_at_ms', 'desc')
				.limit(10_000)
				.execute();
			return rows.flatMap((row) => {
				const role = toRole(row.role);
				return role === null ? [] : [toView(row, role)];
			});
		},
		async revoke(name, by, reason = null) {
			if (!(await inUse(name))) {
				throw new AccountError(`No token in use is named '${name.slice(0, 64)}'.`, 'token-unknown');
			}
			await audit.append(toDraft(clock, 'token.revoke', by, { name }, 'ok', reason));
			await db
				.updateTable('auth_token')
				.set({ revoked_at_ms: wallMs() })
				.where('name', '=', name)
				.where('revoked_at_ms', 'is', null)
				.execute();
		},
	};
}

function hashOf(token: string): string {
	return createHash('sha256').update(token).digest('hex');
}

function toRole(text: string | undefined): Role | null {
	return ROLES.find((role) => role === text) ?? null;
}

function toView(row: AuthTables['auth_token'], role: Role): TokenView {
	return {
		name: row.name,
		role,
		createdAtMs: row.created_at_ms,
		expiresAtMs: row.expires_at_ms,
		lastUsedAtMs: row.last_used_at_ms,
		revokedAtMs: row.revoked_at_ms,
	};
}
