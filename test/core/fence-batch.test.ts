import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ancestorsOf, MULTI_BYTES_MAX, MULTI_REMOVALS_MAX } from '@/lib/core/fence';
import {
	type BatchPlan,
	type BatchSurvey,
	classifyBatchFailure,
	createBatchRoom,
	planBatch,
	surveyMember,
} from '@/lib/core/fence-batch';
import type { ZooKeeperErrorCode } from '@/lib/core/ports';
import { counted, RANDOM, target, tree } from './fence-fixtures';

const OWN = {
	latch: '/rollcall/leader/c/n-1',
	settings: '/rollcall/settings/c',
	counters: '/rollcall/counters/c',
	outbox: '/rollcall/outbox/e-',
};

function surveyed(path: string, owned = [] as ReturnType<typeof target>[], no: string[] = []): BatchSurvey {
	const found = surveyMember(target(path, 'registration', 1), owned, tree, new Set(no));
	if (found.kind !== 'ready') {
		throw new Error(`expected a survey, got ${found.kind}`);
	}
	return found;
}

function planned(surveys: readonly BatchSurvey[], countersBytes = 2, recordBytes = 3): BatchPlan {
	const plan = tryPlan(surveys, countersBytes, recordBytes);
	if (plan.kind !== 'planned') {
		throw new Error(plan.detail);
	}
	return plan;
}

function tryPlan(surveys: readonly BatchSurvey[], countersBytes = 2, recordBytes = 3) {
	return planBatch({
		members: surveys.map((survey) => ({ survey, record: new Uint8Array(recordBytes) })),
		latch: { path: OWN.latch, version: 0 },
		settings: { path: OWN.settings, version: 4 },
		counters: { path: OWN.counters, version: 12, data: new Uint8Array(countersBytes) },
		outboxPath: OWN.outbox,
		random: RANDOM,
	});
}

const lock = (number: number) => target(`/app/locks/x/lock-000000001${number}`, 'sequence', 0);

