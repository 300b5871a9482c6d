import type { RecoveryView } from '@/lib/core/recovery-view';

/** What automatic recovery does just now, the strongest reason first. */
export type RecoveryState = 'settings-unknown' | 'kill-switch' | 'off' | 'all-off' | 'maintenance' | 'held-back' | 'on';

/** @param nowMs the console's clock, which ends a maintenance */
export function toRecoveryState(
	view: Pick<
		RecoveryView,
		'settingsKnown' | 'killSwitch' | 'automaticRecovery' | 'registrations' | 'maintenance' | 'heldBack'
	>,
	nowMs: number,
): RecoveryState {
	if (!view.settingsKnown) {
		return 'settings-unknown';
	}
	if (view.killSwitch !== null) {
		return 'kill-switch';
	}
	if (!view.automaticRecovery) {
		return 'off';
	}
	if (view.registrations.every((registration) => !registration.automaticRecovery)) {
		return 'all-off';
	}
	if (view.maintenance.some(({ target, untilMs }) => target.kind === 'cluster' && untilMs > nowMs)) {
		return 'maintenance';
	}
	return view.heldBack.length > 0 ? 'held-back' : 'on';
}
