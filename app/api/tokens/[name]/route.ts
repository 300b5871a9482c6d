import { accountOrThrow, demandPerson } from '@/lib/http/account-answer';
import { ACCOUNT_BYTES_MAX, reasonSchema } from '@/lib/http/account-schemas';
import { answering } from '@/lib/http/answer';
import { parseBody } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { ADMINS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const DELETE = answering<{ name: string }>({ roles: ADMINS, write: true }, async (asked) => {
	const by = demandPerson(asked.identity);
	const { reason } = await parseBody(asked.request, reasonSchema, ACCOUNT_BYTES_MAX);
	const revoked = await asked.rollcall.auth.accounts.revokeToken(asked.params.name, reason, by);
	return json({ name: accountOrThrow(revoked) });
});
