import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	COUNTERS_BOUNDS,
	type CounterEntry,
	countingEntries,
	decideBlastRadius,
	type RegisteredMember,
	type StampedEntry,
	stampEntries,
	toCountersText,
	withPurged,
} from '@/lib/core/counters';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import { readCounters } from '@/lib/runtime/read-counters';

const WINDOW = DEFAULT_POLICY.blastRadiusWindowMs;

function entry(n: number, extra: Partial<StampedEntry> = {}): StampedEntry {
	return {
		attempt: `a${n}`,
		path: `/m/${n}`,
		czxid: BigInt(100 + n),
		id: `id-${n}`,
		group: 'gateway',
		addresses: [`10.0.0.${n}:7510`],
		ephemeralOwner: BigInt(7_000 + n),
		sessionTimeoutMs: 30_000,
		by: 'human',
		firstSeenAtMs: 0,
		...extra,
	};
}

function member(n: number, extra: Partial<RegisteredMember> = {}): RegisteredMember {
	return {
		path: `/m/${n}`,
		czxid: BigInt(1_000 + n),
		id: `id-${n}`,
		group: 'gateway',
		addresses: [`10.0.0.${n}:7510`],
		...extra,
	};
}

const others = (count: number) => Array.from({ length: count }, (_, n) => member(500 + n));

function decide(entries: StampedEntry[] | null, registered: RegisteredMember[] | null, planned = 1, nowMs = 1) {
	return decideBlastRadius({ entries, registered, planned, policy: DEFAULT_POLICY, nowMs, approval: null });
}

// Few names and addresses, so that random documents collide.
const place = fc.nat({ max: 5 });
const entryArbitrary: fc.Arbitrary<StampedEntry> = fc.record({
	attempt: fc.uuid(),
	path: place.map((n) => `/m/${n}`),
	czxid: fc.bigInt({ min: 0n, max: 20n }).map((n) => (n % 3n === 0n ? BigInt.asIntN(64, -n - 1n) : n)),
	id: place.map((n) => `id-${n}`),
	addresses: fc.array(
		place.map((n) => `10.0.0.${n}:1`),
		{ maxLength: 2 },
	),
	group: fc.constantFrom('', 'gateway', 'service'),
	ephemeralOwner: fc.bigInt({ min: -3n, max: 3n }),
	sessionTimeoutMs: fc.option(fc.nat({ max: 90_000 })),
	by: fc.constantFrom('human' as const, 'automatic' as const, 'takeover' as const),
	firstSeenAtMs: fc.nat({ max: 200_000 }),
});
const memberArbitrary: fc.Arbitrary<RegisteredMember> = entryArbitrary.map(({ path, czxid, id, group, addresses }) => ({
	path,
	czxid,
	id,
	group,
	addresses,
}));

