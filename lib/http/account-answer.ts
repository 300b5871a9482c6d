import type { AccountResult } from '@/lib/core/accounts';
import type { Actor } from '@/lib/core/audit-entry';
import type { Identity } from '@/lib/core/ports';
import type { WebhookResult } from '@/lib/core/webhook-view';
import { ProblemError } from './problem';

/** What came of a change of accounts or webhooks; throws the ProblemError of one that was not made. */
export function accountOrThrow<T>(result: AccountResult<T> | WebhookResult<T>): T {
	if (result.kind === 'done') {
		return result.value;
	}
	const { code, detail, field } = result;
	const retryAfterMs = 'retryAfterMs' in result ? result.retryAfterMs : undefined;
	throw new ProblemError(code, detail, {
		...(field === undefined ? {} : { field }),
		...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) }),
	});
}

/** Who changes accounts or webhooks signed in: a token that leaked must not leave a successor, or somebody who listens. */
export function demandPerson(identity: Identity): Actor {
	if (!identity.viaCookie) {
		throw new ProblemError(
			'forbidden',
			'An API token changes no accounts, tokens or webhooks: sign in, or use the command line (npm run user, npm run token).',
		);
	}
	return identity.actor;
}
