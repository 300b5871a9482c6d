import type { ClusterConfig } from '@/lib/core/config';
import type { Policy } from '@/lib/core/policy';
import type { Clock, LatchState, Sweep, ZooKeeperState } from '@/lib/core/ports';
import type { HeldBack } from '@/lib/core/recovery-plan';
import type { ClusterView, Impairment } from '@/lib/core/view';
import type { HeadsProblem } from './chain-heads';
import type { Registry } from './registry';
import type { RollSummary } from './roll-summary';

/** Event-loop pauses above this within the last ten seconds are shown as an impairment, ms. */
const LOOP_PAUSE_SHOWN_MS = 250;
const LOOP_WINDOW_MS = 10_000;

export type ClusterViewInput = {
	readonly config: ClusterConfig;
	/** The cluster's as it is now. */
	readonly policy: Policy;
	readonly killSwitch: boolean;
	readonly clock: Clock;
	readonly state: ZooKeeperState;
	readonly lastHeardAtMs: number | null;
	readonly everConnected: boolean;
	readonly registry: Registry | null;
	readonly sweep: Sweep | null;
	readonly latch: LatchState;
	readonly members: RollSummary;
	readonly tripwires: { readonly open: number; readonly max: number };
	readonly loopPauseMsMax: (fromMs: number, toMs: number) => number;
	/** No address that was known to be good accepted, when one was last asked for. */
	readonly cutOff: boolean;
	/** What is amiss with telling and hearing the other observers. */
	readonly observersProblem: string | null;
	readonly auditProblem: string | null;
	readonly outboxProblem: string | null;
	readonly headsProblem: HeadsProblem | null;
	readonly webhooksProblem: string | null;
	/** What automatic recovery, switched on, leaves alone, and why. */
	readonly heldBack: readonly HeldBack[];
};

const LATCH = { held: 'here', waiting: 'elsewhere', unknown: 'unknown' } as const;

export type Impairments = Map<Impairment, number>;

/** What GET /api/clusters tells of one cluster. `since` remembers when each impairment began (wall clock, for display). */
export function toClusterView(input: ClusterViewInput, since: Impairments): ClusterView {
	const { config, clock, sweep, members } = input;
	const connected = input.state.kind === 'connected';
	const following = connected && (input.registry?.complete() ?? false);
	const nowMs = clock.nowMs();
	const observedAtMs =
		input.lastHeardAtMs === null || !input.everConnected
			? null
			: Math.round(clock.wallMs() - (nowMs - input.lastHeardAtMs));
	return {
		id: config.id,
		name: config.name,
		counts: members.counts,
		ensemble: {
			following,
			servers: (sweep?.servers ?? []).map(({ server, serverId, role, answered, source, problem }) => ({
				server,
				serverId,
				role,
				answered,
				source,
				problem: problem ? { ...problem } : null,
			})),
			leader: sweep?.servers.find((server) => server.role === 'leader' || server.role === 'standalone')?.server ?? null,
			sweepComplete: sweep?.summary.complete ?? false,
			gaps: (sweep?.summary.gaps ?? []).map((gap) => ({ ...gap })),
		},
		automaticRecovery: input.policy.automaticRecovery,
		killSwitch: input.killSwitch,
		latch: LATCH[input.latch.kind],
		impairments: trackImpairments(findImpairments(input, following), since, clock.wallMs()),
		registrations: input.registry?.parents() ?? [],
		observedAtMs,
		ready: following && members.provable,
	};
}

function findImpairments(input: ClusterViewInput, following: boolean): Map<Impairment, string> {
	const found = new Map<Impairment, string>();
	const nowMs = input.clock.nowMs();
	if (!following) {
		const detail = input.state.kind === 'connecting' ? (input.state.lastError ?? '') : '';
		found.set(input.everConnected ? 'zookeeper-disconnected' : 'zookeeper-never-connected', detail);
	}
	if (following && input.sweep && !input.sweep.summary.complete) {
		found.set(
			'sweeps-incomplete',
			input.sweep.summary.gaps
				.map((gap) => gap.detail)
				.join('; ')
				.slice(0, 500),
		);
	}
	const pauseMs = input.loopPauseMsMax(nowMs - LOOP_WINDOW_MS, nowMs);
	if (pauseMs > LOOP_PAUSE_SHOWN_MS) {
		found.set('loop-pauses', `${Math.round(pauseMs)} ms`);
	}
	if (input.heldBack.length > 0) {
		const told = input.heldBack.map(({ guard, code, members }) => `${guard}: ${code} (${members})`);
		found.set('recovery-held-back', told.join('; ').slice(0, 300));
	}
	if (input.tripwires.open >= input.tripwires.max) {
		found.set('tripwires-at-limit', `${input.tripwires.open} of ${input.tripwires.max}`);
	}
	const { fewestObservers } = input.members;
	const { observersMin, observerDomainsMin } = input.policy;
	if (fewestObservers && (fewestObservers.observers < observersMin || fewestObservers.domains < observerDomainsMin)) {
		const { observers, domains } = fewestObservers;
		found.set(
			'observers-too-few',
			`${observers} of ${observersMin} observers, ${domains} of ${observerDomainsMin} failure domains`,
		);
	}
	if (input.observersProblem !== null) {
		found.set('observers-unheard', input.observersProblem.slice(0, 300));
	}
	if (input.cutOff) {
		found.set('nobody-answers', '');
	}
	if (input.auditProblem !== null) {
		found.set('audit-unavailable', input.auditProblem.slice(0, 300));
	}
	if (input.outboxProblem !== null) {
		found.set('outbox-stuck', input.outboxProblem.slice(0, 300));
	}
	if (input.headsProblem !== null) {
		found.set(input.headsProblem.code, input.headsProblem.detail.slice(0, 300));
	}
	if (input.webhooksProblem !== null) {
		found.set('webhooks-undelivered', input.webhooksProblem.slice(0, 300));
	}
	return found;
}

function trackImpairments(
	found: ReadonlyMap<Impairment, string>,
	since: Impairments,
	wallMs: number,
): ClusterView['impairments'] {
	for (const code of [...since.keys()]) {
		if (!found.has(code)) {
			since.delete(code);
		}
	}
	return [...found].map(([code, detail]) => {
		const sinceAtMs = since.get(code) ?? Math.round(wallMs);
		since.set(code, sinceAtMs);
		return { code, detail, sinceAtMs };
	});
}
