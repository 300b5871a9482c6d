import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	ancestorsOf,
	creates,
	type FenceTarget,
	guardPair,
	MULTI_BYTES_MAX,
	MULTI_REMOVALS_MAX,
	type SurveyInput,
	sequenceOf,
	surveyFence,
} from '@/lib/core/fence';
import { classifyFailure, type FencePlan, type FencePlanInput, planFence } from '@/lib/core/fence-plan';
import type { ZnodeStat, ZooKeeperErrorCode } from '@/lib/core/ports';

const RANDOM = '0123456789abcdef';

function stat(extra: Partial<ZnodeStat> = {}): ZnodeStat {
	return {
		czxid: 1n,
		mzxid: 1n,
		pzxid: 1n,
		ctimeMs: 0,
		mtimeMs: 0,
		version: 0,
		cversion: 0,
		aversion: 0,
		ephemeralOwner: 0n,
		dataLength: 0,
		numChildren: 0,
		...extra,
	};
}

/** What ZooKeeper's DataNode.copyStat reports for a count of creates and children, in its 32-bit arithmetic. */
function reported(count: number, numChildren: number) {
	return { cversion: (Math.imul(count, 2) - numChildren) | 0, numChildren };
}

const counted = (count: number, children = 1) => stat(reported(count, children));

function target(path: string, kind: FenceTarget['kind'] = 'registration', version = 0): FenceTarget {
	return { path, kind, stat: stat({ version, ephemeralOwner: 7n }) };
}

const tree = new Map<string, ZnodeStat>([
	['/', counted(3, 2)],
	['/app', counted(9)],
	['/app/members', counted(41)],
	['/app/locks', counted(2)],
	['/app/locks/x', counted(5_000)],
	['/other', counted(6)],
]);

function survey(extra: Partial<SurveyInput> = {}) {
	const input = {
		victim: target('/app/members/m'),
		owned: [],
		ancestors: tree,
		unguardable: new Set<string>(),
		...extra,
	};
	return surveyFence(input);
}

function ready(extra: Partial<SurveyInput> = {}) {
	const found = survey(extra);
	if (found.kind !== 'ready') {
		throw new Error(`expected a survey, got ${found.kind}`);
	}
	return found;
}

function plan(extra: Partial<SurveyInput> = {}, counters: Uint8Array | null = new Uint8Array(2)): FencePlan {
	const planned = planFence(planInput(extra, counters));
	if (planned.kind !== 'planned') {
		throw new Error(planned.detail);
	}
	return planned;
}

function planInput(extra: Partial<SurveyInput>, counters: Uint8Array | null): FencePlanInput {
	return {
		survey: ready(extra),
		latch: { path: '/rollcall/leader/c/n-1', version: 0 },
		settings: { path: '/rollcall/settings/c', version: 4 },
		counters: { path: '/rollcall/counters/c', version: 12, data: counters },
		outbox: { path: '/rollcall/outbox/e-', data: new Uint8Array(3) },
		random: RANDOM,
	};
}

describe('the count of creates', () => {
	it('is what the stat gives away, also where 32 bits overflow', () => {
		fc.assert(
			fc.property(fc.nat({ max: 2_147_482_647 }), fc.nat({ max: 100_000 }), (count, children) => {
				expect(creates(reported(count, Math.min(children, count)))).toBe(count);
			}),
		);
		expect(reported(1_500_000_000, 3).cversion).toBeLessThan(0);
		expect(creates(reported(1_500_000_000, 3))).toBe(1_500_000_000);
	});

	it('is the root of a new ensemble: cversion -1 and one child', () => {
		expect(creates({ cversion: -1, numChildren: 1 })).toBe(0);
	});

	it('fails closed when it is not whole, or near the end of an int', () => {
		expect(creates({ cversion: 4, numChildren: 1 })).toBeNull();
		expect(creates(reported(2_147_483_647, 1))).toBeNull();
		expect(creates(reported(2_147_483_000, 1))).toBeNull();
	});
});

describe('a guard', () => {
	it('deletes the very name that ZooKeeper would give next', () => {
		const [create, remove] = guardPair('/app/members', 41, RANDOM);
		expect(create).toMatchObject({
			kind: 'create',
			mode: 'persistent-sequential',
			path: '/app/members/rc-0123456789abcdef-',
		});
		expect(remove).toEqual({
			kind: 'delete',
			path: '/app/members/rc-0123456789abcdef-0000000041',
			version: 0,
		});
		expect(guardPair('/', 7, RANDOM)[1].path).toBe('/rc-0123456789abcdef-0000000007');
	});

	it('has no name that can be guessed', () => {
		for (const random of ['', 'abc', '0123456789abcdeg', '0123456789ABCDEF']) {
			expect(() => guardPair('/a', 1, random)).toThrow(TypeError);
		}
	});

	it('stands under each ancestor up to the root, once', () => {
		expect(ancestorsOf('/a/b/c')).toEqual(['/a/b', '/a', '/']);
		expect(ancestorsOf('/a')).toEqual(['/']);
		expect(ancestorsOf('/')).toEqual([]);
		const owned = [target('/app/members/second'), target('/other/thing', 'other')];
		const found = ready({ owned });
		expect(found.guards.map((guard) => [guard.path, guard.count, guard.forVictim])).toEqual([
			['/app/members', 41, true],
			['/app', 9, true],
			['/', 3, true],
			['/other', 6, false],
		]);
		expect(found.strength).toBe('full');
	});
});

