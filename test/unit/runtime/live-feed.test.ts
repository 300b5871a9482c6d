import { describe, expect, it } from 'vitest';
import type { ClusterView, MemberRow } from '@/lib/core/view';
import { createLiveFeed } from '@/lib/runtime/live-feed';
import type { LiveEvent } from '@/lib/runtime/rollcall';
import { createManualClock } from '../../fakes/manual-clock';
import { memberRow } from '../ui/live-member';

function createWorld() {
	const clock = createManualClock();
	const faults: unknown[] = [];
	const made: string[] = [];
	const rows = new Map<string, MemberRow>();
	/** The member is as it was, but for what `over` says. */
	const set = (path: string, over: Partial<MemberRow> = {}) => {
		rows.set(path, { ...(rows.get(path) ?? memberRow(path)), path, ...over });
	};
	const feed = createLiveFeed({
		clock,
		epoch: 'e',
		cluster: () => ({ id: 'c', observedAtMs: clock.nowMs() }) as ClusterView,
		paths: () => [...rows.keys()],
		row: (path) => {
			made.push(path);
			return rows.get(path) ?? null;
		},
		onFault: (error) => faults.push(error),
	});
	const listen = (from: string | null) => {
		const heard: LiveEvent[] = [];
		const stop = feed.subscribe(from, (event) => heard.push(event));
		return { heard, stop };
	};
	return { clock, feed, faults, made, rows, set, listen };
}

const kinds = (events: readonly LiveEvent[]) => events.map((event) => event.kind);

