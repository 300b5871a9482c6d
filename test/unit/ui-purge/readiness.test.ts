import { describe, expect, it } from 'vitest';
import { type PlannedMemberView, toGuardLines } from '@/components/purge/guard-lines';
import {
	decideBlock,
	EMPTY_FORM,
	PLAN_AGE_MS_MAX,
	parseApproval,
	type ReadinessInput,
	toExcess,
} from '@/components/purge/readiness';
import type { GuardView } from '@/lib/core/purge-view';

const PASS: GuardView = { guard: 'verdict', result: 'pass', code: 'proven', detail: '', facts: {} };
const INACTIVE: GuardView = { guard: 'rate', result: 'inactive', code: 'automatic-only', detail: '', facts: {} };

function member(id: string, guards: GuardView[] = [PASS, INACTIVE]): PlannedMemberView {
	return {
		path: `/m/${id}`,
		id,
		czxid: '0xa',
		ephemeralOwner: '0x2',
		verdict: 'dead',
		reasons: [],
		owned: [],
		expiresInMs: null,
		guards,
	};
}
const target = (id: string) => ({ path: `/m/${id}`, czxid: '0xa', id });

const READY: ReadinessInput = {
	role: 'operator',
	targets: [target('gateway-07')],
	plan: [member('gateway-07')],
	planAgeMs: 100,
	stale: false,
	form: { ...EMPTY_FORM, reason: 'OOM', confirm: 'gateway-07' },
};

describe('the purge button', () => {
	it('works once all active guards pass, a reason is given and the id is typed', () => {
		expect(decideBlock(READY)).toBeNull();
	});

	it.each([
		['for a viewer', { role: 'viewer' }, 'role'],
		['while the stream is broken, however fresh the dry run', { stale: true }, 'stale'],
		['before the first dry run', { plan: null }, 'plan-missing'],
		['on a dry run that is too old', { planAgeMs: PLAN_AGE_MS_MAX + 1 }, 'plan-old'],
		['without a reason', { form: { ...READY.form, reason: '  ' } }, 'reason-missing'],
		['with another id typed', { form: { ...READY.form, confirm: 'gateway-7' } }, 'confirm-mismatch'],
		['with nothing typed', { form: { ...READY.form, confirm: '' } }, 'confirm-mismatch'],
	] as [string, Partial<ReadinessInput>, string][])('is dead %s', (_when, change, code) => {
		expect(decideBlock({ ...READY, ...change })?.code).toBe(code);
	});

	it('works where nothing but a second administrator’s approval is missing, and not beside anything else', () => {
		const second: GuardView = { ...PASS, guard: 'second-person', result: 'fail', code: 'second-person-needed' };
		expect(decideBlock({ ...READY, plan: [member('gateway-07', [PASS, second])] })).toBeNull();
		for (const guards of [
			[PASS, { ...second, code: 'second-person-same' as const }],
			[PASS, second, { ...PASS, guard: 'fence' as const, result: 'unknown' as const }],
			[second],
		]) {
			expect(decideBlock({ ...READY, plan: [member('gateway-07', guards)] })?.code).toBe('guards');
		}
	});

	it.each(['fail', 'unknown'] as const)('is dead while a guard is at %s, on any of the members', (result) => {
		const targets = [target('a'), target('b')];
		const plan = [member('a'), member('b', [{ ...PASS, result, code: 'not-proven' }])];
		const form = { ...READY.form, confirm: '2' };
		expect(decideBlock({ ...READY, targets, plan, form })?.code).toBe('guards');
	});

	it('is dead when a plan names no guard that passes: no guard is no permission', () => {
		expect(decideBlock({ ...READY, plan: [member('gateway-07', [INACTIVE])] })?.code).toBe('guards');
		expect(decideBlock({ ...READY, plan: [member('gateway-07', [])] })?.code).toBe('guards');
	});

	it('is dead when the member has registered again since: the plan is about another incarnation', () => {
		const again = { ...member('gateway-07'), czxid: '0xb' };
		expect(decideBlock({ ...READY, plan: [again] })).toEqual({ code: 'incarnation-gone', ids: ['gateway-07'] });
		expect(decideBlock({ ...READY, plan: [] })?.code).toBe('incarnation-gone');
	});

	it('is dead when the member has left meanwhile, and says that instead of counting guards', () => {
		const left = {
			...member('gateway-07', [{ ...PASS, result: 'fail', code: 'not-proven' }]),
			verdict: 'left' as const,
		};
		expect(decideBlock({ ...READY, plan: [left] })).toEqual({ code: 'incarnation-gone', ids: ['gateway-07'] });
	});

	it('wants the number of several members, not one of their ids', () => {
		const targets = [target('a'), target('b')];
		const input = { ...READY, targets, plan: [member('a'), member('b')] };
		expect(decideBlock({ ...input, form: { ...READY.form, confirm: 'a' } })?.code).toBe('confirm-mismatch');
		expect(decideBlock({ ...input, form: { ...READY.form, confirm: '2' } })).toBeNull();
	});
});

describe('approval beyond the blast radius', () => {
	const radius = (code: GuardView['code'], result: GuardView['result'], facts: GuardView['facts']): GuardView => ({
		guard: 'blast-radius',
		result,
		code,
		detail: '',
		facts,
	});
	const excessOf = (guard: GuardView) => toExcess(toGuardLines([member('a', [guard])]));

	it('is about exactly the members beyond the limit, before and after it was given', () => {
		expect(excessOf(radius('radius-exceeded', 'fail', { used: 5, allowed: 3 }))).toBe(2);
		expect(excessOf(radius('radius-approved', 'pass', { used: 5, allowed: 3 }))).toBe(2);
		expect(excessOf(radius('within-radius', 'pass', { used: 3, allowed: 3 }))).toBeNull();
		expect(excessOf(radius('counters-unknown', 'unknown', {}))).toBeNull();
	});

	it('lapses when the number beyond the limit changes', () => {
		expect(parseApproval(' 2 ', 2)).toBe(2);
		expect(parseApproval('2', 3)).toBeNull();
		expect(parseApproval('3', 2)).toBeNull();
		expect(parseApproval('', null)).toBeNull();
		expect(parseApproval('02', 2)).toBeNull();
	});
});
