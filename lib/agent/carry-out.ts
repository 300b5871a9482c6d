import type { Identity, ZooKeeperPort } from '@/lib/core/ports';
import type { TakeoverClaim } from '@/lib/core/prove-takeover';
import type { OutcomesView, PurgeRequest } from '@/lib/core/purge-view';
import { keepOwnZnodes, type OwnZnodes } from '@/lib/runtime/own-znodes';
import { type PurgeDeps, purgeMembers } from '@/lib/runtime/purge-member';
import { relayRequest } from '@/lib/runtime/relay-request';
import type { ClaimOf } from '@/lib/runtime/take-over';
import { createOutboxAudit } from './outbox-audit';
import type { Scan } from './scan';
import type { ElectionPorts, Standing, StartUpOptions, StartUpPorts } from './start-up';

/** How long an agent that stands in the election waits for its turn: several that start at once take over one by one. */
const LATCH_MS = 10_000;
/** Whoever has held the latch for so long is no agent at its purge: it is a console, which can be asked. */
const OWN_TURN_MS = 300;
const LATCH_LOOK_MS = 20;
/** How long the holder of the latch has for an answer, before is looked who holds it now. */
const RELAY_MS = 2_500;

export type Wanted = { readonly request: PurgeRequest; readonly identity: Identity; readonly claimOf: ClaimOf };

/**
 * By this agent when its turn comes in the election. While another has it: a console carries out what it is asked, and an
 * agent, which does not, is soon done. It stands only now that its proof is complete, and with a session of its own that is
 * short: should it be killed here, nobody waits long for the latch that it leaves.
 */
export async function carryOut(
	options: StartUpOptions,
	ports: ElectionPorts,
	scan: Scan,
	standing: Standing,
	wanted: Wanted,
): Promise<OutcomesView> {
	const zk = ports.election;
	const own = keepOwnZnodes({
		zk,
		paths: options.paths,
		clock: ports.clock,
		holdLatch: ports.holdLatch,
		onProblem: (detail) => ports.onEvent({ event: 'no-latch', detail }),
		onSettings: () => undefined,
	});
	standing.own = own;
	try {
		return await purgeInTurn(options, ports, scan, own, { ...wanted, zk });
	} finally {
		standing.own = null;
		await own.close();
	}
}

async function purgeInTurn(
	options: StartUpOptions,
	ports: ElectionPorts,
	scan: Scan,
	own: OwnZnodes,
	wanted: Wanted & { readonly zk: ZooKeeperPort },
): Promise<OutcomesView> {
	const { clock, signal } = ports;
	const startedAtMs = clock.nowMs();
	while (!isReady(own) && clock.nowMs() - startedAtMs < LATCH_MS && !signal.aborted) {
		const latch = own.latchState();
		if (latch.kind === 'waiting' && ports.latchHolder.heldForMs(latch.holder) >= OWN_TURN_MS) {
			const relayed = await askHolder(options, ports, scan, wanted);
			if (relayed.kind === 'answered') {
				return { outcomes: relayed.outcomes };
			}
		} else {
			await clock.sleep(LATCH_LOOK_MS, signal);
		}
	}
	return purgeMembers(toPurgeDeps(options, { ...ports, zk: wanted.zk }, scan, own), wanted.request, wanted.identity, {
		by: 'takeover',
		claimOf: wanted.claimOf,
		// Asked for the moment the proof was complete. Should the turn in the election have taken so long that it does not
		// stand any more, all is looked at anew; and its age binds in the turn of the write, as ever.
		freshFirst: false,
	});
}

/** For each registration that the request names, and for those of the same sessions. */
function claimsOf({ membership }: Scan, { request, claimOf }: Wanted): Record<string, TakeoverClaim> {
	const { entries } = membership.roll;
	const named = request.members.flatMap(({ path }) => entries.get(path) ?? []);
	return Object.fromEntries(named.map((entry) => [entry.registration.incarnation.path, claimOf(entry)]));
}

/** Over the connection whose session stands in the election: the fence asks for both in one. */
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
		// They stay there until a console moves them.
		holdRecords: () => () => undefined,
		recorded: () => Promise.resolve(null),
		onCommitted: (entry, attempt, _committedAtMs, late) => {
			if (late) {
				ports.onEvent({ event: 'late-purge', path: entry.registration.incarnation.path, attempt });
			}
		},
	};
}

/** It holds the latch, and knows what the guards go by. */
function isReady(own: OwnZnodes): boolean {
	return own.latchState().kind === 'held' && own.counters() !== null && own.settings() !== null;
}

function askHolder(options: StartUpOptions, { zk, clock }: StartUpPorts, scan: Scan, wanted: Wanted) {
	const { actor, role } = wanted.identity;
	return relayRequest(
		{ zk, clock, path: options.paths.requests },
		{
			kind: 'takeover',
			askedBy: `agent ${options.own.id}`,
			identity: { actor, role },
			request: wanted.request,
			claims: claimsOf(scan, wanted),
		},
		RELAY_MS,
	);
}
