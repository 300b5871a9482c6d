import { accountOrThrow, demandPerson } from '@/lib/http/account-answer';
import { answering } from '@/lib/http/answer';
import { json } from '@/lib/http/problem';
import { READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const POST = answering({ roles: READERS, write: true }, async ({ rollcall, identity }) => {
	const by = demandPerson(identity);
	return json({ username: accountOrThrow(await rollcall.auth.accounts.endOwnSessions(by)) });
});
