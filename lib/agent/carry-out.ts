import type { Identity } from '@/lib/core/ports';
import type { TakeoverClaim } from '@/lib/core/prove-takeover';
import type { OutcomesView, PurgeRequest } from '@/lib/core/purge-view';
import type { OwnZnodes } from '@/lib/runtime/own-znodes';
import { type PurgeDeps, purgeMembers } from '@/lib/runtime/purge-member';
import { relayRequest } from '@/lib/runtime/relay-request';
import type { ClaimOf } from '@/lib/runtime/take-over';
import { createOutboxAudit } from './outbox-audit';
import type { Scan } from './scan';
import type { StartUpOptions, StartUpPorts } from './start-up';

/** How long an agent that stands in the election waits for its turn: several that start at once take over one by one. */
const LATCH_MS = 10_000;
const OWN_TURN_MS = 300;
const LATCH_LOOK_MS = 20;
/** How long the holder of the latch has for an answer, before is looked who holds it now. */
const RELAY_MS = 2_500;

export type Wanted = { readonly request: PurgeRequest; readonly identity: Identity; readonly claimOf: ClaimOf };

/**
 * By this agent when its turn comes in the election. While another has it: a console carries out what it is asked, and an
 * agent, which does not, is soon done.
 */
export async function carryOut(
	options: StartUpOptions,
	ports: StartUpPorts,
	scan: Scan,
	own: OwnZnodes,
	wanted: Wanted,
): Promise<OutcomesView> {
	const { clock, zk } = ports;
	const deadlineMs = clock.nowMs() + LATCH_MS;
	await untilHeld(ports, own, OWN_TURN_MS);
	while (own.latchState().kind === 'waiting' && clock.nowMs() < deadlineMs && !ports.signal.aborted) {
		const { request, identity } = wanted;
		const asked = { kind: 'takeover', askedBy: `agent ${options.own.id}`, identity, request } as const;
		const claims = claimsOf(scan, wanted);
		const relayed = await relayRequest({ zk, clock, path: options.paths.requests }, { ...asked, claims }, RELAY_MS);
		if (relayed.kind === 'answered') {
			return { outcomes: relayed.outcomes };
		}
	}
	await untilHeld(ports, own, Math.max(0, deadlineMs - clock.nowMs()));
	return purgeMembers(toPurgeDeps(options, ports, scan, own), wanted.request, wanted.identity, {
		by: 'takeover',
		claimOf: wanted.claimOf,
	});
}

/** For each registration that the request names, and for those of the same sessions. */
function claimsOf({ membership }: Scan, { request, claimOf }: Wanted): Record<string, TakeoverClaim> {
	const { entries } = membership.roll;
	const named = request.members.flatMap(({ path }) => entries.get(path) ?? []);
	return Object.fromEntries(named.map((entry) => [entry.registration.incarnation.path, claimOf(entry)]));
}

function toPurgeDeps(options: StartUpOptions, ports: StartUpPorts, scan: Scan, own: OwnZnodes): PurgeDeps {
	const { config, paths } = options;
	const audit = createOutboxAudit({ zk: ports.zk, outbox: paths.outbox, counters: paths.counters });
	return {
		config,
		zk: ports.zk,
		clock: ports.clock,
		parse: ports.parse,
		membership: scan.membership,
		observer: `agent ${options.own.id}`,
		latch: own.latchState,
		latchPort: own.latchPort(),
		counters: own.counters,
		settings: own.settings,
		stamped: () => own.counters() ?? [],
		paths: { settings: paths.settings, counters: paths.counters, outbox: `${paths.outbox}/e-` },
		audit,
		findAttempts: audit.findAttempts,
		recorded: () => Promise.resolve(null),
		onCommitted: (entry, attempt, _committedAtMs, late) => {
			if (late) {
				ports.onEvent({ event: 'late-purge', path: entry.registration.incarnation.path, attempt });
			}
		},
	};
}

async function untilHeld({ clock, signal }: StartUpPorts, own: OwnZnodes, withinMs: number): Promise<void> {
	const deadlineMs = clock.nowMs() + withinMs;
	const ready = () => own.latchState().kind === 'held' && own.counters() !== null && own.settings() !== null;
	while (!ready() && clock.nowMs() < deadlineMs && !signal.aborted) {
		await clock.sleep(LATCH_LOOK_MS, signal);
	}
}