describe('what the fence can hold', () => {
	it('is unavailable without a guard under the parent: a version-only delete is never planned', () => {
		expect(survey({ unguardable: new Set(['/app/members']) })).toEqual({ kind: 'unavailable', path: '/app/members' });
		const odd = new Map(tree).set('/app/members', stat({ cversion: 4, numChildren: 1 }));
		expect(survey({ ancestors: odd }).kind).toBe('unavailable');
	});

	it('is weak without the grandparent, and says which ancestors are left out', () => {
		expect(ready({ unguardable: new Set(['/app']) })).toMatchObject({ strength: 'weak', unguarded: ['/app'] });
		expect(ready({ unguardable: new Set(['/']) })).toMatchObject({ strength: 'full', unguarded: ['/'] });
		const shallow = { victim: target('/other/m'), unguardable: new Set(['/']) };
		expect(ready(shallow).strength).toBe('weak');
		expect(ready({ victim: target('/m') }).strength).toBe('full');
	});

	it('takes locks along without a guard under their busy folder, but with those above it', () => {
		const found = ready({ owned: [target('/app/locks/x/lock-0000000017', 'sequence')] });
		expect(found.owned).toHaveLength(1);
		expect(found.guards.map((guard) => guard.path)).toEqual(['/app/members', '/app', '/', '/app/locks']);
	});

	it('does not trust ten digits that the folder has not counted to', () => {
		const forged = target('/app/locks/x/job-1700000000', 'sequence');
		expect(ready({ owned: [forged] }).guards.map((guard) => guard.path)).toContain('/app/locks/x');
		const closed = ready({ owned: [forged], unguardable: new Set(['/app/locks/x']) });
		expect(closed.unfenced).toEqual([forged.path]);
		expect(closed.owned).toEqual([]);
	});

	it('reads a sequence number only where ZooKeeper writes one', () => {
		expect(sequenceOf('/locks/lock-0000000017')).toBe(17);
		expect(sequenceOf('/locks/0000000017')).toBe(17);
		expect(sequenceOf('/locks/lock-00000000170')).toBeNull();
		expect(sequenceOf('/locks/lock-17')).toBeNull();
	});

	it('leaves what does not fit to later multis and never exceeds the bounds', () => {
		fc.assert(
			fc.property(fc.nat({ max: 600 }), fc.nat({ max: 3_000 }), (count, length) => {
				const name = 'x'.repeat(length);
				const owned = Array.from({ length: count }, (_, n) => target(`/app/locks/x/${name}${n}`, 'other'));
				const found = ready({ owned });
				expect(found.owned.length + found.overflow.length).toBe(count);
				expect(found.owned.length).toBeLessThan(MULTI_REMOVALS_MAX);
				const planned = plan({ owned }, new Uint8Array(256 * 1024));
				expect(planned.bytes).toBeLessThanOrEqual(MULTI_BYTES_MAX);
			}),
			{ numRuns: 30 },
		);
	});
});

describe('the multi', () => {
	it('is checks, counters, guards, removals at their versions, and the record, in this order', () => {
		const planned = plan({
			victim: target('/app/members/m', 'registration', 5),
			owned: [target('/other/thing', 'other', 2)],
		});
		expect(planned.ops.map((op) => [op.kind, op.path, 'version' in op ? op.version : null])).toEqual([
			['check', '/rollcall/leader/c/n-1', 0],
			['check', '/rollcall/settings/c', 4],
			['set', '/rollcall/counters/c', 12],
			['create', `/app/members/rc-${RANDOM}-`, null],
			['delete', `/app/members/rc-${RANDOM}-0000000041`, 0],
			['create', `/app/rc-${RANDOM}-`, null],
			['delete', `/app/rc-${RANDOM}-0000000009`, 0],
			['create', `/rc-${RANDOM}-`, null],
			['delete', `/rc-${RANDOM}-0000000003`, 0],
			['create', `/other/rc-${RANDOM}-`, null],
			['delete', `/other/rc-${RANDOM}-0000000006`, 0],
			['delete', '/app/members/m', 5],
			['delete', '/other/thing', 2],
			['create', '/rollcall/outbox/e-', null],
		]);
		expect(planned.removes).toEqual(['/app/members/m', '/other/thing']);
		expect(planned.meanings).toHaveLength(planned.ops.length);
	});

	it('deletes nothing unconditionally, whatever is planned', () => {
		const path = fc
			.array(fc.constantFrom('a', 'b', 'c', 'lock-0000000001'), { minLength: 1, maxLength: 4 })
			.map((parts) => `/${parts.join('/')}`);
		const kind = fc.constantFrom<FenceTarget['kind']>('registration', 'sequence', 'other');
		const targetArbitrary = fc
			.record({ path, kind, version: fc.nat({ max: 3 }) })
			.map((each) => target(each.path, each.kind, each.version));
		fc.assert(
			fc.property(targetArbitrary, fc.array(targetArbitrary, { maxLength: 5 }), fc.array(path), (victim, owned, no) => {
				const ancestors = new Map(
					[victim, ...owned].flatMap((each) => ancestorsOf(each.path).map((up) => [up, counted(10)] as const)),
				);
				const found = surveyFence({ victim, owned, ancestors, unguardable: new Set(no) });
				fc.pre(found.kind === 'ready');
				const planned = planFence({ ...planInput({}, null), survey: found });
				fc.pre(planned.kind === 'planned');
				for (const op of planned.ops) {
					expect('version' in op ? op.version : 0).toBeGreaterThanOrEqual(0);
				}
				const guarded = new Set(found.guards.map((guard) => guard.path));
				expect(guarded.size).toBe(found.guards.length);
				for (const removed of [victim, ...found.owned]) {
					const [parent = '/'] = ancestorsOf(removed.path);
					const number = removed.kind === 'sequence' ? sequenceOf(removed.path) : null;
					expect(guarded.has(parent) || (removed !== victim && number !== null && number < 10)).toBe(true);
				}
			}),
		);
	});

	it('checks the counters where it does not count, so that an unknown attempt can be made void', () => {
		expect(plan({}, null).ops[2]).toEqual({ kind: 'check', path: '/rollcall/counters/c', version: 12 });
	});

	it('is never empty and never too large', () => {
		expect(planFence(planInput({ victim: null }, null))).toMatchObject({ kind: 'impossible' });
		expect(planFence(planInput({}, new Uint8Array(MULTI_BYTES_MAX)))).toMatchObject({ kind: 'impossible' });
	});
});

