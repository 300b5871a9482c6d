import type { AuditDraft } from '@/lib/core/audit-entry';
import type { ClusterConfig } from '@/lib/core/config';
import type { Policy } from '@/lib/core/policy';
import type { AuditPort, Clock, Identity, RegistrationParser, ZooKeeperPort } from '@/lib/core/ports';
import type { OutcomesView, PurgeRequest } from '@/lib/core/purge-view';
import type { RelayedRequest } from '@/lib/core/relayed-request';
import type { CarriedRequest } from '@/lib/core/second-person';
import type { AfterPurge } from './after-purge';
import type { OutboxDrain } from './drain-outbox';
import { findEarlier } from './earlier-purge';
import type { Membership } from './membership';
import { keepOverrides, type Overrides } from './overrides';
import type { OwnZnodes } from './own-znodes';
import { requestedEntry } from './plan-purge';
import type { RootPaths } from './prepare-root';
import { type PurgeDeps, purgeMembers } from './purge-member';
import { conclude, type Result, refusedOutcome } from './purge-record';
import type { RecordWaiter } from './record-waiter';
import { type Recovery, recoverAutomatically } from './recovery';
import { relayRequest } from './relay-request';
import { attemptOfRequest } from './request-znodes';
import { serveRequests } from './requests';
import type { ClaimOf } from './take-over';
import { toLateDraft } from './verdict-record';

/** How long whoever asked waits for the console that holds the latch: longer than another needs to take it over. */
const PURGE_RELAY_MS = 30_000;
/** A takeover answers within 3 s. */
const TAKEOVER_RELAY_MS = 2_000;

export type ClusterPurgesDeps = {
	readonly config: ClusterConfig;
	readonly observer: string;
	readonly paths: RootPaths;
	readonly zk: ZooKeeperPort;
	readonly clock: Clock;
	readonly parse: RegistrationParser;
	readonly membership: Membership;
	readonly own: OwnZnodes;
	readonly audit: AuditPort;
	readonly drain: OutboxDrain;
	readonly records: RecordWaiter;
	readonly afterPurge: AfterPurge;
	/** The cluster's as it is now. */
	readonly policy: () => Policy;
	readonly record: (draft: AuditDraft) => void;
	readonly onLate: (attempt: string) => void;
	readonly onFault: (error: unknown) => void;
};

export type ClusterPurges = {
	/** As a purge just now has them. */
	purgeDeps(): PurgeDeps;
	/** Carried out here, or by the console that holds the latch. */
	purge(request: PurgeRequest, identity: Identity): Promise<OutcomesView>;
	takeOver(request: PurgeRequest, identity: Identity, claimOf: ClaimOf): Promise<OutcomesView>;
	readonly recovery: Recovery;
	/** Those that wait for a second administrator. */
	readonly overrides: Omit<Overrides, 'keepWaiting' | 'close'>;
	close(): Promise<void>;
};

