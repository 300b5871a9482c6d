import type { RegistrationConfig } from '@/lib/core/config';
import { type Claim, type ConflictIndex, conflictsOf, indexClaims, toClaim, toRival } from '@/lib/core/conflict';
import { step, type Transition } from '@/lib/core/detector';
import type { Evidence } from '@/lib/core/evidence';
import { type Endpoint, endpointKey, type Incarnation, type Registration, sameIncarnation } from '@/lib/core/member';
import { initialMemberState, type MemberState, noteSeenTogether } from '@/lib/core/member-state';
import { withEndpoint } from '@/lib/core/observe';
import type { Policy } from '@/lib/core/policy';
import type { Clock, Sweep } from '@/lib/core/ports';
import type { DecisionContext } from '@/lib/core/proof';
import type { ReasonCode } from '@/lib/core/reason';

const LATENCY_KEPT = 720;
const TRANSITIONS_KEPT = 100;
const LEFT_KEPT_MS = 600_000;
const LEFT_KEPT_MAX = 2_000;

export type LatencyPoint = {
	readonly atMs: number;
	readonly rttMs: number | null;
	readonly result: 'accepted' | 'refused' | 'timed-out' | 'failed';
};

export type RollEntry = {
	registration: Registration;
	readonly config: RegistrationConfig;
	state: MemberState;
	readonly transitions: Transition[];
	/** Recent rounds of the main endpoint, oldest first. */
	readonly latency: LatencyPoint[];
	lastAnsweredAtMs: number | null;
};

export type LeftEntry = { readonly entry: RollEntry; readonly leftAtMs: number; readonly how: ReasonCode };

export type RollEvents = {
	onChanged(path: string): void;
	onTransition(entry: RollEntry, transition: Transition): void;
	onLeft(left: LeftEntry): void;
};

export type Roll = ReturnType<typeof createRoll>;