describe('a failed multi', () => {
	const planned = plan({
		owned: [target('/other/thing', 'other'), target('/app/locks/x/lock-0000000017', 'sequence')],
	});
	const indexOf = (kind: string, path: string) =>
		planned.meanings.findIndex((meaning) => meaning.kind === kind && meaning.path === path);
	const verdict = (kind: string, path: string, code: ZooKeeperErrorCode) =>
		classifyFailure(planned, indexOf(kind, path), code);

	it('is refused when the purger lost its latch or the settings changed', () => {
		expect(verdict('latch', '/rollcall/leader/c/n-1', 'no-node')).toMatchObject({
			kind: 'refused',
			reason: 'latch-lost',
		});
		expect(verdict('settings', '/rollcall/settings/c', 'bad-version')).toMatchObject({
			kind: 'refused',
			reason: 'settings-changed',
		});
	});

	it('is contended, not stale, when only something was created near the victim or somebody counted', () => {
		expect(verdict('counters', '/rollcall/counters/c', 'bad-version')).toMatchObject({
			kind: 'contended',
			reason: 'counters-busy',
		});
		for (const path of ['/app/members', '/app', '/']) {
			expect(verdict('guard', path, 'no-node')).toEqual({ kind: 'contended', reason: 'parent-busy', path });
		}
	});

	it('is stale when the victim is gone or wrote its data', () => {
		expect(verdict('victim', '/app/members/m', 'no-node')).toEqual({ kind: 'stale', reason: 'incarnation-changed' });
		expect(verdict('victim', '/app/members/m', 'bad-version')).toEqual({ kind: 'stale', reason: 'data-changed' });
	});

	it('splits off what contends beside the registration', () => {
		expect(verdict('guard', '/other', 'no-node')).toEqual({ kind: 'split', paths: ['/other/thing'], path: '/other' });
		expect(verdict('owned', '/other/thing', 'bad-version')).toMatchObject({ kind: 'split', paths: ['/other/thing'] });
		expect(verdict('owned', '/other/thing', 'no-auth')).toEqual({ kind: 'denied', path: '/other/thing' });
	});

	it('leaves an ancestor out where a guard is not permitted, and names the path where a quota or a permission refuses', () => {
		expect(verdict('guard', '/app', 'no-auth')).toEqual({ kind: 'unguardable', path: '/app' });
		expect(verdict('guard', '/app', 'quota-exceeded')).toEqual({ kind: 'refused', reason: 'quota', path: '/app' });
		expect(verdict('outbox', '/rollcall/outbox/e-', 'quota-exceeded')).toMatchObject({
			kind: 'refused',
			reason: 'quota',
			path: '/rollcall/outbox/e-',
		});
		expect(verdict('victim', '/app/members/m', 'no-auth')).toMatchObject({ kind: 'refused', reason: 'no-permission' });
	});

	it('has a verdict for every index and code, and none of them is success', () => {
		const codes: ZooKeeperErrorCode[] = ['no-node', 'bad-version', 'no-auth', 'quota-exceeded', 'not-empty', 'other'];
		for (let index = -1; index <= planned.ops.length; index += 1) {
			for (const code of codes) {
				expect(['refused', 'stale', 'contended', 'unguardable', 'split', 'denied', 'failed']).toContain(
					classifyFailure(planned, index, code).kind,
				);
			}
		}
		expect(classifyFailure(planned, 99, 'no-node').kind).toBe('failed');
	});
});
