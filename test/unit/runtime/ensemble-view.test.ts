import { describe, expect, it } from 'vitest';
import { AUTO_FORMAT, type ClusterConfig, type RegistrationConfig } from '@/lib/core/config';
import type { Registration } from '@/lib/core/member';
import { DEFAULT_POLICY, type Policy } from '@/lib/core/policy';
import type { KnownObserver } from '@/lib/core/proof';
import { ensembleViewSchema } from '@/lib/http/view-schemas';
import { type ClusterViewInput, toClusterView } from '@/lib/runtime/cluster-view';
import { toEnsembleView } from '@/lib/runtime/ensemble-view';
import { createRoll } from '@/lib/runtime/roll';
import { summariseRoll } from '@/lib/runtime/roll-summary';
import { MEMBER, round } from '../../core/timeline';
import { createManualClock } from '../../fakes/manual-clock';

const TWO_RACKS: readonly KnownObserver[] = [
	{ name: 'agent-1', failureDomain: 'rack-2' },
	{ name: 'agent-2', failureDomain: 'rack-2' },
];
const REGISTRATION_CONFIG: RegistrationConfig = { ...AUTO_FORMAT, path: '/turms/members' };

function configOf(policy: Policy): ClusterConfig {
	return {
		id: 'turms',
		name: 'Turms',
		zooKeeper: {
			connect: 'zk-1:2181,zk-2:2181',
			chroot: '',
			sessionTimeoutMs: 10_000,
			auth: null,
			tls: null,
			servers: ['zk-1:2181', 'zk-2:2181'].map((client) => ({ client, admin: null })),
		},
		registrations: [REGISTRATION_CONFIG],
		policy,
		failureDomain: 'rack-1',
	};
}

function memberAt(path: string, group: string): Registration {
	return {
		id: path,
		group,
		addresses: [{ name: 'member', host: '10.0.0.31', port: 7510 }],
		unreadable: null,
		health: null,
		selfReported: {},
		format: 'turms',
		incarnation: { ...MEMBER, path },
		parentPath: '/turms/members',
		dataVersion: 0,
		createdAtMs: 0,
		rawText: '',
	};
}

function world(policy: Partial<Policy> = {}, observers: readonly KnownObserver[] = []) {
	const clock = createManualClock();
	const config = configOf({ ...DEFAULT_POLICY, ...policy });
	const events = { onChanged() {}, onTransition() {}, onLeft() {} };
	const surroundings = () => ({ failureDomain: config.failureDomain, observers, impaired: false });
	const roll = createRoll({ policy: () => config.policy, clock, events, surroundings });
	for (const name of ['a', 'b', 'c']) {
		roll.join(memberAt(`/turms/members/${name}`, name === 'c' ? 'SERVICE' : 'GATEWAY'), REGISTRATION_CONFIG);
	}
	return { clock, config, roll };
}

function impairmentsOf(
	{ clock, config, roll }: ReturnType<typeof world>,
	more: Partial<ClusterViewInput> = {},
): { code: string; detail: string }[] {
	const input: ClusterViewInput = {
		config,
		policy: config.policy,
		killSwitch: false,
		clock,
		state: { kind: 'connecting', sinceMs: 0, lastError: null },
		lastHeardAtMs: null,
		everConnected: false,
		registry: null,
		sweep: null,
		latch: { kind: 'unknown' },
		members: summariseRoll(roll, clock)(),
		tripwires: { open: 3, max: 100 },
		loopPauseMsMax: () => 0,
		cutOff: false,
		observersProblem: null,
		auditProblem: null,
		outboxProblem: null,
		headsProblem: null,
		webhooksProblem: null,
		heldBack: [],
		...more,
	};
	return toClusterView(input, new Map()).impairments.filter(({ code }) => code !== 'zookeeper-never-connected');
}

describe('the banner', () => {
	it('is silent while everything is as the policy wants it', () => {
		expect(impairmentsOf(world())).toEqual([]);
		expect(impairmentsOf(world({ observersMin: 3, observerDomainsMin: 2 }, TWO_RACKS))).toEqual([]);
	});

	it('says that fewer observers watch, or in fewer failure domains, than the policy demands', () => {
		const [tooFew] = impairmentsOf(world({ observersMin: 4 }, TWO_RACKS));
		expect(tooFew).toMatchObject({ code: 'observers-too-few', detail: '3 of 4 observers, 2 of 1 failure domains' });
		const domains = impairmentsOf(world({ observersMin: 3, observerDomainsMin: 3 }, TWO_RACKS));
		expect(domains.map(({ code }) => code)).toEqual(['observers-too-few']);
	});

	it('says that no more tripwires can be held', () => {
		const full = impairmentsOf(world(), { tripwires: { open: 100, max: 100 } });
		expect(full).toMatchObject([{ code: 'tripwires-at-limit', detail: '100 of 100' }]);
	});
});

describe('the ensemble, before any sweep', () => {
	const { clock, config, roll } = world();
	const view = () =>
		toEnsembleView({
			policy: config.policy,
			config,
			clock,
			following: false,
			sweep: null,
			tripwires: { open: 3, max: 100 },
			roll,
			self: { name: 'console-1', live: true },
			others: [],
		});

	it('names the servers of the config, with nothing known of them', () => {
		const { servers, sweptAtMs, sweepComplete, leader } = view();
		expect(servers.map(({ server, answered, role }) => [server, answered, role])).toEqual([
			['zk-1:2181', false, null],
			['zk-2:2181', false, null],
		]);
		expect([sweptAtMs, sweepComplete, leader]).toEqual([null, false, null]);
		expect(ensembleViewSchema.safeParse(view()).error?.issues).toBeUndefined();
	});

	it('tells what this console itself reaches: a time-out is not reached, a refusal is', () => {
		const of = (group: string) => {
			const { observers, groups, cells } = view().reachability;
			expect(observers).toMatchObject([{ name: 'console-1', self: true, live: true }]);
			return cells[0]?.[groups.findIndex((each) => each.group === group)];
		};
		expect(of('GATEWAY')).toMatchObject({ watched: 2, suspected: 0, state: 'reachable' });
		const at = (path: string) => ({ incarnation: { ...MEMBER, path } });
		roll.observe(round(1, { ...at('/turms/members/a'), result: 'timed-out' }));
		roll.observe(round(1, { ...at('/turms/members/c'), result: 'refused' }));
		expect(of('GATEWAY')).toMatchObject({ watched: 2, suspected: 1, timedOut: 1, state: 'partly' });
		expect(of('SERVICE')).toMatchObject({ watched: 1, suspected: 1, refused: 1, timedOut: 0, state: 'reachable' });
	});
});
