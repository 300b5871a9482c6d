import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ancestorsOf, type FenceTarget, MULTI_BYTES_MAX, sequenceOf, surveyFence } from '@/lib/core/fence';
import { classifyFailure, planFence } from '@/lib/core/fence-plan';
import type { ZooKeeperErrorCode } from '@/lib/core/ports';
import { counted, plan, planInput, RANDOM, target } from './fence-fixtures';

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