describe('the blast radius', () => {
	it('allows three of a small cluster and refuses the fourth', () => {
		const purged = [1, 2].map((n) => entry(n));
		expect(decide(purged, others(12))).toMatchObject({ result: 'pass', facts: { used: 3, allowed: 3 } });
		const more = [1, 2, 3].map((n) => entry(n));
		expect(decide(more, others(12))).toMatchObject({ result: 'fail', code: 'radius-exceeded', facts: { used: 4 } });
	});

	it('grows with the cluster by whole members only', () => {
		expect(decide([], others(26)).facts.allowed).toBe(3);
		expect(decide([], others(27)).facts.allowed).toBe(4);
		expect(decide([], others(10_000)).facts.allowed).toBe(1_500);
	});

	it.each([
		['path', member(900, { path: '/m/1' })],
		['id', member(900, { id: 'id-1' })],
		['address', member(900, { addresses: ['10.9.9.9:1', '10.0.0.1:7510'] })],
	])('gives a place back to a replacement with the same %s', (_by, replacement) => {
		const purged = [1, 2, 3].map((n) => entry(n));
		expect(decide(purged, others(12)).result).toBe('fail');
		expect(decide(purged, [...others(12), replacement])).toMatchObject({ result: 'pass', facts: { used: 3 } });
	});

	it('does not take an older incarnation for a replacement', () => {
		const purged = [1, 2, 3].map((n) => entry(n));
		const older = member(1, { czxid: 50n });
		expect(decide(purged, [...others(12), older]).result).toBe('fail');
	});

	it('compares czxids unsigned', () => {
		const purged = [entry(1, { czxid: -5n }), entry(2), entry(3)];
		const small = member(1, { czxid: 7n });
		expect(decide(purged, [...others(12), small]).result).toBe('fail');
		expect(decide(purged, [...others(12), member(1, { czxid: -4n })]).result).toBe('pass');
	});

	it('lets nothing through when it cannot count', () => {
		expect(decide(null, others(12)).result).toBe('unknown');
		expect(decide([], null).result).toBe('unknown');
		expect(decide([], others(12), Number.NaN).result).toBe('unknown');
	});

	it('yields to an administrator by the stated number and no further', () => {
		const input = { entries: [1, 2, 3].map((n) => entry(n)), registered: others(12), policy: DEFAULT_POLICY, nowMs: 1 };
		expect(decideBlastRadius({ ...input, planned: 2, approval: { members: 2 } })).toMatchObject({
			result: 'pass',
			code: 'radius-approved',
		});
		expect(decideBlastRadius({ ...input, planned: 3, approval: { members: 2 } }).result).toBe('fail');
		expect(decideBlastRadius({ ...input, planned: 1, approval: { members: -9 } }).result).toBe('fail');
	});

	it('sees every entry as fresh after a restart, and keeps the stamps it has', () => {
		const document = { entries: [entry(1), entry(2)].map(({ firstSeenAtMs: _seen, ...rest }) => rest) };
		const first = stampEntries([], document, 1_000);
		expect(first.map((each) => each.firstSeenAtMs)).toEqual([1_000, 1_000]);
		const second = stampEntries(first.slice(0, 1), document, 50_000);
		expect(second.map((each) => each.firstSeenAtMs)).toEqual([1_000, 50_000]);
	});

	it('never passes more than is allowed, whatever was purged, replaced and registered', () => {
		fc.assert(
			fc.property(
				fc.array(entryArbitrary, { maxLength: 12 }),
				fc.array(memberArbitrary, { maxLength: 12 }),
				fc.nat({ max: 6 }),
				fc.nat({ max: 300_000 }),
				(entries, registered, planned, nowMs) => {
					const unsigned = (id: bigint) => BigInt.asUintN(64, id);
					// The definition, word by word, as the oracle of the indexed version.
					const counting = entries.filter(
						(each) =>
							nowMs - each.firstSeenAtMs < WINDOW &&
							!registered.some(
								(other) =>
									unsigned(other.czxid) > unsigned(each.czxid) &&
									(other.path === each.path ||
										other.id === each.id ||
										other.addresses.some((address) => each.addresses.includes(address))),
							),
					);
					expect(countingEntries(entries, registered, WINDOW, nowMs)).toEqual(counting);
					const check = decide(entries, registered, planned, nowMs);
					const allowed = Math.max(3, Math.floor(0.15 * registered.length));
					expect(check.result).toBe(counting.length + planned <= allowed ? 'pass' : 'fail');
				},
			),
		);
	});

	it('counts one more purge never less', () => {
		fc.assert(
			fc.property(
				fc.array(entryArbitrary, { maxLength: 8 }),
				entryArbitrary,
				fc.array(memberArbitrary, { maxLength: 8 }),
				fc.nat({ max: 300_000 }),
				(entries, extra, registered, nowMs) => {
					const before = Number(decide(entries, registered, 1, nowMs).facts.used);
					const after = Number(decide([...entries, extra], registered, 1, nowMs).facts.used);
					expect(after).toBeGreaterThanOrEqual(before);
				},
			),
		);
	});
});

