import { isStopOnly } from '@/lib/core/change-settings';
import { answering, requireCluster } from '@/lib/http/answer';
import { parseBody } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { recoveryChangeSchema, SETTINGS_BYTES_MAX } from '@/lib/http/recovery-schemas';
import { changedOrThrow } from '@/lib/http/settings-answer';
import { demandRole, PURGERS, READERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const GET = answering<{ cluster: string }>({ roles: READERS }, async (asked) =>
	json(await requireCluster(asked).recovery()),
);

/** Whoever may purge may pull the kill switch; everything else is an administrator's. */
export const PUT = answering<{ cluster: string }>({ roles: PURGERS, write: true }, async (asked) => {
	const cluster = requireCluster(asked);
	const change = await parseBody(asked.request, recoveryChangeSchema, SETTINGS_BYTES_MAX);
	if (!isStopOnly(change)) {
		demandRole(asked.identity, ['admin']);
	}
	changedOrThrow(await cluster.changeSettings({ kind: 'recovery', change }, asked.identity));
	return json(await cluster.recovery());
});
