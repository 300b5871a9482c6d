import { describe, expect, it } from 'vitest';
import { parseChurnBench } from '@/lib/cli/bench-churn/options';
import type { PageFigures } from '@/lib/cli/bench-churn/page-meters';
import { addressOf, markerId, memberId } from '@/lib/cli/bench-churn/registrations';
import { interactionsMs, slopeMbPerMinute } from '@/lib/cli/bench-churn/report';

describe('the members of the bench', () => {
	it('have ids in the order of the table, and a marker stands right behind its member', () => {
		const ids = [0, 1, 4_999, 5_000, 9_999].map((index) => memberId(index, 10_000));
		expect(ids).toEqual([...ids].sort());
		const [anchor, marker, next] = [memberId(5_000, 10_000), markerId(5_000, 10_000, 7), memberId(5_001, 10_000)];
		expect([next, marker, anchor].sort()).toEqual([anchor, marker, next]);
	});

	it('have a loopback address each', () => {
		const addresses = Array.from({ length: 50_000 }, (_, index) => addressOf(index));
		expect(new Set(addresses).size).toBe(50_000);
		expect(addresses.every((address) => address.startsWith('127.'))).toBe(true);
	});
});

describe('its figures', () => {
	const sample = (minute: number, heapMb: number) => ({
		atS: minute * 60,
		heapMb,
		nodes: 0,
		browserMb: 0,
		threadS: 0,
		scriptS: 0,
	});

	it('a heap that grows by 3 MB a minute says so, whatever the page took to open', () => {
		const samples = [sample(0, 200), sample(1, 50), sample(2, 53), sample(3, 56)];
		expect(slopeMbPerMinute(samples, ({ heapMb }) => heapMb)).toBeCloseTo(3);
	});

	it('interactions that the browser did not time count as short ones', () => {
		const figures: PageFigures = {
			interactions: [
				{ kind: 'key', ms: 120 },
				{ kind: 'pointer', ms: 40 },
			],
			interactionCount: 10,
			longTasksMs: [],
			layoutShift: 0,
			seen: {},
			gone: {},
			movesPx: [],
			frames: 0,
		};
		expect(interactionsMs([figures], null)).toMatchObject({ count: 10, median: 16, worst: 120 });
		expect(interactionsMs([figures], 'pointer')).toMatchObject({ count: 1, worst: 40 });
	});
});

it('options have the size of the task by default, and a wrong one is named', () => {
	expect(parseChurnBench({})).toEqual({
		members: 10_000,
		sessions: 10,
		changes: 100,
		minutes: 5,
		tabs: 0,
		sort: 'attention',
	});
	expect(parseChurnBench({ minutes: '0.5', sort: 'id' })).toMatchObject({ minutes: 0.5, sort: 'id' });
	expect(() => parseChurnBench({ members: '3' })).toThrow(/--members/);
	expect(() => parseChurnBench({ sort: 'size' })).toThrow(/--sort/);
});
