import { accountOrThrow, demandPerson } from '@/lib/http/account-answer';
import { ACCOUNT_BYTES_MAX, reasonSchema, userChangeSchema } from '@/lib/http/account-schemas';
import { answering } from '@/lib/http/answer';
import { parseBody } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { ADMINS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

type Params = { name: string };

export const PUT = answering<Params>(
	{ roles: ADMINS, write: true },
	async ({ request, params, rollcall, identity }) => {
		const by = demandPerson(identity);
		const change = await parseBody(request, userChangeSchema, ACCOUNT_BYTES_MAX);
		return json(accountOrThrow(await rollcall.auth.accounts.changeUser(params.name, change, by)));
	},
);

export const DELETE = answering<Params>({ roles: ADMINS, write: true }, async (asked) => {
	const by = demandPerson(asked.identity);
	const { reason } = await parseBody(asked.request, reasonSchema, ACCOUNT_BYTES_MAX);
	const removed = await asked.rollcall.auth.accounts.removeUser(asked.params.name, reason, by);
	return json({ username: accountOrThrow(removed) });
});
