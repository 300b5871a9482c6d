import {
	type IdleCloseState,
	isIdleClosing,
	learnIdleClose,
	NOTHING_LEARNED,
	rearmAfterMs,
} from '@/lib/core/idle-close';
import { type Endpoint, endpointKey } from '@/lib/core/member';
import type { MemberState } from '@/lib/core/member-state';
import type { Clock, TripwireEvent, TripwireKeeper } from '@/lib/core/ports';

/** A tripwire that ended is held again not sooner than this. */
const REARM_AFTER_MS = 5_000;

type Closing = { readonly heldMs: number; readonly atMs: number };

/** What is remembered of the tripwires to one endpoint. */
type Wire = {
	/** A probe that will be kept is under way: never two tripwires to one, or the end of either would hide the other. */
	arming: boolean;
	endedAtMs: number;
	/** The peer closed it; whether its session lived on is not known yet. */
	closing: Closing | null;
	idle: IdleCloseState;
};

export type TripwireKeeping = {
	/** Who keeps the connection of the next probe to this endpoint; null when none is to be kept. `now`: at once, if it must be. */
	keeperFor(endpoint: Endpoint, options: { hurried: boolean }): TripwireKeeper | null;
	/** The probe that was to be kept has been answered. */
	armed(endpoint: Endpoint): void;
	/** Learns, from what is known of the session now, which endpoints' servers close idle connections. */
	learn(state: MemberState): void;
};

/** Decides when a tripwire is held to each endpoint of one incarnation, and learns whose servers close idle connections. */
export function keepTripwires(deps: {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	state(): MemberState | null;
	/** `idle`: the peer closed it after just the time that its server keeps idle connections: everyday news there. */
	onEvent(endpoint: Endpoint, event: TripwireEvent, idle: boolean): void;
}): TripwireKeeping {
	const { clock, signal } = deps;
	const wires = new Map<string, Wire>();

	function wireOf(endpoint: Endpoint): Wire {
		const key = endpointKey(endpoint);
		const wire = wires.get(key) ?? {
			arming: false,
			endedAtMs: Number.NEGATIVE_INFINITY,
			closing: null,
			idle: NOTHING_LEARNED,
		};
		wires.set(key, wire);
		return wire;
	}

	function onEvent(endpoint: Endpoint, event: TripwireEvent): void {
		if (signal.aborted) {
			return;
		}
		const wire = wireOf(endpoint);
		const heldMs = event.atMs - event.openedAtMs;
		const closed = event.state === 'closed-by-peer';
		if (event.state !== 'open') {
			wire.endedAtMs = event.atMs;
			wire.closing = closed ? { heldMs, atMs: event.atMs } : null;
		}
		deps.onEvent(endpoint, event, closed && isIdleClosing(wire.idle, heldMs));
	}

	return {
		keeperFor(endpoint, { hurried }) {
			const wire = wireOf(endpoint);
			if (deps.state()?.endpoints[endpointKey(endpoint)]?.tripwire.state === 'open' || wire.arming) {
				return null;
			}
			// At once while suspected: a dying kernel still accepts, and the end of that connection says so within a
			// millisecond. A server known to close idle ones is left alone all the same, for its log's sake.
			const learnedMs = rearmAfterMs(wire.idle);
			const waitMs = learnedMs > 0 ? learnedMs : hurried ? 0 : REARM_AFTER_MS;
			if (clock.nowMs() - wire.endedAtMs < waitMs) {
				return null;
			}
			wire.arming = true;
			return { signal, onEvent: (event) => onEvent(endpoint, event) };
		},
		armed(endpoint) {
			wireOf(endpoint).arming = false;
		},
		learn(state) {
			for (const { endpoint, tripwire } of Object.values(state.endpoints)) {
				const wire = wireOf(endpoint);
				if (tripwire.state === 'open') {
					wire.idle = learnIdleClose(wire.idle, { kind: 'still-open', heldMs: clock.nowMs() - tripwire.openedAtMs });
				}
				const sessionAlive = wire.closing && livedOn(state, wire.closing.atMs);
				if (wire.closing && sessionAlive !== null) {
					const { heldMs } = wire.closing;
					wire.idle = learnIdleClose(wire.idle, {
						kind: 'closed-by-peer',
						heldMs,
						sessionAlive: sessionAlive === true,
					});
					wire.closing = null;
				}
			}
		},
	};
}

/** Whether the session went on after `atMs`; null while no sweep has told. Progress tells, a listing alone may be of the dying. */
function livedOn({ session }: MemberState, atMs: number): boolean | null {
	if (session.state === 'gone') {
		return false;
	}
	return session.progress !== null && session.progress.sinceMs >= atMs ? true : null;
}
