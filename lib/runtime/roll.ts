import type { RegistrationConfig } from '@/lib/core/config';
import { type Claim, indexClaims, toClaim, toRival } from '@/lib/core/conflict';
import { step, type Transition } from '@/lib/core/detector';
import type { Evidence } from '@/lib/core/evidence';
import { NO_HEALTH } from '@/lib/core/health-state';
import { decideLeaving } from '@/lib/core/leaving';
import {
	type Endpoint,
	endpointKey,
	type HealthTarget,
	type Incarnation,
	type Registration,
	sameIncarnation,
} from '@/lib/core/member';
import { initialMemberState, isSharedByMany, type MemberState, noteSeenTogether } from '@/lib/core/member-state';
import { noteDataWritten, withAllWatched, withEndpoint } from '@/lib/core/observe';
import type { Policy } from '@/lib/core/policy';
import type { Clock, Sweep } from '@/lib/core/ports';
import type { DecisionContext } from '@/lib/core/proof';
import type { ReasonCode } from '@/lib/core/reason';
import { LatencyHistory } from './latency-history';

const LATENCY_KEPT = 720;
const TRANSITIONS_KEPT = 100;
const LEFT_KEPT_MS = 600_000;
const LEFT_KEPT_MAX = 2_000;

export type RollEntry = {
	registration: Registration;
	readonly config: RegistrationConfig;
	state: MemberState;
	readonly transitions: Transition[];
	/** Recent rounds of the main endpoint. */
	readonly latency: LatencyHistory;
	lastAnsweredAtMs: number | null;
};

export type LeftEntry = { readonly entry: RollEntry; readonly leftAtMs: number; readonly how: ReasonCode };

export type RollEvents = {
	/** `news`: something else than another answer of an address or another word of its session. */
	onChanged(path: string, news: boolean): void;
	/** `context`: the very one that was decided in. */
	onTransition(entry: RollEntry, transition: Transition, context: DecisionContext): void;
	onLeft(left: LeftEntry): void;
};

export type Roll = ReturnType<typeof createRoll>;

/** A cluster's policy with what the registration's own config says instead. */
export function policyOfRegistration(base: Policy, { settleMs, addressIsOwn, thresholds }: RegistrationConfig): Policy {
	return { ...base, phiThreshold: thresholds.phi, addressIsOwn, settleMs: settleMs ?? base.settleMs };
}

