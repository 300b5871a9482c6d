import { describe, expect, it } from 'vitest';
import type { Evidence } from '@/lib/core/evidence';
import { toEvidenceView } from '@/lib/runtime/evidence-view';
import { exitReport, health, lived, MEMBER, suspicion, sweep, tell } from '../../core/timeline';

const NOW = 30_000;
const view = (...more: Evidence[]) => toEvidenceView(tell([...lived(), ...more]), 8, NOW);
const identity = (sessionId: bigint) => ({ sessionId, startNonce: 'n', path: MEMBER.path });

describe('the evidence on a member, as it is told', () => {
	it('has no health check, report or suspicion where there is none', () => {
		expect(view()).toMatchObject({ health: null, exitReport: null, suspicions: [], phi: { threshold: 8 } });
	});

	it('tells whom a health check named', () => {
		expect(view(health(25_000)).health).toMatchObject({
			endpoint: '10.0.0.31:7510',
			result: 'answered',
			status: 200,
			ageMs: 4_998,
			identity: 'none',
			other: null,
		});
		expect(view(health(25_000, { identity: identity(MEMBER.ephemeralOwner) })).health?.identity).toBe('own');
		expect(view(health(25_000, { identity: identity(0xabcn) })).health).toMatchObject({
			identity: 'other',
			other: { sessionId: '0xabc', endpoint: '10.0.0.31:7510' },
		});
	});

	it('counts failures in a row from their onset', () => {
		const failed = [24_000, 25_000].map((at) => health(at, { result: 'timed-out' }));
		expect(view(health(23_000), ...failed).health).toMatchObject({ failuresInARow: 2, failingForMs: 6_000 });
	});

	it('calls a session forgotten when it was read twice, a tick apart', () => {
		const ground = { leaderId: 2, epoch: 4, tickMs: 2_000 };
		const reading = (atMs: number) => sweep(atMs, 'gone', { inLeaderDump: false, summary: { orphanGround: ground } });
		expect(view(reading(25_000)).session.orphan).toMatchObject({ confirmed: false, tickMs: 2_000 });
		expect(view(reading(25_000), reading(26_900)).session.orphan?.confirmed).toBe(false);
		expect(view(reading(25_000), reading(27_010)).session.orphan).toEqual({
			firstAgeMs: 4_990,
			lastAgeMs: 2_980,
			tickMs: 2_000,
			confirmed: true,
		});
	});

	it('tells who reported the exit', () => {
		expect(view(exitReport(28_000)).exitReport).toEqual({
			reporter: 'agent-1',
			detail: 'exit code 137',
			ageMs: 2_000,
		});
	});

	it.each([
		['counts', 29_500, {}],
		['read-too-long-ago', 27_900, {}],
		['observer-without-progress', 29_500, { observerProgressAtMs: null }],
		['tripwire-not-held', 29_500, { tripwireHeldMs: 4_999 }],
		['not-all-refused', 29_500, { refused: [] }],
	] as const)('says of another observer’s word whether it counts, and why not: %s', (standing, readAtMs, more) => {
		const [told, ...rest] = view(suspicion(readAtMs, 'peer-1', more)).suspicions;
		expect(rest).toEqual([]);
		expect(told).toMatchObject({ observer: 'peer-1', failureDomain: 'rack-2', standing, readAgeMs: NOW - readAtMs });
	});
});
