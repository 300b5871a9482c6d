import { accountOrThrow, demandPerson } from '@/lib/http/account-answer';
import { ACCOUNT_BYTES_MAX, ownPasswordSchema } from '@/lib/http/account-schemas';
import { answering } from '@/lib/http/answer';
import { parseBody } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const POST = answering({ roles: READERS, write: true }, async ({ request, rollcall, identity }) => {
	const by = demandPerson(identity);
	const wish = await parseBody(request, ownPasswordSchema, ACCOUNT_BYTES_MAX);
	return json({ username: accountOrThrow(await rollcall.auth.accounts.changeOwnPassword(wish, by)) });
});
