import { setMaxListeners } from 'node:events';
import type { Thresholds } from '@/lib/core/config';
import type { Evidence, OwnHealth, ProbeAnswer, RoundEvidence } from '@/lib/core/evidence';
import {
	type Address,
	type Endpoint,
	endpointKey,
	type HealthTarget,
	type Incarnation,
	type Unreadable,
} from '@/lib/core/member';
import { hasFailures, type MemberState } from '@/lib/core/member-state';
import { RULES } from '@/lib/core/policy';
import type { Clock, ProbePort, TripwireEvent } from '@/lib/core/ports';
import { createEndpointList } from './endpoint-list';
import { createHealthChecks } from './health-checks';
import { createInvestigation } from './investigation';
import { probeEndpoint, probeWithin } from './probe-endpoint';
import { keepTripwires } from './tripwire-keeping';

/** In a hurry nobody waits longer for an endpoint that never answered (a filtered port): it counts in no proof. */
const NEVER_ANSWERED_TIMEOUT_MS = 200;
const REST_BACK_OFF_MS_MAX = 30_000;
/** An observer that is unwell itself waits for others that much longer, and asks that much less (Lifeguard). */
const STRETCH = 2;

export type MemberWatchDeps = {
	readonly observer: string;
	readonly clock: Clock;
	readonly probes: ProbePort;
	readonly thresholds: Thresholds;
	loopPauseMsMax(fromMs: number, toMs: number): number;
	zooKeeperSessionFine(): boolean;
	/** This observer stumbled lately. */
	isImpaired(): boolean;
	/** Pause between looks at one of whom as many are looked at now: hundreds at full pace would only stall the observer. */
	crowdPauseMs?(proven: boolean): number;
	/**
	 * Asks for a sweep that starts after now, and resolves when its evidence has been folded in, or when there will be
	 * none any more. Never rejects, and gives nothing back: who waits for long must not keep sweeps alive.
	 */
	sweepAfterNow(): Promise<void>;
	/** Another known-good address accepted just now. */
	referenceAccepts(exceptPath: string): Promise<boolean>;
	/** Present state of this member; null once it left. */
	state(): MemberState | null;
	declareEndpoint(endpoint: Endpoint, addressName: string): void;
	/** Whether all that it listens on by its own account is watched (endpoint-list.ts). */
	onWatched(all: boolean): void;
	onEvidence(evidence: Evidence): void;
	/** A fault of this program; the watch goes on. */
	onFault(error: unknown): void;
};

/** What the registration says is to be looked at. */
export type WatchTargets = {
	readonly addresses: readonly Address[];
	readonly health: HealthTarget | null;
	readonly unreadable: Unreadable | null;
};

export type MemberWatch = {
	/** Look now: rounds and sweeps follow each other until the matter is decided. */
	suspect(): void;
	/** One round at once, with the reference check. Resolves when its evidence has been folded in. */
	freshRound(): Promise<void>;
	setTargets(targets: WatchTargets): void;
	close(): void;
};

