import type { SuspicionEvidence } from '@/lib/core/evidence';
import { endpointKey, sameIncarnation } from '@/lib/core/member';
import type { ObserverSelf, ObserversFactory, ObserversPort, Suspicion } from '@/lib/core/observers';
import type { Policy } from '@/lib/core/policy';
import type { Clock, Sweep, ZooKeeperPort } from '@/lib/core/ports';
import type { KnownObserver } from '@/lib/core/proof';
import type { Doubt, ReachabilityObserver } from '@/lib/core/reachability';
import { trackObserverSessions } from './observer-sessions';
import { createVoice } from './observer-voice';
import type { Roll, RollEntry } from './roll';

/** Well within the 2 s for which what was read counts. */
const REREAD_INTERVAL_MS = 800;
const PRESENCE_PAUSE_MS = 50;

export type ObserversDeps = {
	readonly join: ObserversFactory;
	readonly zk: ZooKeeperPort;
	readonly paths: { readonly observers: string; readonly suspicions: string };
	/** Wished for; see Observers.name. */
	readonly name: string;
	readonly self: ObserverSelf;
	/** The cluster's as it is now. */
	readonly policy: () => Policy;
	readonly clock: Clock;
	/** Asked for when it is needed: the roll and this know each other. */
	readonly roll: () => Roll;
	/** This observer stumbled lately. */
	readonly isImpaired: () => boolean;
	/** Look at this member now. */
	readonly suspect: (path: string) => void;
	/** What is amiss with telling and hearing the others, once; null: nothing any more. */
	readonly onTrouble: (trouble: string | null) => void;
	readonly onFault: (error: unknown) => void;
};

export type Observers = {
	/** Name under which this observer is announced; null while it is not. */
	name(): string | null;
	joined(path: string): void;
	/** What this observer knows of the member changed. */
	changed(path: string): void;
	left(path: string): void;
	swept(sweep: Sweep): void;
	/** Other observers that live and watch this member. */
	observersOf(entry: RollEntry): readonly KnownObserver[];
	/** The others, for the matrix of who reaches whom. */
	reachability(): readonly ReachabilityObserver[];
	close(): Promise<void>;
};

/** What was last told the roll of one observer's suspicion. */
type Told = { readonly raisedAtMs: number; readonly content: string; readonly key: string };

/**
 * Tells the other observers what this one's probes found, and the roll what the others say. Nobody's word changes a verdict
 * by itself: it makes this observer look, and counts where the policy asks for more than one.
 */
