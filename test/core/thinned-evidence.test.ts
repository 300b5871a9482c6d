import fc from 'fast-check';
import { expect, it } from 'vitest';
import { step } from '@/lib/core/detector';
import type { Evidence } from '@/lib/core/evidence';
import { initialMemberState, type MemberState } from '@/lib/core/member-state';
import { RULES } from '@/lib/core/policy';
import { proveByRefusal } from '@/lib/core/prove-refusal';
import { contextOf, lived, MEMBER, round, sweep, tripwire } from './timeline';

const DIED_AT_MS = 20_000;

/** Rounds (a look follows another after some 170 ms) and sweeps at paces of their own, overlapping; each is told of when it ends. */
const story = fc
	.record({
		rounds: fc.array(fc.tuple(fc.integer({ min: 170, max: 900 }), fc.integer({ min: 1, max: 120 })), { maxLength: 60 }),
		sweeps: fc.array(
			fc.tuple(fc.integer({ min: 30, max: 560 }), fc.integer({ min: 5, max: 300 }), fc.integer({ min: 0, max: 40 })),
			{ maxLength: 60 },
		),
	})
	.map(({ rounds, sweeps }): Evidence[] => {
		const told: Evidence[] = [];
		let atMs = DIED_AT_MS + 2;
		for (const [pauseMs, tookMs] of rounds) {
			told.push(round(atMs, { tookMs }));
			atMs += pauseMs + tookMs;
		}
		atMs = DIED_AT_MS + 10;
		for (const [pauseMs, tookMs, kind] of sweeps) {
			// Now and then one that lists it, one that sees too little, or a touch of its expiry: the run begins anew.
			const bucketMs = kind === 2 ? 900_000 + atMs : 900_000;
			told.push(sweep(atMs, kind === 0 ? 'connected' : kind === 1 ? 'unknown' : 'gone', { tookMs, bucketMs }));
			atMs += Math.max(pauseMs, tookMs);
		}
		const byEnd = told.toSorted((a, b) => a.observedAtMs - b.observedAtMs);
		return [...lived(DIED_AT_MS), tripwire(DIED_AT_MS, 'closed-by-peer', 10), ...byEnd];
	});

/** Every round and every sweep of the present run, as if none had been let go. */
function extend<Kept extends { startedAtMs: number }>(all: readonly Kept[], kept: readonly Kept[]): readonly Kept[] {
	const [first] = kept;
	const latest = kept.at(-1);
	if (!first || !latest || all[0]?.startedAtMs !== first.startedAtMs) {
		return kept;
	}
	return all.at(-1)?.startedAtMs === latest.startedAtMs ? all : [...all, latest];
}

it('proves with the few rounds and sweeps that are kept what it would with all of them, however long it takes', () => {
	const context = contextOf();
	let proven = 0;
	fc.assert(
		fc.property(story, (atoms) => {
			let state: MemberState = initialMemberState({ incarnation: MEMBER }, 0);
			let { refusals } = state;
			let { goneRun } = state.session;
			for (const evidence of atoms) {
				state = step(state, evidence, context, evidence.observedAtMs).state;
				refusals = extend(refusals, state.refusals);
				goneRun = extend(goneRun, state.session.goneRun);
				const whole = { ...state, refusals, session: { ...state.session, goneRun } };
				const found = proveByRefusal(state, context, evidence.observedAtMs);
				const byAll = proveByRefusal(whole, context, evidence.observedAtMs).proven;
				const sweptMs = evidence.observedAtMs - (state.session.goneRun.at(-1)?.startedAtMs ?? 0);
				if (found.proven !== null || sweptMs <= RULES.sweepGapMsMax) {
					expect(found.proven).toBe(byAll);
				}
				proven += found.proven === null ? 0 : 1;
				// Counted all the same.
				expect(state.refusals.at(-1)?.number ?? 0).toBeGreaterThanOrEqual(state.refusals.length);
				expect(state.session.goneRun.at(-1)?.number ?? 0).toBe(goneRun.length);
				expect(state.refusals.length).toBeLessThanOrEqual(7);
				expect(state.session.goneRun.length).toBeLessThanOrEqual(10);
			}
		}),
		{ numRuns: 1_000 },
	);
	expect(proven).toBeGreaterThan(100);
});
