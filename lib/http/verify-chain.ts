import { headsHold, toChainHeadsView } from '@/lib/core/chain-heads-view';
import type { AuditPort } from '@/lib/core/ports';
import type { AuditVerifyView } from '@/lib/core/view';
import type { Rollcall } from '@/lib/runtime/rollcall';

type Verified = Pick<Rollcall, 'audit' | 'clusters'>;

/** Walking the chain reads the whole log: whoever asks while one walk is under way gets its answer. */
const walks = new WeakMap<AuditPort, Promise<AuditVerifyView>>();

export function verifyChain(rollcall: Verified): Promise<AuditVerifyView> {
	const underWay = walks.get(rollcall.audit);
	if (underWay !== undefined) {
		return underWay;
	}
	const walk = verify(rollcall).finally(() => walks.delete(rollcall.audit));
	walks.set(rollcall.audit, walk);
	return walk;
}

/** Both: the walk alone accepts a chain that was computed anew, the heads alone an entry between two of them. */
async function verify({ audit, clusters }: Verified): Promise<AuditVerifyView> {
	const asked = [...clusters.values()].map((cluster) => cluster.checkHeads());
	const [walked, ...answers] = await Promise.all([audit.verify(), ...asked]);
	const heads = toChainHeadsView(answers);
	return { ...walked, ok: walked.ok && headsHold(heads), heads };
}