/** Watches one incarnation: a tripwire to each of its endpoints, gentle rounds at rest, eager ones on suspicion. */
export function watchMember(incarnation: Incarnation, targets: WatchTargets, deps: MemberWatchDeps): MemberWatch {
	const { clock, probes, thresholds } = deps;
	const stop = new AbortController();
	// Each tripwire listens to it: several per member are no leak.
	setMaxListeners(0, stop.signal);
	const tripwires = keepTripwires({ clock, signal: stop.signal, state: deps.state, onEvent: onTripwire });
	const health = createHealthChecks({ ...deps, incarnation, signal: stop.signal });
	health.setTarget(targets.health);
	const endpoints = createEndpointList(targets.addresses, deps);
	const investigation = createInvestigation({
		...deps,
		signal: stop.signal,
		async round() {
			const evidence = await round(true);
			return evidence && { timedOut: hasTimedOut(evidence) };
		},
		onSwept: tripwires.learn,
		crowdPauseMs: (proven) => (deps.crowdPauseMs?.(proven) ?? 0) * (0.5 + spread(incarnation) / 2),
	});
	/** Ends the pause that is under way, if one is; made anew once it has been used. */
	let woken = new AbortController();
	let pausing = false;
	const wake = () => {
		if (pausing) {
			woken.abort();
		}
	};

	/** Endpoints on which the incarnation answered before; all of them when it never did. */
	function isCounted(endpoint: Endpoint): boolean {
		const entries = deps.state()?.endpoints ?? {};
		return entries[endpointKey(endpoint)]?.everAccepted === true || !Object.values(entries).some((e) => e.everAccepted);
	}

	function onTripwire(endpoint: Endpoint, event: TripwireEvent, idle: boolean): void {
		if (stop.signal.aborted) {
			return;
		}
		deps.onEvidence({
			kind: 'tripwire',
			observer: deps.observer,
			incarnation,
			endpoint,
			state: event.state,
			openedAtMs: event.openedAtMs,
			idle,
			observedAtMs: event.atMs,
		});
		if (event.state === 'open') {
			return;
		}
		if (idle) {
			investigation.lookOnce();
			return;
		}
		if (event.atMs - event.openedAtMs >= RULES.tripwireHeldMsMin) {
			// News, whatever an older suspicion came to: looked into as eagerly as the first one was.
			investigation.forget();
		}
		investigation.news();
		investigation.suspect();
	}

	const stretch = (): number => (deps.isImpaired() ? STRETCH : 1);

	function probe(endpoint: Endpoint, inHurry: boolean): Promise<ProbeAnswer> {
		const parts = { clock, probes, tripwires };
		return inHurry && !isCounted(endpoint)
			? probeWithin(parts, endpoint, {
					timeoutMs: NEVER_ANSWERED_TIMEOUT_MS * stretch(),
					hurried: investigation.isUnderWay(),
				})
			: probeEndpoint(parts, endpoint, {
					timeoutMs: thresholds.probeTimeoutMs * stretch(),
					hurried: investigation.isUnderWay(),
				});
	}

	/** Beside the rounds and never in their way: a stopped process answers neither soon. */
	function checkHealth(pauseMs = thresholds.probeIntervalMs): Promise<void> {
		return health.check({ timeoutMs: thresholds.probeTimeoutMs * stretch(), pauseMs });
	}

	function hasTimedOut(evidence: RoundEvidence | null): boolean {
		return evidence?.answers.some((answer) => answer.result === 'timed-out' && isCounted(answer.endpoint)) ?? false;
	}

	async function round(withReference: boolean): Promise<RoundEvidence | null> {
		void checkHealth().catch(deps.onFault);
		const startedAtMs = clock.nowMs();
		const [answers, referenceAccepted] = await Promise.all([
			Promise.all(endpoints.all().map((endpoint) => probe(endpoint, withReference))),
			withReference ? deps.referenceAccepts(incarnation.path) : false,
		]);
		// A round without an address still tells how well this observer was.
		if (stop.signal.aborted || (answers.length === 0 && !withReference)) {
			return null;
		}
		const observedAtMs = clock.nowMs();
		const ownHealth: OwnHealth = {
			loopPauseMsMax: deps.loopPauseMsMax(startedAtMs, observedAtMs),
			zooKeeperSessionFine: deps.zooKeeperSessionFine(),
			referenceAccepted,
		};
		const evidence: RoundEvidence = {
			kind: 'round',
			observer: deps.observer,
			incarnation,
			startedAtMs,
			observedAtMs,
			answers,
			ownHealth,
		};
		deps.onEvidence(evidence);
		return evidence;
	}

	/** One round at the pace of rest, unless somebody looks more closely anyway; gives the next pause in ms. */
	async function restOnce(pauseMs: number): Promise<number> {
		if (endpoints.isDue()) {
			await endpoints.resolve();
		}
		if (investigation.isUnderWay()) {
			return pauseMs;
		}
		const evidence = await round(false);
		const state = deps.state();
		if (state) {
			tripwires.learn(state);
		}
		if (state && hasFailures(state) && state.verdict !== 'alive') {
			investigation.suspect();
		} else if (state?.verdict === 'alive') {
			investigation.forget();
		}
		const longestMs = Math.max(REST_BACK_OFF_MS_MAX, thresholds.probeIntervalMs);
		return hasTimedOut(evidence) ? Math.min(pauseMs * 2, longestMs) : thresholds.probeIntervalMs * stretch();
	}

	/** Until the next round is due, or the registration's addresses changed, or the watch ends. */
	async function pause(pauseMs: number): Promise<void> {
		if (woken.signal.aborted) {
			woken = new AbortController();
		}
		if (!stop.signal.aborted && endpoints.everResolved()) {
			pausing = true;
			// Spread over the interval, so that members do not knock in step.
			await clock.sleep(pauseMs * (0.9 + 0.2 * spread(incarnation)), woken.signal);
			pausing = false;
		}
	}

	/** Never rejects: a fault here must end neither the process nor this watch. */
	async function rest(): Promise<void> {
		let pauseMs = thresholds.probeIntervalMs;
		while (!stop.signal.aborted) {
			try {
				pauseMs = await restOnce(pauseMs);
			} catch (error) {
				deps.onFault(error);
			}
			await pause(pauseMs);
		}
	}
	void rest();

	return {
		suspect: investigation.suspect,
		freshRound: async () => {
			await round(true);
			// A living process' answer is a veto: whoever is about to purge waits for it, however the last one ended.
			await checkHealth(0);
		},
		setTargets(next) {
			endpoints.name(next.addresses, next.unreadable !== null && next.unreadable.code !== 'health-invalid');
			health.setTarget(next.health);
			// At once: what it listens on now must be asked before the old addresses refuse.
			wake();
		},
		close() {
			stop.abort();
			investigation.close();
			wake();
		},
	};
}

/** 0..1, the same for the whole life of an incarnation. */
function spread(incarnation: Incarnation): number {
	return Number(incarnation.czxid % 97n) / 97;
}