/** The roll of one cluster: every registered incarnation with what is known of it. Evidence in, transitions out. */
export function createRoll(deps: { policy: Policy; clock: Clock; events: RollEvents }) {
	const { clock, events } = deps;
	const entries = new Map<string, RollEntry>();
	const left: LeftEntry[] = [];
	const purged = new Set<string>();
	let conflicts: ConflictIndex | null = null;

	function claimOf(entry: RollEntry): Claim {
		const endpoints: Endpoint[] = Object.values(entry.state.endpoints).map((known) => known.endpoint);
		return toClaim(entry.registration.incarnation.path, entry.registration.id, endpoints);
	}

	function index(): ConflictIndex {
		conflicts ??= indexClaims([...entries.values()].map(claimOf));
		return conflicts;
	}

	function conflictPaths(entry: RollEntry): string[] {
		return conflictsOf(claimOf(entry), index());
	}

	function contextOf(entry: RollEntry): DecisionContext {
		const { settleMs, addressIsOwn } = entry.config;
		const policy: Policy = {
			...deps.policy,
			addressIsOwn,
			settleMs: settleMs ?? deps.policy.settleMs,
		};
		const claim = claimOf(entry);
		const rivals = conflictsOf(claim, index()).flatMap((path) => {
			const other = entries.get(path);
			return other ? [toRival(claim, { claim: claimOf(other), state: other.state })] : [];
		});
		return { policy, rivals };
	}

	function advance(entry: RollEntry, evidence: Evidence | null): void {
		const { state, transitions } = step(entry.state, evidence, contextOf(entry), clock.nowMs());
		entry.state = state;
		for (const transition of transitions) {
			entry.transitions.push(transition);
			entry.transitions.splice(0, Math.max(0, entry.transitions.length - TRANSITIONS_KEPT));
			events.onTransition(entry, transition);
		}
		events.onChanged(entry.registration.incarnation.path);
	}

	function entryOf(incarnation: Incarnation): RollEntry | null {
		const entry = entries.get(incarnation.path);
		return entry && sameIncarnation(entry.registration.incarnation, incarnation) ? entry : null;
	}

	function remember(entry: RollEntry, evidence: Evidence): void {
		if (evidence.kind !== 'round') {
			return;
		}
		if (evidence.answers.some((answer) => answer.result === 'accepted')) {
			entry.lastAnsweredAtMs = evidence.observedAtMs;
		}
		const main = evidence.answers[0];
		if (main) {
			entry.latency.push({ atMs: evidence.observedAtMs, rttMs: main.rttMs, result: main.result });
			entry.latency.splice(0, Math.max(0, entry.latency.length - LATENCY_KEPT));
		}
	}

	/** Removed by a purge, lapsed with its session, or gone by the member's own doing. */
	function howItLeft(entry: RollEntry): ReasonCode {
		if (purged.delete(keyOf(entry.registration.incarnation))) {
			return 'left-purged';
		}
		return entry.state.session.state === 'gone' ? 'left-expired' : 'left-by-itself';
	}

	return {
		entries: entries as ReadonlyMap<string, RollEntry>,
		entryOf,
		contextOf,
		conflictPaths,
		/** Those that left within the last ten minutes, newest first. */
		left(): readonly LeftEntry[] {
			const sinceMs = clock.nowMs() - LEFT_KEPT_MS;
			while (left.length > LEFT_KEPT_MAX || (left.at(-1)?.leftAtMs ?? sinceMs) < sinceMs) {
				left.pop();
			}
			return left;
		},
		join(registration: Registration, config: RegistrationConfig): RollEntry {
			const entry: RollEntry = {
				registration,
				config,
				state: initialMemberState(registration, clock.nowMs()),
				transitions: [],
				latency: [],
				lastAnsweredAtMs: null,
			};
			entries.set(registration.incarnation.path, entry);
			conflicts = null;
			advance(entry, null);
			return entry;
		},
		update(registration: Registration): void {
			const entry = entryOf(registration.incarnation);
			if (entry) {
				conflicts = registration.id === entry.registration.id ? conflicts : null;
				entry.registration = registration;
				events.onChanged(registration.incarnation.path);
			}
		},
		leave(registration: Registration): void {
			const entry = entryOf(registration.incarnation);
			if (entry) {
				entries.delete(registration.incarnation.path);
				conflicts = null;
				const gone: LeftEntry = { entry, leftAtMs: clock.nowMs(), how: howItLeft(entry) };
				left.unshift(gone);
				events.onLeft(gone);
			}
		},
		/** Called before the registration vanishes, so that its leaving is told apart from an expiry. */
		markPurged(incarnation: Incarnation): void {
			purged.add(keyOf(incarnation));
		},
		/** The purge did not happen after all. */
		unmarkPurged(incarnation: Incarnation): void {
			purged.delete(keyOf(incarnation));
		},
		declareEndpoint(incarnation: Incarnation, endpoint: Endpoint, addressName: string): void {
			const entry = entryOf(incarnation);
			if (entry && !entry.state.endpoints[endpointKey(endpoint)]) {
				entry.state = withEndpoint(entry.state, endpoint, addressName);
				conflicts = null;
			}
		},
		observe(evidence: Evidence): void {
			const entry = entryOf(evidence.incarnation);
			if (entry) {
				remember(entry, evidence);
				advance(entry, evidence);
			}
		},
		/** Marks conflicting pairs whose sessions one sweep lists together: their address is shared. */
		noteShared(sweep: Sweep): void {
			const connected = (entry: RollEntry) =>
				(sweep.sessions.get(entry.state.incarnation.ephemeralOwner)?.connections.length ?? 0) > 0;
			for (const paths of [...index().byEndpoint.values(), ...index().byId.values()]) {
				if (paths.size < 2) {
					continue;
				}
				const group = [...paths].flatMap((path) => entries.get(path) ?? []).filter(connected);
				for (const a of group) {
					for (const b of group) {
						if (a !== b) {
							a.state = noteSeenTogether(a.state, b.state.incarnation);
						}
					}
				}
			}
		},
	};
}

function keyOf(incarnation: Incarnation): string {
	return `${incarnation.path} ${incarnation.czxid}`;
}
