import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evidence, RoundEvidence, SessionEvidence } from '@/lib/core/evidence';
import {
	contextOf,
	died,
	exitReport,
	health,
	lived,
	MEMBER,
	round,
	suspicion,
	sweep,
	tell,
	tripwire,
	WELL,
} from './timeline';

/**
 * Stories near a real death: each atom may be dropped, altered or followed by another, so that about half of them
 * still reach a proof. The checks below read the story itself and know nothing of the detector's state.
 */
const alterations = [
	(e: Evidence) => [e],
	(e: Evidence) => [e],
	(e: Evidence) => [e],
	(e: Evidence) => [e],
	() => [],
	(e: Evidence) => (e.kind === 'round' ? [round(e.startedAtMs, { result: 'timed-out' })] : [e]),
	(e: Evidence) => (e.kind === 'round' ? [round(e.startedAtMs, { result: 'accepted' })] : [e]),
	(e: Evidence) => (e.kind === 'round' ? [round(e.startedAtMs, { ownHealth: { ...WELL, loopPauseMsMax: 400 } })] : [e]),
	(e: Evidence) => (e.kind === 'session' ? [sweep(e.sweep.startedAtMs, 'unknown')] : [e]),
	(e: Evidence) =>
		e.kind === 'session' ? [sweep(e.sweep.startedAtMs, 'connected', { packets: e.observedAtMs })] : [e],
	(e: Evidence) =>
		e.kind === 'session'
			? [sweep(e.sweep.startedAtMs, 'gone', { bucketMs: 900_000 + Math.floor(e.observedAtMs / 1_000) * 1_000 })]
			: [e],
	(e: Evidence) => [e, tripwire(e.observedAtMs + 1, 'open', e.observedAtMs + 1)],
	(e: Evidence) => [{ ...e, incarnation: { ...MEMBER, czxid: MEMBER.czxid + 1n } }],
] as const;

const length = [...lived(), ...died(20_000, 3_000)].length;
const story = fc
	.tuple(
		fc.array(fc.integer({ min: 0, max: 60 }), { minLength: length, maxLength: length }),
		fc.constantFrom(800, 1_500, 2_200, 3_000),
	)
	.map(([choices, forMs]) =>
		[...lived(), ...died(20_000, forMs)].flatMap((e, i) => {
			const alter = alterations[choices[i] ?? 0];
			return alter ? alter(e) : [e];
		}),
	);

/** The same stories with what others say strewn in: exit reports, suspicions, health checks of all kinds. */
const strewn = fc
	.tuple(story, fc.array(fc.integer({ min: 0, max: 40 }), { minLength: length, maxLength: length }))
	.map(([atoms, choices]) =>
		atoms.flatMap((e, i) => {
			const atMs = e.observedAtMs;
			const extra: Record<number, Evidence> = {
				0: exitReport(atMs),
				1: suspicion(atMs, 'peer-1'),
				2: suspicion(atMs, 'peer-2', { refused: [], timedOut: [] }),
				3: health(atMs, { result: 'refused' }),
				4: health(atMs, { result: 'timed-out' }),
				5: health(atMs, { identity: { sessionId: 77n, startNonce: 'x', path: '/x' } }),
				6: suspicion(atMs, 'peer-1', { state: 'withdrawn' }),
			};
			const more = extra[choices[i] ?? 99];
			return more ? [e, more] : [e];
		}),
	);
/**
 * Speaks for its death and for nothing else. A round of an observer that was unwell speaks against the proof, and so do two
 * sweeps that tell different times of the session's expiry: neither of the two can be called missing.
 */
function isSupport(e: Evidence, all: readonly Evidence[]): boolean {
	if (e.kind === 'round') {
		return e.ownHealth === WELL && e.answers.every((answer) => answer.result === 'refused');
	}
	const steady = all.every((each) => each.kind !== 'session' || (each.expiryBucketMs ?? 0) <= 900_000);
	return e.kind === 'session' && e.state === 'gone' && steady;
}

