/** What the HTTP API and the console's pages exchange on purges and exit reports (JSON; docs/api.md). */
import type { GuardCode, GuardName, GuardResult } from './guard';
import type { OutcomeReason, OwnedZnode, PurgeOutcomeKind } from './purge-plan';
import type { ReasonCode, Verdict } from './reason';

export type GuardView = {
	guard: GuardName;
	result: GuardResult;
	code: GuardCode;
	detail: string;
	facts: Record<string, string | number>;
};

/** POST …/purges, request. */
export type PurgeRequest = {
	members: { path: string; czxid: string }[];
	reason?: string;
	dryRun?: boolean;
	confirm?: string;
	/** Admin only: replaces the proof of an `unreachable` member, never a veto. */
	override?: boolean;
	/** Admin only: the stated number of members that may exceed the blast radius. */
	approval?: { members: number };
};

/** POST …/exit-reports, request: the process or its host is gone. */
export type ExitReportRequest = { path: string; czxid: string; reporter: string; detail?: string };

/** `stale`: another incarnation is registered there by now; nothing rests on the report. */
export type ExitReportView = {
	path: string;
	czxid: string;
	result: 'accepted' | 'stale' | 'not-registered';
	/** As it is decided with the report; null when nobody is registered there. */
	verdict: Verdict | null;
	auditId: string | null;
};

export type PlanView = {
	plan: {
		members: {
			path: string;
			id: string;
			czxid: string;
			ephemeralOwner: string;
			verdict: Verdict;
			reasons: ReasonCode[];
			owned: OwnedZnode[];
			expiresInMs: number | null;
			guards: GuardView[];
		}[];
	};
};

export type OutcomesView = {
	outcomes: {
		path: string;
		id: string;
		czxid: string;
		outcome: PurgeOutcomeKind;
		reason: OutcomeReason;
		detail: string;
		guards: GuardView[];
		zxid: string | null;
		auditId: string | null;
		left: string[];
		/** The pending override that a second administrator must approve, where that is what it waits for. */
		overrideId?: string;
	}[];
};
