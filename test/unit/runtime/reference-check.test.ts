import { describe, expect, it } from 'vitest';
import { type Endpoint, endpointKey } from '@/lib/core/member';
import { createReferenceCheck } from '@/lib/runtime/reference-check';
import type { RollEntry } from '@/lib/runtime/roll';
import { MEMBER, round, tell } from '../../core/timeline';
import { createManualClock } from '../../fakes/manual-clock';

/** A member at an address, alive by an accepted probe or suspect by a refused one. */
function member(path: string, ip: string, alive = true): [string, RollEntry] {
	const incarnation = { ...MEMBER, path };
	const endpoint = { ip, port: 7510 };
	const accepted = round(1, { endpoint, incarnation, result: 'accepted' });
	const story = alive ? [accepted] : [accepted, round(2, { endpoint, incarnation, result: 'refused' })];
	const entry = { registration: { incarnation }, state: tell(story, undefined, incarnation) };
	return [path, entry as unknown as RollEntry];
}

function createWorld(members: [string, RollEntry][], options: { servers?: Endpoint[]; configured?: number } = {}) {
	const clock = createManualClock();
	const asked: { key: string; atMs: number }[] = [];
	const silent = new Set<string>();
	const accepts = createReferenceCheck({
		clock,
		entries: new Map(members),
		probes: {
			async probe(endpoint) {
				const key = endpointKey(endpoint);
				asked.push({ key, atMs: clock.nowMs() });
				await clock.sleep(2);
				return { endpoint, result: silent.has(key) ? 'timed-out' : 'accepted', rttMs: 2, errorCode: null };
			},
			resolve: async () => [],
			health: () => Promise.reject(new Error('a reference is probed, not asked')),
			tripwires: () => ({ open: 0, max: 0 }),
		},
		servers: async () => options.servers ?? [],
		serversConfigured: options.configured ?? 3,
	});
	return { clock, asked, silent, accepts };
}

describe('the reference of a round', () => {
	it('is another living member, of the same subnet where there is one', async () => {
		const { clock, asked, accepts } = createWorld([
			member('/m/suspect', '10.0.1.1', false),
			member('/m/far', '10.9.9.9'),
			member('/m/near', '10.0.1.7'),
		]);
		const answer = accepts('/m/suspect');
		await clock.advance(10);
		expect(await answer).toBe(true);
		expect(asked.map(({ key }) => key)).toEqual(['10.0.1.7:7510']);
	});

	it('is never the suspect itself nor an address that it shares', async () => {
		const { clock, accepts } = createWorld([member('/m/suspect', '10.0.1.1'), member('/m/twin', '10.0.1.1')]);
		const answer = accepts('/m/suspect');
		await clock.advance(10);
		expect(await answer).toBe(false);
	});

	it('is two of the configured servers where nobody lives, also when only one name resolves', async () => {
		const one = [{ ip: '10.0.0.1', port: 2181 }];
		const two = [...one, { ip: '10.0.0.2', port: 2181 }];
		const ask = async (servers: Endpoint[], configured: number) => {
			const { clock, accepts } = createWorld([member('/m/suspect', '10.0.1.1', false)], { servers, configured });
			const answer = accepts('/m/suspect');
			await clock.advance(10);
			return answer;
		};
		expect(await ask(one, 3)).toBe(false);
		expect(await ask(two, 3)).toBe(true);
		expect(await ask(one, 1)).toBe(true);
	});

	it('knocks at nobody for each of hundreds of suspects, and answers each by a connect begun after it asked', async () => {
		const suspects = Array.from({ length: 300 }, (_, i) => member(`/m/${i}`, `10.0.1.${i % 200}`, false));
		const { clock, asked, silent, accepts } = createWorld([...suspects, member('/m/near', '10.0.1.250')]);
		const first = suspects.map(([path]) => accepts(path));
		await clock.advance(1);
		const late = accepts('/m/7');
		silent.add('10.0.1.250:7510');
		const all = Promise.all(first);
		await clock.advance(100);
		expect((await all).every(Boolean)).toBe(false);
		expect(await late).toBe(false);
		expect(asked.length).toBeLessThanOrEqual(2);
	});
});