const named = { sessionId: MEMBER.ephemeralOwner, startNonce: 'n', path: MEMBER.path };

const own = (atoms: readonly Evidence[]) => atoms.filter((e) => e.incarnation.czxid === MEMBER.czxid);

/** The conditions of verdicts.md, read off the story. Returns the first that does not hold. */
function violated(atoms: readonly Evidence[]): string | null {
	const mine = own(atoms);
	const endMs = atoms.at(-1)?.observedAtMs ?? 0;
	const rounds = mine.filter((e): e is RoundEvidence => e.kind === 'round');
	const sweeps = mine.filter((e): e is SessionEvidence => e.kind === 'session');
	const closings = mine.filter(
		(e) => e.kind === 'tripwire' && e.state === 'closed-by-peer' && e.observedAtMs - e.openedAtMs >= 5_000,
	);
	if (closings.length === 0) {
		return 'no tripwire held for 5 s was closed by the peer';
	}
	const lastListed = Math.max(0, ...sweeps.filter((e) => e.state === 'connected').map((e) => e.sweep.finishedAtMs));
	const gone = sweeps.filter((e) => e.state === 'gone' && e.sweep.startedAtMs >= lastListed);
	const refused = rounds.filter(
		(e) =>
			e.answers.every((a) => a.result === 'refused') &&
			e.ownHealth.loopPauseMsMax <= 250 &&
			e.startedAtMs >= lastListed,
	);
	const pair = refused.some((first) =>
		refused.some(
			(second) =>
				second.startedAtMs - first.observedAtMs >= 150 &&
				gone.some((s) => s.sweep.startedAtMs >= first.observedAtMs && s.sweep.finishedAtMs <= second.startedAtMs) &&
				gone.some((s) => s.sweep.startedAtMs >= second.observedAtMs),
		),
	);
	if (!pair) {
		return 'no two refusal rounds with sweeps between and after';
	}
	if (rounds.at(-1)?.answers.some((a) => a.result === 'accepted')) {
		return 'the last round was answered';
	}
	const run: SessionEvidence[] = [];
	for (const s of gone) {
		const last = run.at(-1);
		if (
			last &&
			(s.sweep.startedAtMs - last.sweep.startedAtMs > 500 || (s.expiryBucketMs ?? 0) > (last.expiryBucketMs ?? 0))
		) {
			run.length = 0;
		}
		run.push(s);
	}
	const goneFor = (run.at(-1)?.sweep.startedAtMs ?? 0) - (run[0]?.sweep.finishedAtMs ?? 0);
	if (goneFor < 1_200) {
		return `gone for ${goneFor} ms only`;
	}
	return endMs <= 10_000 ? 'too young' : null;
}

/** Something after a complete proof that speaks against it: then it must not be held. */
function contradicted(before: readonly Evidence[], after: readonly Evidence[]): boolean {
	let last = own(before)
		.filter((e): e is SessionEvidence => e.kind === 'session')
		.at(-1);
	return own(after).some((e) => {
		if (e.kind === 'round') {
			return e.answers.some((a) => a.result === 'accepted');
		}
		if (e.kind !== 'session') {
			return false;
		}
		const gapMs = e.sweep.startedAtMs - (last?.sweep.startedAtMs ?? 0);
		const later = e.state === 'gone' && (e.expiryBucketMs ?? 0) > (last?.expiryBucketMs ?? 0);
		last = e.state === 'gone' ? e : last;
		return e.state === 'connected' || later || gapMs > 2_000;
	});
}

/** Complete at some point, and not contradicted since. */
function proofStands(atoms: readonly Evidence[]): boolean {
	return atoms.some((_, i) => {
		const before = atoms.slice(0, i + 1);
		return violated(before) === null && !contradicted(before, atoms.slice(i + 1));
	});
}