export function meetObservers(deps: ObserversDeps): Observers {
	const { clock } = deps;
	const told = new Map<string, Map<string, Told>>();
	/** The policy wants more than this observer's own word. */
	const asksOthers = () => deps.policy().observersMin > 1 || deps.policy().observerDomainsMin > 1;
	const stop = new AbortController();
	let troubleTold: string | null = null;
	let presencesDue = false;

	const port: ObserversPort = deps.join({
		zk: deps.zk,
		paths: deps.paths,
		name: deps.name,
		clock,
		follow: true,
		onPresence: () => void listenToAllSoon(),
		onSuspicion: (path) => listen(path),
	});
	const sessions = trackObserverSessions({ clock, presences: () => port.presences() });
	const voice = createVoice({ port, isImpaired: deps.isImpaired });
	port.announce(deps.self);

	/** Thousands of agents may come or go at once: all of them are one look. Never rejects. */
	async function listenToAllSoon(): Promise<void> {
		if (presencesDue) {
			return;
		}
		presencesDue = true;
		await clock.sleep(PRESENCE_PAUSE_MS, stop.signal);
		presencesDue = false;
		if (!stop.signal.aborted) {
			sessions.presencesChanged();
			for (const path of new Set([...told.keys(), ...port.suspected()])) {
				listen(path);
			}
		}
	}

	/** Tells the roll whatever is new of what others say of this member. Never throws. */
	function listen(path: string): void {
		try {
			tell(path);
		} catch (error) {
			deps.onFault(error);
		}
	}

	function tell(path: string): void {
		const entry = deps.roll().entries.get(path);
		if (!entry) {
			told.delete(path);
			return;
		}
		const before = told.get(path) ?? new Map<string, Told>();
		const now = port
			.suspicionsOf(path)
			.filter(({ incarnation }) => sameIncarnation(incarnation, entry.registration.incarnation));
		const names = new Set(now.map(({ observer }) => observer));
		for (const observer of [...before.keys()].filter((name) => !names.has(name))) {
			before.delete(observer);
			deps.roll().observe(withdrawn(entry, observer, clock.nowMs()));
		}
		const news = now.map((suspicion) => tellOne(suspicion, before)).some(Boolean);
		if (before.size > 0) {
			told.set(path, before);
		} else {
			told.delete(path);
		}
		if (news && !isDoubted(entry)) {
			deps.suspect(path);
		}
	}

	/** True when it says something that was not known yet. */
	function tellOne(suspicion: Suspicion, before: Map<string, Told>): boolean {
		const { observer, sessionId, readAtMs } = suspicion;
		const last = before.get(observer);
		const progressMs = sessions.votingProgressMs(sessionId);
		const content = JSON.stringify([
			String(sessionId),
			suspicion.refused.map(endpointKey),
			suspicion.timedOut.map(endpointKey),
			suspicion.tripwireHeldMs,
		]);
		const raisedAtMs = last?.raisedAtMs ?? readAtMs;
		// Of an observer's progress only this matters: none lately, not since the accusation, or since then.
		const progress = progressMs === null ? 'none' : progressMs < raisedAtMs ? 'before' : 'since';
		const key = `${readAtMs} ${progress} ${content}`;
		if (key !== last?.key) {
			before.set(observer, { raisedAtMs, content, key });
			deps.roll().observe(toEvidence(suspicion, progressMs));
		}
		return content !== last?.content;
	}

	/** Members accused by others that are under our own suspicion too: of no one else does a vote matter now. */
	function doubtedPaths(): string[] {
		const { entries } = deps.roll();
		return [...told.keys()].filter((path) => {
			const entry = entries.get(path);
			return entry !== undefined && isDoubted(entry);
		});
	}

	/** Never rejects. */
	async function rereadRepeatedly(): Promise<void> {
		while (!stop.signal.aborted) {
			await clock.sleep(REREAD_INTERVAL_MS, stop.signal);
			if (!asksOthers()) {
				continue;
			}
			const doubted = doubtedPaths();
			try {
				await port.reread(doubted);
			} catch (error) {
				deps.onFault(error);
			}
			doubted.forEach(listen);
		}
	}
	void rereadRepeatedly();

	return {
		name: () => port.name(),
		joined: listen,
		changed(path) {
			const entry = deps.roll().entries.get(path);
			if (entry) {
				voice.changed(entry);
			}
		},
		left(path) {
			told.delete(path);
			voice.left(path);
		},
		swept(sweep) {
			sessions.swept(sweep);
			const trouble = port.trouble();
			if (trouble !== troubleTold) {
				troubleTold = trouble;
				deps.onTrouble(trouble);
			}
			if (asksOthers()) {
				doubtedPaths().forEach(listen);
			}
		},
		observersOf: ({ registration }) => sessions.watchersOf(registration.incarnation.path),
		reachability: () => reachabilityOf(port, deps.roll(), sessions.live),
		async close() {
			stop.abort();
			await port.close();
		},
	};
}

/** Under this observer's own suspicion: what others say may matter now. */
function isDoubted({ state }: RollEntry): boolean {
	return state.verdict !== 'alive' && state.verdict !== 'unknown';
}

function toEvidence(suspicion: Suspicion, observerProgressAtMs: number | null): SuspicionEvidence {
	const { observer, incarnation, failureDomain, refused, timedOut, tripwireHeldMs, readAtMs } = suspicion;
	return {
		kind: 'suspicion',
		state: 'raised',
		observer,
		incarnation,
		observedAtMs: readAtMs,
		failureDomain,
		refused,
		timedOut,
		tripwireHeldMs,
		observerProgressAtMs,
	};
}

function withdrawn(entry: RollEntry, observer: string, atMs: number): SuspicionEvidence {
	return {
		kind: 'suspicion',
		state: 'withdrawn',
		observer,
		incarnation: entry.registration.incarnation,
		observedAtMs: atMs,
		failureDomain: '',
		refused: [],
		timedOut: [],
		tripwireHeldMs: null,
		observerProgressAtMs: null,
	};
}

function reachabilityOf(
	port: ObserversPort,
	roll: Roll,
	live: (sessionId: bigint) => boolean | null,
): ReachabilityObserver[] {
	const doubts = new Map<string, Map<string, Doubt>>();
	for (const path of port.suspected()) {
		const entry = roll.entries.get(path);
		for (const { observer, incarnation, refused, timedOut } of port.suspicionsOf(path)) {
			if (entry && sameIncarnation(incarnation, entry.registration.incarnation)) {
				const ofObserver = doubts.get(observer) ?? new Map<string, Doubt>();
				doubts.set(observer, ofObserver.set(path, { refused: refused.length, timedOut: timedOut.length }));
			}
		}
	}
	return port.presences().map(({ name, kind, failureDomain, watches, sessionId }) => ({
		name,
		kind,
		failureDomain,
		self: false,
		live: live(sessionId),
		watches,
		doubts: doubts.get(name) ?? new Map<string, Doubt>(),
	}));
}
