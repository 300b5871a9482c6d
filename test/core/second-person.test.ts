import { describe, expect, it } from 'vitest';
import { decideGuards, type GuardInput, guardsPass } from '@/lib/core/guards';
import { toHex } from '@/lib/core/ids';
import type { Policy } from '@/lib/core/policy';
import { decideSecondPerson, isExpired, OVERRIDE_BOUNDS, type PendingOverride } from '@/lib/core/second-person';
import { contextOf, died, lived, MEMBER, round, sweep, tell, tripwire } from './timeline';

const person = (name: string) => ({ kind: 'operator', name, role: 'admin', sourceAddress: null }) as const;
const token = (name: string) => ({ ...person(name), kind: 'token' }) as const;

const APPROVED: PendingOverride = {
	id: '0b8f3c1e-9a42-4a0e-8d57-2f6f0f2f9a11',
	path: MEMBER.path,
	czxid: toHex(MEMBER.czxid),
	memberId: 'gateway07',
	requester: person('ada'),
	role: 'admin',
	reason: 'the rack has no power',
	requestedAtMs: 1,
};

/** Nothing comes back from its host, and two complete sweeps do not find its session. */
const SILENT = [
	...[20_000, 22_000, 26_000].map((t) => round(t, { result: 'timed-out', tookMs: 1_000 })),
	sweep(27_050, 'gone'),
	sweep(27_300, 'gone'),
];
const UNREACHABLE = [...lived(), tripwire(19_900, 'silent', 10), ...SILENT];

function input(more: Partial<GuardInput> = {}, policy: Partial<Policy> = { overrideSecondPerson: true }): GuardInput {
	return {
		state: tell(UNREACHABLE),
		context: contextOf(policy),
		nowMs: 27_400,
		override: true,
		role: 'admin',
		asker: person('ada'),
		siblings: [],
		latch: { kind: 'held', path: '/latch', sinceMs: 0 },
		blastRadius: { guard: 'blast-radius', result: 'pass', code: 'within-radius', facts: {} },
		fence: { guard: 'fence', result: 'pass', code: 'fence-full', facts: {} },
		recovery: [],
		...more,
	};
}

const objections = (asked: GuardInput) =>
	decideGuards(asked).flatMap(({ guard, result, code }) => (result === 'pass' ? [] : [`${guard}: ${code}`]));

describe('an override where a second person is needed', () => {
	it('does not go on one administrator’s word, against which nothing else speaks', () => {
		expect(objections(input())).toEqual(['second-person: second-person-needed']);
	});

	it('goes when another administrator approves it', () => {
		const asked = input({ asker: person('grace'), approved: APPROVED });
		expect(guardsPass(decideGuards(asked))).toBe(true);
		expect(decideGuards(asked)).toContainEqual({
			guard: 'second-person',
			result: 'pass',
			code: 'second-person-approved',
			facts: { requester: 'ada', asker: 'grace' },
		});
	});

	it.each([
		['the same account', { asker: person('ada') }, 'second-person-same'],
		['the same account in another spelling', { asker: person(' ADA') }, 'second-person-same'],
		['a token', { asker: token('grace') }, 'second-person-no-token'],
		['somebody whom nobody names', { asker: null }, 'second-person-no-token'],
		['an operator', { asker: person('grace'), role: 'operator' }, 'second-person-no-admin'],
		[
			'another, of what a token asked for',
			{ approved: { ...APPROVED, requester: token('ci') } },
			'second-person-no-token',
		],
		[
			'another, of what an operator asked for',
			{ approved: { ...APPROVED, role: 'operator' } },
			'second-person-no-admin',
		],
		['another, of the next incarnation', { approved: { ...APPROVED, czxid: '0xabc' } }, 'approval-of-another'],
		['another, of another path', { approved: { ...APPROVED, path: '/turms/members/8' } }, 'approval-of-another'],
	] as [string, Partial<GuardInput>, string][])('does not go when approved by %s', (_who, more, code) => {
		const asked = input({ asker: person('grace'), approved: APPROVED, ...more });
		expect(objections(asked)).toContain(`second-person: ${code}`);
		expect(guardsPass(decideGuards(asked))).toBe(false);
	});

	it('is not asked for by a token, which another person may hold', () => {
		expect(objections(input({ asker: token('ci') }))).toEqual(['second-person: second-person-no-token']);
	});

	it('is stopped by a sign of life, approved or not', () => {
		// The connection held to it is open still.
		const asked = input({ state: tell([...lived(), ...SILENT]), asker: person('grace'), approved: APPROVED });
		expect(objections(asked)).toContain('verdict: override-veto');
	});
});

describe('the knob', () => {
	it('is asked in the turn of the write: switched on since, it binds; switched off, it does not', () => {
		const asked = input({}, { overrideSecondPerson: false });
		expect(guardsPass(decideGuards(asked))).toBe(true);
		const since = { ...asked, context: contextOf({ overrideSecondPerson: true }) };
		expect(guardsPass(decideGuards(since))).toBe(false);
	});

	it('of the console that was asked binds the one that carries it out, whose own is off', () => {
		const asked = input({ secondPersonNeeded: true }, { overrideSecondPerson: false });
		expect(objections(asked)).toEqual(['second-person: second-person-needed']);
	});

	it('does not bind where nothing is overridden: a proven member, or no override', () => {
		const dead = tell([...lived(), ...died()]);
		expect(guardsPass(decideGuards(input({ state: dead, nowMs: 21_810 })))).toBe(true);
		expect(objections(input({ override: false }))).toEqual(['verdict: not-proven']);
	});
});

describe('the age of a pending override', () => {
	const { ageMsMax, clockBackMsMax } = OVERRIDE_BOUNDS;
	it.each([
		[0, false],
		[ageMsMax, false],
		[ageMsMax + 1, true],
		[-clockBackMsMax, false],
		[-clockBackMsMax - 1, true],
		[Number.NaN, true],
	])('of %d ms: expired is %s', (ageMs, expired) => {
		expect(isExpired(1_000_000, 1_000_000 + ageMs)).toBe(expired);
	});
});

it('says who asked and who approves, whatever it decides', () => {
	const check = decideSecondPerson({ incarnation: MEMBER, asker: person('ada'), role: 'admin', approved: APPROVED });
	expect(check).toMatchObject({ result: 'fail', facts: { requester: 'ada', asker: 'ada' } });
});
