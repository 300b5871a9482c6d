import type { AccountResult } from '@/lib/core/accounts';
import type { Actor } from '@/lib/core/audit-entry';
import type { Identity } from '@/lib/core/ports';
import { ProblemError } from './problem';

/** What came of a change of accounts; throws the ProblemError of one that was not made. */
export function accountOrThrow<T>(result: AccountResult<T>): T {
	if (result.kind === 'done') {
		return result.value;
	}
	const { code, detail, field, retryAfterMs } = result;
	throw new ProblemError(code, detail, {
		...(field === undefined ? {} : { field }),
		...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) }),
	});
}

/** Who changes accounts signed in: a token that leaked must not be able to make itself a successor. */
export function demandPerson(identity: Identity): Actor {
	if (!identity.viaCookie) {
		throw new ProblemError(
			'forbidden',
			'An API token changes no accounts and no tokens: sign in, or use the command line (npm run user, npm run token).',
		);
	}
	return identity.actor;
}