describe('the counters document', () => {
	it('survives writing and reading, ids without loss', () => {
		fc.assert(
			fc.property(fc.array(entryArbitrary, { maxLength: 8 }), (entries) => {
				const document = withPurged(entries, [], DEFAULT_POLICY, 200_000);
				expect(document).not.toBeNull();
				const read = readCounters(new TextEncoder().encode(toCountersText(document ?? { entries: [] })));
				expect(read?.entries).toEqual(
					entries.map(({ firstSeenAtMs: _seen, ...rest }) => ({
						...rest,
						czxid: BigInt.asUintN(64, rest.czxid),
						ephemeralOwner: BigInt.asUintN(64, rest.ephemeralOwner),
					})),
				);
			}),
		);
	});

	it('is not written beyond its bounds', () => {
		const { firstSeenAtMs: _seen, ...plain } = entry(1);
		const many: CounterEntry[] = Array.from({ length: COUNTERS_BOUNDS.entriesMax + 1 }, () => plain);
		expect(withPurged([], many, DEFAULT_POLICY, 0)).toBeNull();
		expect(withPurged([], [{ ...plain, id: 'x'.repeat(COUNTERS_BOUNDS.textMax + 1) }], DEFAULT_POLICY, 0)).toBeNull();
		expect(
			withPurged([], [{ ...plain, addresses: Array.from({ length: 17 }, () => 'a:1') }], DEFAULT_POLICY, 0),
		).toBeNull();
		const long = Array.from({ length: 300 }, () => ({ ...plain, id: 'x'.repeat(1_000) }));
		expect(withPurged([], long, DEFAULT_POLICY, 0)).toBeNull();
	});

	it('is unknown when it is not what was written', () => {
		const bytes = (text: string) => new TextEncoder().encode(text);
		expect(readCounters(bytes(''))).toEqual({ entries: [] });
		for (const text of ['{', 'null', '[]', '{"entries":1}', '{"entries":[{"attempt":"a"}]}', '\u0000']) {
			expect(readCounters(bytes(text))).toBeNull();
		}
		expect(readCounters(bytes(toCountersText({ entries: [entry(1)] }).replace('0x65', '101')))).toBeNull();
		expect(readCounters(new Uint8Array([0xff, 0xfe]))).toBeNull();
		expect(readCounters(bytes(' '.repeat(COUNTERS_BOUNDS.bytesMax + 1)))).toBeNull();
	});

	it('drops what no longer counts', () => {
		const known = [entry(1), entry(2, { firstSeenAtMs: 50_000 })];
		const short = { ...DEFAULT_POLICY, flappingWindowMs: 1_000 };
		expect(withPurged(known, [], short, 70_000)?.entries.map((each) => each.id)).toEqual(['id-2']);
		expect(withPurged(known, [], DEFAULT_POLICY, 70_000)?.entries.map((each) => each.id)).toEqual(['id-1', 'id-2']);
	});

	it('forgets first what counts for flapping alone, oldest first, and never what the blast radius counts', () => {
		const old = Array.from({ length: COUNTERS_BOUNDS.entriesMax }, (_, n) => entry(n));
		const recent = entry(5_000, { firstSeenAtMs: 100_000 });
		const { firstSeenAtMs: _seen, ...one } = entry(6_000);
		const kept = withPurged([...old, recent], [one], DEFAULT_POLICY, 100_001)?.entries.map((each) => each.id) ?? [];
		expect(kept.slice(-2)).toEqual(['id-5000', 'id-6000']);
		expect(kept).not.toContain('id-0');
		const all = old.map((each) => ({ ...each, firstSeenAtMs: 100_000 }));
		expect(withPurged(all, [one], DEFAULT_POLICY, 100_001)).toBeNull();
	});
});
