import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameProblem } from '@/components/settings/account-names';
import { tokenWishSchema, userWishSchema } from '@/lib/http/account-schemas';

describe('names of users and tokens', () => {
	it('are refused in the dialog exactly when the API refuses them', () => {
		const name = fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9._-]{0,70}$/));
		fc.assert(
			fc.property(name, (text) => {
				const user = userWishSchema.safeParse({ username: text, role: 'viewer', reason: 'r' });
				expect(nameProblem('user', text)).toBe(!user.success);
				const token = tokenWishSchema.safeParse({ name: text, role: 'viewer', reason: 'r' });
				expect(nameProblem('token', text)).toBe(!token.success);
			}),
		);
	});
});
