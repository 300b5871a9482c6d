/** What a member that starts and the console exchange on takeovers (JSON; docs/api.md). */
import type { GuardView } from './purge-view';
import type { ReasonCode, Verdict } from './reason';

/** POST …/takeovers, request: by the predecessor's path, or by the address that both have. */
export type TakeoverRequest =
	| {
			path: string;
			/** The one incarnation that is meant; any that is registered there, when not given. */
			czxid?: string | undefined;
			/** The requester holds the port that is registered there: it listens on it already, or has just bound it. */
			holdsAddress: true;
	  }
	| {
			host: string;
			port: number;
			/** Registrations under this id alone. */
			id?: string | undefined;
			/** The requester's own session: what it has registered itself is no predecessor. */
			sessionId?: string | undefined;
	  };

/** `unknown`: what is missing may come, or may not; to register has to wait for the predecessor's expiry. */
export const TAKEOVER_RESULTS = ['purged', 'alive', 'refused', 'not-registered', 'unknown'] as const;
export type TakeoverResult = (typeof TAKEOVER_RESULTS)[number];

export type TakeoverView = {
	result: TakeoverResult;
	/** One sentence for people. */
	detail: string;
	/** Where the request came from, as this side saw it; null: not known. */
	requesterIp: string | null;
	/** Each registration in the requester's place. */
	evidence: {
		path: string;
		id: string;
		czxid: string;
		result: TakeoverResult;
		verdict: Verdict;
		/** For `alive` what proves it, for `refused` and `unknown` what is missing, for `purged` the proof. */
		reasons: ReasonCode[];
		session: { state: 'connected' | 'gone' | 'unknown'; remoteIp: string | null; goneForMs: number };
		guards: GuardView[];
	}[];
};
