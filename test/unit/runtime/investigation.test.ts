import { expect, it } from 'vitest';
import { initialMemberState, type MemberState } from '@/lib/core/member-state';
import { createInvestigation } from '@/lib/runtime/investigation';
import { createManualClock } from '../../fakes/manual-clock';

const INCARNATION = { path: '/members/a', czxid: 1n, ephemeralOwner: 2n };
const ROUND_MS = 5;
const SWEEP_MS = 60;

/** A member whose session is gone, until told otherwise. */
function createWorld(options: { timedOut?: () => boolean } = {}) {
	const clock = createManualClock();
	const stop = new AbortController();
	const rounds: number[] = [];
	const base = initialMemberState({ incarnation: INCARNATION }, 0);
	let state: MemberState | null = { ...base, verdict: 'suspect', session: { ...base.session, state: 'gone' } };
	const investigation = createInvestigation({
		clock,
		signal: stop.signal,
		async round() {
			rounds.push(clock.nowMs());
			await clock.sleep(ROUND_MS);
			return { timedOut: options.timedOut?.() ?? false };
		},
		sweepAfterNow: () => clock.sleep(SWEEP_MS),
		state: () => state,
		onSwept: () => undefined,
		crowdPauseMs: () => 0,
		onFault: (error) => {
			throw error;
		},
	});
	return {
		clock,
		investigation,
		rounds,
		leave() {
			state = null;
		},
		close() {
			stop.abort();
			investigation.close();
		},
	};
}

it('looks again 150 ms after the end of the last look, so that any two of them are a pair of rounds', async () => {
	const { clock, investigation, rounds, close } = createWorld();
	investigation.suspect();
	await clock.advance(1_000);
	const gaps = rounds.slice(1).map((atMs, i) => atMs - ((rounds[i] ?? 0) + ROUND_MS));
	expect(gaps.length).toBeGreaterThanOrEqual(5);
	expect(Math.min(...gaps)).toBeGreaterThanOrEqual(150);
	expect(Math.max(...gaps)).toBeLessThanOrEqual(170);
	close();
});

it('looks at once when the connection that it has just made was closed, for the kernel of the dying accepts', async () => {
	const { clock, investigation, rounds, close } = createWorld();
	investigation.suspect();
	await clock.advance(ROUND_MS + 2);
	investigation.news();
	await clock.advance(10);
	expect(rounds).toHaveLength(2);
	expect((rounds[1] ?? 0) - (rounds[0] ?? 0)).toBeLessThanOrEqual(ROUND_MS + 3);
	close();
});

it('is not driven by a server that closes every connection: a few looks at once, then its own pace', async () => {
	const { clock, investigation, rounds, close } = createWorld();
	investigation.suspect();
	for (let atMs = 0; atMs < 1_000; atMs += 10) {
		investigation.news();
		await clock.advance(10);
	}
	expect(rounds.length).toBeLessThanOrEqual(3 + 1 + Math.ceil(1_000 / 155));
	close();
});

it('takes what happens while nobody is suspected for no news, and ends with the member', async () => {
	const { clock, investigation, rounds, leave, close } = createWorld();
	investigation.news();
	await clock.advance(500);
	expect(rounds).toHaveLength(0);
	investigation.suspect();
	leave();
	await clock.advance(1_000);
	expect(rounds).toHaveLength(1);
	expect(investigation.isUnderWay()).toBe(false);
	close();
});

it('asks one that timed out less and less', async () => {
	const { clock, investigation, rounds, close } = createWorld({ timedOut: () => true });
	investigation.suspect();
	await clock.advance(4_000);
	const gaps = rounds.slice(1).map((atMs, i) => atMs - (rounds[i] ?? 0));
	expect(gaps.every((gap, i) => i === 0 || gap > (gaps[i - 1] ?? 0) * 1.5)).toBe(true);
	close();
});
