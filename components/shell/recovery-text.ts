import type { ClusterView } from '@/lib/core/view';
import type { Catalogue } from '../messages/catalogue';

/** Automatic recovery of a cluster in a few words: stopped by the kill switch, on, on but held back, or off. */
export function recoveryText(
	t: Catalogue,
	cluster: Pick<ClusterView, 'automaticRecovery'> & Partial<Pick<ClusterView, 'impairments' | 'killSwitch'>>,
): string {
	if (cluster.killSwitch === true) {
		return t.shell.recoveryStopped;
	}
	if (!cluster.automaticRecovery) {
		return t.shell.recoveryOff;
	}
	const held = cluster.impairments?.some(({ code }) => code === 'recovery-held-back') ?? false;
	return held ? t.shell.recoveryHeldBack : t.shell.recoveryOn;
}
