import type { OverrideApproval, OverrideWithdrawnView } from '@/lib/core/override-view';
import type { OutcomesView } from '@/lib/core/purge-view';
import { clusterUrl } from '../live/fetch-json';
import { type Sent, sendJson } from '../live/send-json';

/** As long as a purge may take: it is one. */
const APPROVE_TIMEOUT_MS = 60_000;
const WITHDRAW_TIMEOUT_MS = 20_000;

function urlOf(cluster: string, id: string): string {
	return clusterUrl(cluster, `/overrides/${encodeURIComponent(id)}`);
}

export function sendApproval(cluster: string, id: string, approval: OverrideApproval): Promise<Sent<OutcomesView>> {
	return sendJson<OutcomesView>(urlOf(cluster, id), approval, {
		method: 'POST',
		timeoutMs: APPROVE_TIMEOUT_MS,
		isAnswer: (answer) => Array.isArray(answer.outcomes),
	});
}

export function sendWithdrawal(cluster: string, id: string): Promise<Sent<OverrideWithdrawnView>> {
	return sendJson<OverrideWithdrawnView>(
		urlOf(cluster, id),
		{},
		{
			method: 'DELETE',
			timeoutMs: WITHDRAW_TIMEOUT_MS,
			isAnswer: (answer) => typeof answer.withdrawn === 'string',
		},
	);
}
