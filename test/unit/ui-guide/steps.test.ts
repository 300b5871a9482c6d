import { expect, test } from 'vitest';
import { type Step, toSteps } from '@/components/guide/steps';
import type { ClusterView, EnsembleView } from '@/lib/core/view';
import { memberRow } from '../ui/live-member';

const CLUSTER: ClusterView = {
	id: 'turms',
	name: 'Turms',
	counts: {
		alive: 0,
		suspect: 0,
		unresponsive: 0,
		unreachable: 0,
		superseded: 0,
		dead: 0,
		unknown: 0,
		left: 0,
	},
	ensemble: { following: true, servers: [], leader: null, sweepComplete: true, gaps: [] },
	automaticRecovery: true,
	killSwitch: false,
	latch: 'here',
	impairments: [],
	registrations: [{ path: '/turms/members', format: 'turms', members: 0 }],
	observedAtMs: 1,
	ready: true,
};

const OBSERVER = { kind: 'console', failureDomain: 'a', self: false, live: true } as const;
const ENSEMBLE: EnsembleView = {
	following: true,
	servers: [],
	leader: null,
	sweptAtMs: 1,
	sweepComplete: true,
	gaps: [],
	tripwires: { open: 0, max: 100 },
	observersMin: 1,
	observerDomainsMin: 1,
	reachability: {
		observers: [
			{ ...OBSERVER, name: 'console-1', self: true },
			{ ...OBSERVER, name: 'console-2' },
		],
		groups: [],
		cells: [],
		observersLeftOut: 0,
		groupsLeftOut: 0,
	},
};

const states = (steps: readonly Step[]) => Object.fromEntries(steps.map(({ id, state }) => [id, state]));

test('where all is in place every step is done', () => {
	const steps = toSteps(CLUSTER, ENSEMBLE, [memberRow('a'), memberRow('b')]);
	expect(steps.map(({ state }) => state)).toEqual(steps.map(() => 'done'));
});

test('without ZooKeeper what rests on it waits, and the reason is told', () => {
	const cluster: ClusterView = {
		...CLUSTER,
		ensemble: { ...CLUSTER.ensemble, following: false },
		latch: 'unknown',
		impairments: [{ code: 'zookeeper-never-connected', detail: 'connect ECONNREFUSED', sinceAtMs: 0 }],
	};
	const steps = toSteps(cluster, { ...ENSEMBLE, following: false, sweptAtMs: null }, []);
	expect(states(steps)).toMatchObject({
		config: 'done',
		zookeeper: 'todo',
		root: 'waiting',
		members: 'waiting',
		readable: 'waiting',
		sessions: 'waiting',
		answering: 'waiting',
		provable: 'waiting',
	});
	expect(steps[1]).toMatchObject({ problem: 'connect ECONNREFUSED' });
});

test('no member, no right to write and unseen sessions are each a thing to do', () => {
	const steps = toSteps({ ...CLUSTER, latch: 'unknown' }, { ...ENSEMBLE, sweepComplete: false }, []);
	expect(states(steps)).toMatchObject({ zookeeper: 'done', root: 'todo', members: 'todo', sessions: 'todo' });
});

test('sessions that were seen before ZooKeeper fell silent are not called seen', () => {
	const cluster = { ...CLUSTER, ensemble: { ...CLUSTER.ensemble, following: false } };
	expect(states(toSteps(cluster, ENSEMBLE, [memberRow('a')])).sessions).toBe('todo');
});

test('members that cannot be read, do not answer or cannot be proven are counted, the first three named', () => {
	const unread = ['a', 'b', 'c', 'd'].map((id) =>
		memberRow(id, { unreadable: { code: 'address-missing', detail: '' }, lastAnsweredAtMs: null, provable: false }),
	);
	const steps = toSteps(CLUSTER, ENSEMBLE, [
		...unread,
		memberRow('silent', { lastAnsweredAtMs: null, provable: false }),
		memberRow('good'),
	]);
	const step = (id: Step['id']) => steps.find((each) => each.id === id);
	expect(step('readable')).toMatchObject({ state: 'todo', of: { good: 2, all: 6 } });
	const readable = step('readable');
	expect(readable !== undefined && 'of' in readable && readable.of.others.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
	// What has no address cannot answer: it is counted once.
	expect(step('answering')).toMatchObject({ state: 'todo', of: { good: 1, all: 2 } });
	expect(step('provable')).toMatchObject({ state: 'waiting', of: { good: 1, all: 6 } });
});

test('a second observer and automatic recovery are advice', () => {
	const [observer] = ENSEMBLE.reachability.observers;
	const alone = { ...ENSEMBLE.reachability, observers: observer === undefined ? [] : [observer] };
	const steps = toSteps({ ...CLUSTER, automaticRecovery: false }, { ...ENSEMBLE, reachability: alone }, [
		memberRow('a'),
	]);
	expect(states(steps)).toMatchObject({ observers: 'advice', recovery: 'advice', provable: 'done' });
});