describe("the batch's multi", () => {
	it('has what they share once, then each at its version, then one record a member', () => {
		const plan = planned([
			surveyed('/app/members/a', [lock(1)]),
			surveyed('/app/members/b', [lock(2)]),
			surveyed('/other/c'),
		]);
		expect(plan.ops.map((op) => [op.kind, op.path, 'version' in op ? op.version : null])).toEqual([
			['check', OWN.latch, 0],
			['check', OWN.settings, 4],
			['set', OWN.counters, 12],
			['create', `/app/members/rc-${RANDOM}-`, null],
			['delete', `/app/members/rc-${RANDOM}-0000000041`, 0],
			['create', `/app/rc-${RANDOM}-`, null],
			['delete', `/app/rc-${RANDOM}-0000000009`, 0],
			['create', `/rc-${RANDOM}-`, null],
			['delete', `/rc-${RANDOM}-0000000003`, 0],
			['create', `/app/locks/rc-${RANDOM}-`, null],
			['delete', `/app/locks/rc-${RANDOM}-0000000002`, 0],
			['create', `/other/rc-${RANDOM}-`, null],
			['delete', `/other/rc-${RANDOM}-0000000006`, 0],
			['delete', '/app/members/a', 1],
			['delete', '/app/locks/x/lock-0000000011', 0],
			['delete', '/app/members/b', 1],
			['delete', '/app/locks/x/lock-0000000012', 0],
			['delete', '/other/c', 1],
			['create', OWN.outbox, null],
			['create', OWN.outbox, null],
			['create', OWN.outbox, null],
		]);
		expect(plan.meanings).toHaveLength(plan.ops.length);
	});

	it('removes nobody without a guard under its parent, and nothing unconditionally', () => {
		const paths = fc.uniqueArray(
			fc.constantFrom('/app/members/a', '/app/members/b', '/app/c', '/other/d', '/app/locks/x/e', '/f'),
			{ minLength: 1 },
		);
		fc.assert(
			fc.property(paths, fc.uniqueArray(fc.constantFrom(...tree.keys())), (victims, no) => {
				const surveys = victims
					.map((path) => surveyMember(target(path), [], tree, new Set(no)))
					.filter((survey) => survey.kind === 'ready');
				fc.pre(surveys.length > 0);
				const { ops } = planned(surveys);
				const guards = ops.filter((op) => op.kind === 'create' && op.path.includes('/rc-')).map((op) => op.path);
				expect(new Set(guards).size).toBe(guards.length);
				for (const { victim } of surveys) {
					const [parent = '/'] = ancestorsOf(victim.path);
					expect(guards).toContain(`${parent === '/' ? '' : parent}/rc-${RANDOM}-`);
				}
				for (const op of ops) {
					expect('version' in op ? op.version : 0).toBeGreaterThanOrEqual(0);
				}
			}),
		);
	});

	it('is never empty and never too large', () => {
		expect(tryPlan([])).toMatchObject({ kind: 'impossible' });
		expect(tryPlan([surveyed('/app/members/a')], MULTI_BYTES_MAX)).toMatchObject({ kind: 'impossible' });
		const many = Array.from({ length: MULTI_REMOVALS_MAX + 1 }, (_, n) => surveyed(`/app/members/m${n}`));
		expect(tryPlan(many)).toMatchObject({ kind: 'impossible' });
	});

	it('who cannot be guarded is left out, and whose other znodes cannot be fenced goes by itself', () => {
		const under = (no: string) => surveyMember(target('/app/members/a'), [], tree, new Set([no]));
		expect(under('/app/members')).toEqual({ kind: 'unavailable', path: '/app/members' });
		expect(under('/app')).toMatchObject({ kind: 'ready', strength: 'weak', unguarded: ['/app'] });
		const other = target('/other/thing', 'other');
		expect(surveyMember(target('/app/members/a'), [other], tree, new Set(['/other']))).toEqual({ kind: 'apart' });
		const odd = new Map(tree).set('/app/members', counted(2_147_483_647));
		expect(surveyMember(target('/app/members/a'), [], odd, new Set()).kind).toBe('unavailable');
	});
});

describe('the room in a multi', () => {
	it('takes as many as fit: what it takes can be planned, and the next one could not', () => {
		const sizes = fc.array(fc.nat({ max: 40_000 }), { minLength: 1, maxLength: 260 });
		fc.assert(
			fc.property(sizes, fc.nat({ max: 200_000 }), (records, countersBytes) => {
				const room = createBatchRoom({ ...OWN, countersBytes });
				const members = records.map((bytes, n) => ({
					survey: surveyed(`/app/members/m${n}`, n % 3 === 0 ? [lock(n % 10)] : []),
					record: new Uint8Array(bytes),
				}));
				const fitting = members.findIndex(({ survey, record }) => !room.take(survey, record.byteLength, 300));
				const taken = members.slice(0, fitting === -1 ? members.length : fitting);
				const plan = (these: typeof members) =>
					planBatch({
						members: these,
						latch: { path: OWN.latch, version: 0 },
						settings: { path: OWN.settings, version: 0 },
						counters: { path: OWN.counters, version: 0, data: new Uint8Array(countersBytes + 300 * these.length) },
						outboxPath: OWN.outbox,
						random: RANDOM,
					});
				if (taken.length > 0) {
					expect(plan(taken).kind).toBe('planned');
				}
				if (fitting !== -1) {
					expect(plan(members.slice(0, fitting + 1)).kind).toBe('impossible');
				}
			}),
			{ numRuns: 40 },
		);
	});
});

