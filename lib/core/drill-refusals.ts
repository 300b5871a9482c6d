import type { DrillPurge } from './drill';
import type { Verdict } from './reason';
import { maintenanceOf, type Settings } from './settings';

/** Why nobody is killed: one closed union, spelled alike in code, API, audit and page. */
export const DRILL_REFUSALS = [
	'reason-missing',
	'confirm-mismatch',
	'not-registered',
	'incarnation-changed',
	'not-opted-in',
	'opt-in-foreign',
	'not-ready',
	'group-not-well',
	'group-too-small',
	'maintenance',
	'kill-switch',
	'settings-unknown',
	'latch-not-held',
	'drill-running',
	'nobody-purges',
	'nobody-eligible',
	'changed-meanwhile',
	'zookeeper',
] as const;
export type DrillRefusal = (typeof DRILL_REFUSALS)[number];

/** `foreign`: somebody wrote one for this path, but not the session that registered it. */
export type OptInStanding = 'valid' | 'foreign' | 'none';

export type DrillQuestion = {
	readonly member: {
		readonly path: string;
		readonly group: string;
		readonly verdict: Verdict;
		/** Should it die now, that could be proven. */
		readonly provable: boolean;
	};
	readonly optIn: OptInStanding;
	/** Verdicts of everybody in its group, itself included. */
	readonly group: readonly Verdict[];
	/** Null: they could not be read. */
	readonly settings: Settings | null;
	/** Automatic recovery would purge this member. */
	readonly recovers: boolean;
	/** As stated in the order; null: nothing was. */
	readonly purge: DrillPurge | null;
	readonly isRunning: boolean;
	readonly wallMs: number;
};

/** A group keeps one living member while another is drilled. */
const LIVING_MIN = 2;

/** Everything that speaks against killing this member now; none: it may be. Pure; unknown is never a yes. */
export function refusalsOf(question: DrillQuestion): DrillRefusal[] {
	const { member, settings, group } = question;
	const found: DrillRefusal[] = [];
	if (question.optIn !== 'valid') {
		found.push(question.optIn === 'none' ? 'not-opted-in' : 'opt-in-foreign');
	}
	if (!member.provable || member.verdict !== 'alive') {
		found.push('not-ready');
	}
	const living = group.filter((verdict) => verdict === 'alive').length;
	if (living < group.length - (member.verdict === 'alive' ? 0 : 1)) {
		found.push('group-not-well');
	}
	if (living < LIVING_MIN) {
		found.push('group-too-small');
	}
	if (settings === null) {
		found.push('settings-unknown');
	} else {
		if (settings.killSwitch !== null) {
			found.push('kill-switch');
		}
		if (maintenanceOf(settings, member, question.wallMs) !== null) {
			found.push('maintenance');
		}
	}
	if (question.isRunning) {
		found.push('drill-running');
	}
	if (!question.recovers && question.purge !== 'by-hand') {
		found.push('nobody-purges');
	}
	return found;
}