/** The roll of one cluster: every registered incarnation with what is known of it. Evidence in, transitions out. */
export function createRoll(deps: {
	/** The cluster's as it is now. */
	policy: () => Policy;
	clock: Clock;
	events: RollEvents;
	/** Who else watches, and how well this observer is, just now. */
	surroundings(entry: RollEntry): Pick<DecisionContext, 'failureDomain' | 'observers' | 'impaired'>;
}) {
	const { clock, events } = deps;
	const entries = new Map<string, RollEntry>();
	const left: LeftEntry[] = [];
	const purged = new Set<string>();
	const index = indexClaims([]);
	/** One a registration of the config: contexts are made for each atom of evidence. */
	const policies = new Map<RegistrationConfig, Policy>();
	let policiesOf: Policy | null = null;

	function claimOf(entry: RollEntry): Claim {
		const endpoints: Endpoint[] = Object.values(entry.state.endpoints).map((known) => known.endpoint);
		return toClaim(entry.registration.incarnation.path, entry.registration.id, endpoints);
	}

	/** Others with the same id or address. Several registrations of one session are one process, in conflict with nobody. */
	function conflictsOf(entry: RollEntry): RollEntry[] {
		const { path, ephemeralOwner } = entry.registration.incarnation;
		if (entries.get(path) !== entry) {
			return [];
		}
		return index.conflictsOf(path).flatMap((other) => {
			const found = entries.get(other);
			const own = ephemeralOwner !== 0n && found?.registration.incarnation.ephemeralOwner === ephemeralOwner;
			return found && !own ? [found] : [];
		});
	}

	function conflictPaths(entry: RollEntry): string[] {
		return conflictsOf(entry).map((other) => other.registration.incarnation.path);
	}

	/** The policy as the entry's own registration config has it. */
	function policyOf({ config }: RollEntry): Policy {
		const base = deps.policy();
		if (base !== policiesOf) {
			policiesOf = base;
			policies.clear();
		}
		const policy = policies.get(config) ?? policyOfRegistration(base, config);
		policies.set(config, policy);
		return policy;
	}

	function contextOf(entry: RollEntry): DecisionContext {
		const others = conflictsOf(entry);
		const claim = others.length > 0 ? index.claimOf(entry.registration.incarnation.path) : null;
		const rivals = others.flatMap((other) => {
			const theirs = index.claimOf(other.registration.incarnation.path);
			return claim && theirs ? [toRival(claim, { claim: theirs, state: other.state })] : [];
		});
		return { policy: policyOf(entry), rivals, ...deps.surroundings(entry) };
	}

	function advance(entry: RollEntry, evidence: Evidence | null): void {
		const context = contextOf(entry);
		const before = entry.state;
		const { state, transitions } = step(before, evidence, context, clock.nowMs());
		entry.state = state;
		for (const transition of transitions) {
			entry.transitions.push(transition);
			entry.transitions.splice(0, Math.max(0, entry.transitions.length - TRANSITIONS_KEPT));
			events.onTransition(entry, transition, context);
		}
		events.onChanged(entry.registration.incarnation.path, evidence === null || isNews(before, state));
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
		// The main one is the first that ever answered: of a name's several IPs some may never do.
		const { answers } = evidence;
		const main =
			answers.find(({ endpoint }) => entry.state.endpoints[endpointKey(endpoint)]?.everAccepted) ?? answers[0];
		if (main) {
			entry.latency.push({ atMs: evidence.observedAtMs, rttMs: main.rttMs, result: main.result });
		}
	}

	/** Removed by a purge, lapsed with its session, or gone by the member's own doing. */
	function howItLeft(entry: RollEntry, leftAtMs: number): ReasonCode {
		if (purged.delete(keyOf(entry.registration.incarnation))) {
			return 'left-purged';
		}
		return decideLeaving(entry.state, leftAtMs);
	}

	return {
		entries: entries as ReadonlyMap<string, RollEntry>,
		entryOf,
		/** This incarnation, registered or left within the last ten minutes. */
		find(path: string, czxid: bigint): RollEntry | null {
			const isIt = ({ registration: { incarnation } }: RollEntry) =>
				incarnation.path === path && incarnation.czxid === czxid;
			const entry = entries.get(path);
			return entry && isIt(entry) ? entry : (left.find((gone) => isIt(gone.entry))?.entry ?? null);
		},
		contextOf,
		policyOf,
		surroundingsOf: deps.surroundings,
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
				latency: new LatencyHistory(LATENCY_KEPT),
				lastAnsweredAtMs: null,
			};
			entries.set(registration.incarnation.path, entry);
			index.put(claimOf(entry));
			advance(entry, null);
			return entry;
		},
		update(registration: Registration): void {
			const entry = entryOf(registration.incarnation);
			if (entry) {
				const before = entry.registration;
				entry.registration = registration;
				entry.state = noteDataWritten(entry.state);
				if (!sameHealth(before.health, registration.health)) {
					entry.state = { ...entry.state, health: NO_HEALTH };
				}
				index.put(claimOf(entry));
				advance(entry, null);
			}
		},
		leave(registration: Registration): void {
			const entry = entryOf(registration.incarnation);
			if (entry) {
				entries.delete(registration.incarnation.path);
				index.remove(registration.incarnation.path);
				const leftAtMs = clock.nowMs();
				const gone: LeftEntry = { entry, leftAtMs, how: howItLeft(entry, leftAtMs) };
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
				index.put(claimOf(entry));
			}
		},
		noteWatched(incarnation: Incarnation, all: boolean): void {
			const entry = entryOf(incarnation);
			if (entry) {
				entry.state = withAllWatched(entry.state, all);
				advance(entry, null);
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
			for (const paths of index.contested()) {
				const group = [...paths].flatMap((path) => entries.get(path) ?? []).filter(connected);
				for (const entry of group) {
					noteAll(entry, group);
				}
			}
		},
	};
}

/** Stops as soon as the address counts as shared with everybody, so that thousands behind one do not multiply. */
function noteAll(entry: RollEntry, group: readonly RollEntry[]): void {
	const { path, ephemeralOwner } = entry.state.incarnation;
	for (const other of group) {
		if (isSharedByMany(entry.state)) {
			return;
		}
		const { incarnation } = other.state;
		if (incarnation.path !== path && incarnation.ephemeralOwner !== ephemeralOwner) {
			entry.state = noteSeenTogether(entry.state, incarnation);
		}
	}
}

/** What a row shows beside latencies and ages, as far as evidence changes it. */
function isNews(before: MemberState, after: MemberState): boolean {
	return (
		before.verdict !== after.verdict ||
		before.session.state !== after.session.state ||
		before.session.server !== after.session.server ||
		before.reasons.length !== after.reasons.length ||
		before.reasons.some((reason, index) => reason !== after.reasons[index])
	);
}

/** Answers of another check say nothing of this one. */
function sameHealth(a: HealthTarget | null, b: HealthTarget | null): boolean {
	return a?.host === b?.host && a?.port === b?.port && a?.path === b?.path && a?.status === b?.status;
}

function keyOf(incarnation: Incarnation): string {
	return `${incarnation.path} ${incarnation.czxid}`;
}