describe("a batch's multi that failed", () => {
	const a = surveyed('/app/members/a', [lock(1), target('/other/thing', 'other')]);
	const b = surveyed('/app/members/b');
	const c = surveyed('/app/locks/x/c');
	const plan = planned([a, b, c]);
	const said = (kind: string, path: string, code: ZooKeeperErrorCode) => {
		const index = plan.meanings.findIndex((meaning) => meaning.kind === kind && meaning.path === path);
		expect(index).toBeGreaterThanOrEqual(0);
		return classifyBatchFailure(plan, index, code);
	};

	it('concerns all when the purger may not or somebody counted', () => {
		expect(said('latch', OWN.latch, 'no-node')).toMatchObject({ kind: 'all', failure: { reason: 'latch-lost' } });
		expect(said('settings', OWN.settings, 'bad-version')).toMatchObject({
			kind: 'all',
			failure: { reason: 'settings-changed' },
		});
		expect(said('counters', OWN.counters, 'bad-version')).toMatchObject({
			kind: 'all',
			failure: { kind: 'contended', reason: 'counters-busy' },
		});
		expect(said('outbox', OWN.outbox, 'quota-exceeded')).toMatchObject({ kind: 'all', failure: { reason: 'quota' } });
	});

	it('concerns one alone when that one is gone, registered again or wrote its data', () => {
		expect(said('victim', '/app/members/b', 'no-node')).toMatchObject({
			kind: 'some',
			victims: ['/app/members/b'],
			failure: { kind: 'stale', reason: 'incarnation-changed' },
		});
		expect(said('victim', '/app/members/a', 'bad-version')).toMatchObject({
			victims: ['/app/members/a'],
			failure: { kind: 'stale', reason: 'data-changed' },
		});
	});

	it('concerns those under the ancestor where something was created: contended, not stale', () => {
		expect(said('guard', '/app/members', 'no-node')).toMatchObject({
			kind: 'some',
			victims: ['/app/members/a', '/app/members/b'],
			failure: { kind: 'contended', reason: 'parent-busy', path: '/app/members' },
		});
		expect(said('guard', '/app/locks/x', 'no-node')).toMatchObject({ victims: ['/app/locks/x/c'] });
		expect(said('guard', '/', 'no-node')).toMatchObject({
			victims: ['/app/members/a', '/app/members/b', '/app/locks/x/c'],
		});
		expect(said('guard', '/app/members', 'quota-exceeded')).toMatchObject({
			victims: ['/app/members/a', '/app/members/b'],
			failure: { kind: 'refused', reason: 'quota' },
		});
		expect(said('guard', '/app', 'no-auth')).toEqual({ kind: 'unguardable', path: '/app' });
	});

	it('sends a session by itself whose other znodes stand in the way', () => {
		const alone = { kind: 'apart', victims: ['/app/members/a'] };
		expect(said('guard', '/other', 'no-node')).toEqual(alone);
		expect(said('guard', '/other', 'quota-exceeded')).toEqual(alone);
		expect(said('owned', '/other/thing', 'no-node')).toEqual(alone);
		expect(said('owned', '/other/thing', 'no-auth')).toEqual(alone);
		expect(said('owned', '/other/thing', 'other')).toEqual(alone);
	});

	it('has a meaning for every index and code, none of them success, and names only those of the batch', () => {
		const codes: ZooKeeperErrorCode[] = ['no-node', 'bad-version', 'no-auth', 'quota-exceeded', 'not-empty', 'other'];
		const paths = [a, b, c].map(({ victim }) => victim.path);
		for (let index = -1; index <= plan.ops.length; index += 1) {
			for (const code of codes) {
				const told = classifyBatchFailure(plan, index, code);
				expect(['all', 'some', 'apart', 'unguardable']).toContain(told.kind);
				if ('victims' in told) {
					expect(told.victims.length).toBeGreaterThan(0);
					expect(paths).toEqual(expect.arrayContaining([...told.victims]));
				}
			}
		}
		expect(classifyBatchFailure(plan, 99, 'no-node')).toMatchObject({ kind: 'all', failure: { kind: 'failed' } });
	});
});