/** Everything of one cluster that purges: what people and starting members ask for, here or elsewhere, and recovery by itself. */
export function carryOutPurges(deps: ClusterPurgesDeps): ClusterPurges {
	const { config, zk, clock, paths, own, membership } = deps;

	/** Built when it is needed: without a latch nothing may be purged, and the plan says so. */
	function purgeDeps(): PurgeDeps {
		return {
			config,
			observer: deps.observer,
			zk,
			clock,
			parse: deps.parse,
			membership,
			latch: own.latchState,
			latchPort: own.latchPort(),
			counters: own.counters,
			settings: own.settings,
			stamped: () => own.counters() ?? [],
			paths: { settings: paths.settings, counters: paths.counters, outbox: `${paths.outbox}/e-` },
			audit: deps.audit,
			findAttempts: deps.drain.findAttempts,
			holdRecords: deps.drain.hold,
			recorded: deps.records.recorded,
			onCommitted: (entry, attempt, committedAtMs, late) => {
				deps.afterPurge.committed(entry, attempt, committedAtMs);
				if (late) {
					deps.record(toLateDraft(deps, entry, attempt));
					deps.onLate(attempt);
				}
			},
		};
	}

	const isElsewhere = () => own.latchState().kind === 'waiting';

	/** What the holder did stands in its log; what did not reach it stands in this one's. */
	async function relay(asked: Omit<RelayedRequest, 'state' | 'askedBy'>, identity: Identity, withinMs: number) {
		const result = await relayRequest(
			{ zk, clock, path: paths.requests },
			{ ...asked, askedBy: deps.observer },
			withinMs,
		);
		if (result.kind === 'answered') {
			return { outcomes: [...result.outcomes] };
		}
		const { request } = asked;
		const told: Result =
			result.kind === 'too-large'
				? refusedOutcome('request-too-large')
				: { ...refusedOutcome('connection'), kind: 'failed', detail: result.detail };
		const purge = purgeDeps();
		const concluded = request.members.map((member) => {
			const entry = membership.roll.entries.get(member.path) ?? null;
			return conclude(purge, request, identity, member, entry, told);
		});
		return { outcomes: await Promise.all(concluded) };
	}

	const requests = serveRequests({
		zk,
		clock,
		path: paths.requests,
		name: deps.observer,
		latch: own.latchState,
		audit: deps.audit,
		carryOut: ({ kind, request, identity, claims }, name) =>
			purgeMembers(
				purgeDeps(),
				request,
				{ ...identity, viaCookie: false },
				{
					by: kind === 'takeover' ? 'takeover' : 'human',
					claimOf: (entry) => claims[entry.registration.incarnation.path] ?? null,
					attemptOf: attemptOfRequest(name),
				},
			),
		async purgedBy({ request }, name) {
			const done = await findEarlier(purgeDeps(), request.members, { attemptOf: attemptOfRequest(name) });
			return new Set([...done.keys()].map(({ path }) => path));
		},
		onFault: deps.onFault,
	});

	const recovery = recoverAutomatically({
		clock,
		purgeDeps,
		policy: deps.policy,
		settings: own.settings,
		record: deps.record,
		onFault: deps.onFault,
	});

	/** A person's purge, here or by the holder of the latch, which may be another's: what is demanded here is said to it. */
	function carry(asked: CarriedRequest, identity: Identity): Promise<OutcomesView> {
		const isDemanded = asked.override === true && deps.policy().overrideSecondPerson;
		const request = isDemanded ? { ...asked, secondPersonNeeded: true } : asked;
		return isElsewhere()
			? relay(
					{ kind: 'purge', request: asRelayed(request), identity: toRelayed(identity), claims: {} },
					identity,
					PURGE_RELAY_MS,
				)
			: purgeMembers(purgeDeps(), request, identity);
	}

	const overrides = keepOverrides({
		cluster: config.id,
		observer: deps.observer,
		zk,
		clock,
		audit: deps.audit,
		paths,
		latch: own.latchState,
		secondPerson: () => deps.policy().overrideSecondPerson,
		purge: carry,
		async conclude(request, identity, { reason, ...told }) {
			const result: Result = { ...refusedOutcome(reason), ...told };
			const concluded = request.members.map((member) =>
				conclude(purgeDeps(), request, identity, member, requestedEntry(purgeDeps(), member), result),
			);
			return { outcomes: await Promise.all(concluded) };
		},
		idOf: (member) => requestedEntry(purgeDeps(), member)?.registration.id ?? null,
		onFault: deps.onFault,
	});

	return {
		purgeDeps,
		recovery,
		overrides,
		// An approval is nobody's to state: it is claimed from the pending overrides.
		purge: async (request, identity) => {
			const asked: CarriedRequest = { ...request, approved: undefined };
			return overrides.keepWaiting(asked, identity, await carry(asked, identity));
		},
		takeOver(request, identity, claimOf) {
			if (!isElsewhere()) {
				return purgeMembers(purgeDeps(), request, identity, { by: 'takeover', claimOf });
			}
			const entries = request.members.flatMap(({ path }) => membership.roll.entries.get(path) ?? []);
			const claims = Object.fromEntries(entries.map((entry) => [entry.registration.incarnation.path, claimOf(entry)]));
			return relay(
				{ kind: 'takeover', request: asRelayed(request), identity: toRelayed(identity), claims },
				identity,
				TAKEOVER_RELAY_MS,
			);
		},
		async close() {
			await recovery.close();
			await requests.close();
			await overrides.close();
		},
	};
}

function toRelayed({ actor, role }: Identity): RelayedRequest['identity'] {
	return { actor, role };
}

/** A dry run is answered where it was asked. */
function asRelayed({ dryRun: _dryRun, ...request }: CarriedRequest): CarriedRequest {
	return request;
}
