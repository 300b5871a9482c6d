import type { AuditPort } from '@/lib/core/ports';
import type { AuditVerifyView } from '@/lib/core/view';

/** Walking the chain reads the whole log: whoever asks while one walk is under way gets its answer. */
const walks = new WeakMap<AuditPort, Promise<AuditVerifyView>>();

export function verifyChain(audit: AuditPort): Promise<AuditVerifyView> {
	const underWay = walks.get(audit);
	if (underWay !== undefined) {
		return underWay;
	}
	const walk = audit.verify().finally(() => walks.delete(audit));
	walks.set(audit, walk);
	return walk;
}
