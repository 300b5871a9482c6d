import type { HealthEvidence } from '@/lib/core/evidence';
import { type Endpoint, endpointKey, type HealthTarget, type Incarnation } from '@/lib/core/member';
import { countedEndpoints, type MemberState } from '@/lib/core/member-state';
import type { Clock, ProbePort } from '@/lib/core/ports';

const RESOLVE_TIMEOUT_MS = 1_000;
const RESOLVE_INTERVAL_MS = 30_000;

export type HealthChecks = {
	/** One check, unless one is under way or the last one timed out less than `pauseMs` ago; resolves when it has been told. */
	check(options: { timeoutMs: number; pauseMs: number }): Promise<void>;
	setTarget(target: HealthTarget | null): void;
};

/** Asks one incarnation's health check, never twice at once: a stopped process must not be buried under questions. */
export function createHealthChecks(deps: {
	readonly observer: string;
	readonly incarnation: Incarnation;
	readonly clock: Clock;
	readonly probes: ProbePort;
	readonly signal: AbortSignal;
	state(): MemberState | null;
	onEvidence(evidence: HealthEvidence): void;
}): HealthChecks {
	const { clock, probes, signal } = deps;
	let target: HealthTarget | null = null;
	let ips: readonly string[] = [];
	let resolvedAtMs = Number.NEGATIVE_INFINITY;
	let timedOutAtMs = Number.NEGATIVE_INFINITY;
	let running: Promise<void> | null = null;

	/** Of a name's several addresses the one on which this incarnation was seen to accept, else the first. */
	async function endpointOf({ host, port }: HealthTarget): Promise<Endpoint | null> {
		if (clock.nowMs() - resolvedAtMs > RESOLVE_INTERVAL_MS) {
			resolvedAtMs = clock.nowMs();
			const found = await probes.resolve(host, RESOLVE_TIMEOUT_MS);
			ips = found.length > 0 ? found : ips;
		}
		const state = deps.state();
		const seen = new Set(state ? countedEndpoints(state).map(({ endpoint }) => endpoint.ip) : []);
		const ip = ips.find((each) => seen.has(each)) ?? ips[0];
		return ip === undefined ? null : { ip, port };
	}

	async function once(asked: HealthTarget, timeoutMs: number): Promise<void> {
		const endpoint = await endpointOf(asked);
		if (endpoint === null || signal.aborted) {
			return;
		}
		const hostHeader = endpointKey({ ip: asked.host, port: asked.port });
		const startedAtMs = clock.nowMs();
		const answer = await probes.health({ endpoint, hostHeader, path: asked.path, status: asked.status }, { timeoutMs });
		// Of a target that the registration no longer names nothing may be told.
		if (signal.aborted || target !== asked) {
			return;
		}
		const observedAtMs = clock.nowMs();
		timedOutAtMs = answer.result === 'timed-out' ? observedAtMs : Number.NEGATIVE_INFINITY;
		const { observer, incarnation } = deps;
		deps.onEvidence({ kind: 'health', observer, incarnation, startedAtMs, observedAtMs, answer });
	}

	return {
		check({ timeoutMs, pauseMs }) {
			if (running || target === null || clock.nowMs() - timedOutAtMs < pauseMs) {
				return running ?? Promise.resolve();
			}
			running = once(target, timeoutMs).finally(() => {
				running = null;
			});
			return running;
		},
		setTarget(next) {
			const same =
				next?.host === target?.host &&
				next?.port === target?.port &&
				next?.path === target?.path &&
				next?.status === target?.status;
			if (!same) {
				target = next;
				resolvedAtMs = Number.NEGATIVE_INFINITY;
				ips = [];
			}
		},
	};
}
