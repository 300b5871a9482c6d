import { accountOrThrow, demandPerson } from '@/lib/http/account-answer';
import { ACCOUNT_BYTES_MAX, reasonSchema } from '@/lib/http/account-schemas';
import { answering } from '@/lib/http/answer';
import { parseBody } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { WEBHOOK_BYTES_MAX, webhookChangeSchema } from '@/lib/http/webhook-schemas';
import { ADMINS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

type Params = { id: string };

export const PUT = answering<Params>(
	{ roles: ADMINS, write: true },
	async ({ request, params, rollcall, identity }) => {
		const by = demandPerson(identity);
		const change = await parseBody(request, webhookChangeSchema, WEBHOOK_BYTES_MAX);
		return json(accountOrThrow(await rollcall.webhooks.change(params.id, change, by)));
	},
);

export const DELETE = answering<Params>(
	{ roles: ADMINS, write: true },
	async ({ request, params, rollcall, identity }) => {
		const by = demandPerson(identity);
		const { reason } = await parseBody(request, reasonSchema, ACCOUNT_BYTES_MAX);
		return json({ id: accountOrThrow(await rollcall.webhooks.remove(params.id, reason, by)) });
	},
);
