import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { AuthTables } from './tables';

/** A secret that people chose must be at least this long; a generated one has 43 characters of 256 random bits. */
export const SECRET_LENGTH_MIN = 32;

/**
 * What session cookies are signed with: the given secret, or the one that this database made at its first start.
 * Throws on a given one that is too short.
 */
export async function resolveSecret(db: Kysely<AuthTables>, given: string | null): Promise<string> {
	if (given !== null) {
		if (given.length < SECRET_LENGTH_MIN) {
			throw new RangeError(
				`ROLLCALL_AUTH_SECRET has ${given.length} characters; it needs at least ${SECRET_LENGTH_MIN} random ones (or leave it unset: one is made and kept in the database).`,
			);
		}
		return given;
	}
	await db
		.insertInto('auth_secret')
		.values({ id: 1, secret: randomBytes(32).toString('base64url') })
		.onConflict((conflict) => conflict.column('id').doNothing())
		.execute();
	const { secret } = await db.selectFrom('auth_secret').select('secret').executeTakeFirstOrThrow();
	return secret;
}
