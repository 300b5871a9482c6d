import { accountOrThrow, demandPerson } from '@/lib/http/account-answer';
import { ACCOUNT_BYTES_MAX, reasonSchema } from '@/lib/http/account-schemas';
import { answering } from '@/lib/http/answer';
import { parseBody } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { ADMINS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const POST = answering<{ id: string }>({ roles: ADMINS, write: true }, async (asked) => {
	const by = demandPerson(asked.identity);
	const { reason } = await parseBody(asked.request, reasonSchema, ACCOUNT_BYTES_MAX);
	return json(accountOrThrow(await asked.rollcall.webhooks.rollSecret(asked.params.id, reason, by)));
});
