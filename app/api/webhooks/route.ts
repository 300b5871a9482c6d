import { accountOrThrow, demandPerson } from '@/lib/http/account-answer';
import { answering } from '@/lib/http/answer';
import { parseBody } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { WEBHOOK_BYTES_MAX, webhookWishSchema } from '@/lib/http/webhook-schemas';
import { ADMINS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering({ roles: ADMINS }, async ({ rollcall }) => json(await rollcall.webhooks.list()));

export const POST = answering({ roles: ADMINS, write: true }, async ({ request, rollcall, identity }) => {
	const by = demandPerson(identity);
	const wish = await parseBody(request, webhookWishSchema, WEBHOOK_BYTES_MAX);
	return json(accountOrThrow(await rollcall.webhooks.create(wish, by)));
});
