import { answering, requireCluster } from '@/lib/http/answer';
import { parseBody } from '@/lib/http/parse';
import { json } from '@/lib/http/problem';
import { maintenanceChangeSchema, SETTINGS_BYTES_MAX } from '@/lib/http/recovery-schemas';
import { changedOrThrow } from '@/lib/http/settings-answer';
import { PURGERS } from '@/lib/http/who-is-asking';

export const dynamic = 'force-dynamic';

export const PUT = answering<{ cluster: string }>({ roles: PURGERS, write: true }, async (asked) => {
	const cluster = requireCluster(asked);
	const change = await parseBody(asked.request, maintenanceChangeSchema, SETTINGS_BYTES_MAX);
	changedOrThrow(await cluster.changeSettings({ kind: 'maintenance', change }, asked.identity));
	return json(await cluster.recovery());
});
