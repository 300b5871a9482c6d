import { describe, expect, it } from 'vitest';
import type { ClusterView, MemberRow } from '@/lib/core/view';
import { createLiveFeed } from '@/lib/runtime/live-feed';
import type { LiveEvent } from '@/lib/runtime/rollcall';
import { createManualClock } from '../../fakes/manual-clock';

function createWorld() {
	const clock = createManualClock();
	const faults: unknown[] = [];
	const made: string[] = [];
	const feed = createLiveFeed({
		clock,
		epoch: 'e',
		cluster: () => ({ id: 'c', observedAtMs: clock.nowMs() }) as ClusterView,
		rows: () => [],
		row: (path) => {
			made.push(path);
			return { path } as MemberRow;
		},
		onFault: (error) => faults.push(error),
	});
	const listen = (from: string | null) => {
		const heard: LiveEvent[] = [];
		const stop = feed.subscribe(from, (event) => heard.push(event));
		return { heard, stop };
	};
	return { clock, feed, faults, made, listen };
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
		const { clock, feed, listen } = createWorld();
		const first = listen(null);
		const from = first.heard.at(-1)?.id ?? null;
		for (let i = 0; i < 5; i += 1) {
			for (let n = 0; n < 9_000; n += 1) {
				feed.changed(`/m/${n}`);
			}
			await clock.advance(100);
		}
		expect(kinds(listen(from).heard)).toEqual(['snapshot']);
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
});
