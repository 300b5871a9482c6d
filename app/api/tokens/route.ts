import { accountOrThrow, demandPerson } from '@/lib/http/account-answer';
import { ACCOUNT_BYTES_MAX, tokenWishSchema } from '@/lib/http/account-schemas';
import { answering } from '@/lib/http/answer';
import { parseBody } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { ADMINS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering({ roles: ADMINS }, async ({ rollcall }) => json(await rollcall.auth.accounts.tokens()));

export const POST = answering({ roles: ADMINS, write: true }, async ({ request, rollcall, identity }) => {
	const by = demandPerson(identity);
	const wish = await parseBody(request, tokenWishSchema, ACCOUNT_BYTES_MAX);
	return json(accountOrThrow(await rollcall.auth.accounts.createToken(wish, by)));
});