describe('the live feed', () => {
	it('gives who comes back soon what it missed', async () => {
		const { clock, feed, listen } = createWorld();
		const first = listen(null);
		await clock.advance(500);
		first.stop();
		feed.changed('/m/1');
		await clock.advance(1_000);
		const again = listen(first.heard.at(-1)?.id ?? null);
		expect(kinds(again.heard)).toEqual(['change']);
		feed.close();
	});

	it('gathers nothing for nobody, and gives a snapshot to who comes after that', async () => {
		const { clock, feed, made, listen } = createWorld();
		const first = listen(null);
		first.stop();
		await clock.advance(40_000);
		made.length = 0;
		feed.changed('/m/1');
		await clock.advance(1_000);
		expect(made).toEqual([]);
		expect(kinds(listen(first.heard.at(-1)?.id ?? null).heard)).toEqual(['snapshot']);
		feed.close();
	});

	it('keeps a bounded number of rows for those who come back, however many change', async () => {
		const { clock, feed, set, listen } = createWorld();
		const first = listen(null);
		const from = first.heard.at(-1)?.id ?? null;
		for (let i = 0; i < 5; i += 1) {
			for (let n = 0; n < 9_000; n += 1) {
				set(`/m/${n}`, { sinceAtMs: i, verdict: i % 2 === 0 ? 'suspect' : 'unreachable' });
				feed.changed(`/m/${n}`);
			}
			await clock.advance(100);
		}
		const late = listen(from);
		await clock.advance(1);
		expect(kinds(late.heard)).toEqual(['snapshot']);
		expect(kinds(listen(first.heard.at(-2)?.id ?? null).heard)).toEqual(['change']);
		feed.close();
	});

	it('lets no broken listener take the others down', async () => {
		const { clock, feed, faults, listen } = createWorld();
		let calls = 0;
		feed.subscribe(null, () => {
			calls += 1;
			if (calls > 1) {
				throw new Error('the stream is closed');
			}
		});
		const other = listen(null);
		await clock.advance(5_000);
		expect(kinds(other.heard)).toContain('change');
		expect(faults).toHaveLength(1);
		feed.close();
	});

	it('tells of a member that did nothing but answer again by a pulse, and by its row when anything else changed', async () => {
		const { clock, feed, set, listen } = createWorld();
		set('/m/1', { rttMs: 0.4, lastAnsweredAtMs: 0 });
		const { heard } = listen(null);
		set('/m/1', { rttMs: 0.7, lastAnsweredAtMs: 100 });
		feed.changed('/m/1', false);
		await clock.advance(200);
		const [, calm] = heard;
		expect(calm?.kind === 'change' && calm.data).toMatchObject({
			changed: [],
			pulses: [['/m/1', 0.7, 0, 200, 30_000]],
		});
		set('/m/1', { provable: false });
		feed.changed('/m/1', false);
		await clock.advance(200);
		const last = heard.at(-1);
		expect(last?.kind === 'change' && last.data).toMatchObject({
			changed: [{ path: '/m/1', provable: false }],
			pulses: [],
		});
		feed.close();
	});

	it('a member whose latest round went unanswered is always told whole', async () => {
		const { clock, feed, set, listen } = createWorld();
		set('/m/1', { rttMs: null });
		const { heard } = listen(null);
		feed.changed('/m/1', false);
		await clock.advance(200);
		const last = heard.at(-1);
		expect(last?.kind === 'change' && last.data.changed).toHaveLength(1);
		feed.close();
	});

	it('news is not held up by thousands of calm members, who are all told in their turn', async () => {
		const { clock, feed, set, listen } = createWorld();
		for (let n = 0; n < 1_000; n += 1) set(`/m/${n}`);
		const { heard } = listen(null);
		await clock.advance(1);
		for (let n = 0; n < 1_000; n += 1) feed.changed(`/m/${n}`, false);
		set('/m/999', { verdict: 'dead' });
		feed.changed('/m/999');
		await clock.advance(100);
		const first = heard[1];
		expect(first?.kind === 'change' && first.data.changed.map(({ path }) => path)).toEqual(['/m/999']);
		await clock.advance(1_000);
		const pulses = heard.flatMap((event) => (event.kind === 'change' ? event.data.pulses.map(([path]) => path) : []));
		expect(pulses).toHaveLength(999);
		expect(new Set(pulses).size).toBe(999);
		feed.close();
	});

	it('who comes while something is pending is told of its end too, also where the others knew it all along', async () => {
		const { clock, feed, set, listen } = createWorld();
		set('/m/1', { verdict: 'alive' });
		listen(null);
		await clock.advance(200);
		set('/m/1', { verdict: 'suspect' });
		feed.changed('/m/1');
		const second = listen(null);
		set('/m/1', { verdict: 'alive' });
		feed.changed('/m/1');
		await clock.advance(200);
		const last = second.heard.at(-1);
		expect(last?.kind === 'change' && last.data.changed).toMatchObject([{ path: '/m/1', verdict: 'alive' }]);
		feed.close();
	});

	it('makes a snapshot of many members in turns, and who reads ends with what is there, whatever happens meanwhile', async () => {
		const { clock, feed, rows, set, listen } = createWorld();
		for (let n = 0; n < 2_000; n += 1) set(`/m/${n}`);
		listen(null);
		await clock.advance(1_000);
		/** Of each turn: one of the members that have been gathered, one that have not, each in its own way. */
		const meanwhile = [
			() => {
				for (const path of ['/m/1', '/m/1999']) {
					set(path, { verdict: 'suspect' });
					feed.changed(path);
				}
			},
			() => {
				for (const path of ['/m/2', '/m/1998']) {
					rows.delete(path);
					feed.removed(path);
				}
				set('/m/1', { verdict: 'alive' });
				feed.changed('/m/1');
			},
			() => {
				set('/m/2', { verdict: 'unknown' });
				feed.changed('/m/2');
				set('/m/new');
				feed.changed('/m/new');
			},
		];
		for (const seen of [
			[0, 0, 0],
			[100, 0, 0],
			[0, 100, 0],
			[0, 0, 100],
			[100, 100, 100],
		]) {
			const { heard } = listen(null);
			expect(heard).toEqual([]);
			for (const [turn, change] of meanwhile.entries()) {
				change();
				await clock.advance(seen[turn] ?? 0);
			}
			await clock.advance(3_000);
			expect(heard[0]?.kind).toBe('snapshot');
			const known = new Map<string, string>();
			for (const { kind, data } of heard) {
				for (const path of kind === 'change' ? data.removed : []) known.delete(path);
				for (const row of kind === 'change' ? data.changed : data.members) known.set(row.path, row.verdict);
			}
			expect(known).toEqual(new Map([...rows.values()].map((row) => [row.path, row.verdict])));
		}
		feed.close();
	});

	it('makes no snapshot for who has gone again', async () => {
		const { clock, feed, made, set, listen } = createWorld();
		for (let n = 0; n < 2_000; n += 1) set(`/m/${n}`);
		const { heard, stop } = listen(null);
		stop();
		await clock.advance(1_000);
		expect(heard).toEqual([]);
		expect(made.length).toBeLessThan(1_000);
		feed.close();
	});
});