describe('the detector, over stories near a death', { timeout: 60_000 }, () => {
	it('never calls dead without every condition, and does so in a good share of stories', () => {
		let dead = 0;
		let all = 0;
		fc.assert(
			fc.property(story, (atoms) => {
				all += 1;
				if (tell(atoms).verdict === 'dead') {
					dead += 1;
					expect(proofStands(atoms)).toBe(true);
				}
			}),
			{ numRuns: 3_000 },
		);
		expect(dead / all).toBeGreaterThan(0.02);
		expect(dead / all).toBeLessThan(0.9);
	});

	it('lets a veto outweigh any proof', () => {
		const veto = fc.constantFrom(
			(atMs: number) => [sweep(atMs, 'connected', { packets: 99_999 })],
			(atMs: number) => [sweep(atMs, 'connected', { packets: 1 })],
			(atMs: number) => [sweep(atMs, 'connected', { packets: 50, complete: false })],
			(atMs: number) => [health(atMs, { identity: named })],
		);
		fc.assert(
			fc.property(strewn, veto, (atoms, speak) => {
				const endMs = Math.max(...atoms.map((e) => e.observedAtMs));
				expect(['dead', 'superseded']).not.toContain(tell([...atoms, ...speak(endMs + 1)]).verdict);
			}),
			{ numRuns: 1_000 },
		);
	});

	it('lets an answer at the address outweigh a proof by refusal', () => {
		fc.assert(
			fc.property(story, (atoms) => {
				const endMs = Math.max(...atoms.map((e) => e.observedAtMs));
				expect(tell([...atoms, round(endMs + 1, { result: 'accepted' })]).verdict).not.toBe('dead');
			}),
			{ numRuns: 500 },
		);
	});

	it('calls dead on nobody’s word alone: without an exit report and a quorum of one, what others say changes nothing', () => {
		fc.assert(
			fc.property(strewn, (atoms) => {
				const ownOnly = atoms.filter((e) => e.kind !== 'suspicion');
				expect(tell(atoms).verdict === 'dead').toBe(tell(ownOnly).verdict === 'dead');
			}),
			{ numRuns: 500 },
		);
	});

	it('needs more for a larger quorum, never less', () => {
		fc.assert(
			fc.property(strewn, (atoms) => {
				const isDead = (observersMin: number) => {
					const { verdict, reasons } = tell(atoms, contextOf({ observersMin }));
					return verdict === 'dead' && reasons.includes('refused-by-quorum');
				};
				if (isDead(2)) {
					expect(tell(atoms, contextOf({ observersMin: 1 })).verdict).toBe('dead');
				}
				expect(isDead(3)).toBe(false);
			}),
			{ numRuns: 500 },
		);
	});

	it('gives no weight to evidence of another incarnation', () => {
		const other = fc.constantFrom(
			{ ...MEMBER, czxid: MEMBER.czxid + 1n },
			{ ...MEMBER, ephemeralOwner: MEMBER.ephemeralOwner + 1n },
			{ ...MEMBER, path: '/turms/members/gateway08' },
		);
		fc.assert(
			fc.property(
				strewn,
				fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
				other,
				(atoms, strange, incarnation) => {
					const mixed = atoms.map((e, i) => (strange[i] ? { ...e, incarnation } : e));
					const without = atoms.filter((_, i) => !strange[i]);
					expect(tell(mixed)).toEqual(tell(without));
				},
			),
			{ numRuns: 1_000 },
		);
	});

	it('is never moved toward dead by evidence that is missing', () => {
		fc.assert(
			fc.property(story, fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (atoms, missing) => {
				const blinded = atoms.flatMap((e, i): Evidence[] => {
					if (!missing[i] || !isSupport(e, atoms)) {
						return [e];
					}
					if (i % 2 === 1) {
						return [];
					}
					if (e.kind === 'session') {
						return [sweep(e.sweep.startedAtMs, 'unknown')];
					}
					return e.kind === 'round' ? [round(e.startedAtMs, { result: 'timed-out' })] : [e];
				});
				if (tell(atoms).verdict !== 'dead') {
					expect(tell(blinded).verdict).not.toBe('dead');
				}
			}),
			{ numRuns: 2_000 },
		);
	});
});
