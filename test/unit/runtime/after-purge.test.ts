import { expect, it } from 'vitest';
import type { AuditDraft } from '@/lib/core/audit-entry';
import { AUTO_FORMAT } from '@/lib/core/config';
import type { StampedEntry } from '@/lib/core/counters';
import type { Registration } from '@/lib/core/member';
import { initialMemberState } from '@/lib/core/member-state';
import type { Sweep } from '@/lib/core/ports';
import { watchAfterPurge } from '@/lib/runtime/after-purge';
import { LatencyHistory } from '@/lib/runtime/latency-history';
import type { RollEntry } from '@/lib/runtime/roll';
import { createManualClock } from '@/test/fakes/manual-clock';

function registered(path: string, czxid: bigint, session: bigint, port = 1): RollEntry {
	const registration: Registration = {
		incarnation: { path, czxid, ephemeralOwner: session },
		id: path.slice(path.lastIndexOf('/') + 1),
		group: 'gateway',
		addresses: [{ name: 'member', host: '10.0.0.1', port }],
		unreadable: null,
		health: null,
		selfReported: {},
		format: 'turms',
		parentPath: '/m',
		dataVersion: 0,
		createdAtMs: 0,
		rawText: '',
	};
	const state = initialMemberState(registration, 0);
	const dead = { ...state, session: { ...state.session, goneSinceMs: 40 } };
	return {
		registration,
		config: { ...AUTO_FORMAT, path: '/m' },
		state: dead,
		transitions: [],
		latency: new LatencyHistory(1),
		lastAnsweredAtMs: null,
	};
}

const VICTIM = registered('/m/a', 5n, 0x77n);

function purged(firstSeenAtMs: number): StampedEntry {
	const addresses = ['10.0.0.1:1'];
	const rest = { sessionTimeoutMs: 30_000, by: 'automatic', firstSeenAtMs } as const;
	return {
		attempt: 'a1',
		path: '/m/a',
		czxid: 5n,
		id: 'a',
		group: 'gateway',
		addresses,
		ephemeralOwner: 0x77n,
		...rest,
	};
}

function listing(session: bigint): Sweep {
	const connection = { server: 's1:1' } as unknown;
	const sessions = new Map([[session, { connections: [connection], expiryBucketMs: null, expiresInMs: null }]]);
	return { sessions } as unknown as Sweep;
}

function world({ known = null as RollEntry | null } = {}) {
	const clock = createManualClock();
	const records: AuditDraft[] = [];
	const latch = { held: true };
	const after = watchAfterPurge({
		clock,
		cluster: 'c',
		observer: 'console-1',
		record: (draft) => records.push(draft),
		holdsLatch: () => latch.held,
		find: () => known,
	});
	return { clock, records, latch, after };
}

it('tells when a purge of another console was made good, from its commit and from the death on', async () => {
	const { clock, records, after } = world({ known: VICTIM });
	after.counted([], 8n);
	await clock.advance(100);
	after.counted([purged(100)], 8n);
	await clock.advance(400);
	after.joined(registered('/m/b', 9n, 0x78n));
	after.joined(registered('/m/c', 10n, 0x79n));
	expect(records).toHaveLength(1);
	expect(records[0]).toMatchObject({
		action: 'member.replaced',
		member: '/m/a',
		detail: { attempt: 'a1', afterMs: 400, by: '/m/b', sessionTimeoutMs: 30_000, deathToReplacedMs: 460 },
	});
});

it('a purge of its own and the same one in the counters are one', async () => {
	const { clock, records, after } = world();
	after.counted([], 8n);
	after.committed(VICTIM, 'a1', 0);
	after.counted([purged(3)], 8n);
	await clock.advance(50);
	after.joined(registered('/m/a', 9n, 0x78n));
	expect(records).toHaveLength(1);
	expect(records[0]).toMatchObject({ action: 'member.replaced', detail: { afterMs: 50 } });
});

it('who had registered before the purge replaces nobody; who registered before it was heard of, and after it, does', () => {
	for (const [czxid, replaced] of [
		[7n, 0],
		[9n, 1],
	] as const) {
		const { records, after } = world({ known: VICTIM });
		after.counted([], 4n);
		after.joined(registered('/m/b', czxid, 0x78n));
		after.counted([purged(0)], 8n);
		after.committed(VICTIM, 'a1', 0);
		expect(records).toHaveLength(replaced);
	}
});

it('a session that is connected again, or registers again, is a ghost, once, and replaces nobody', () => {
	for (const comesBack of ['connected', 'registered-again'] as const) {
		const { records, after } = world();
		after.counted([], 8n);
		after.counted([purged(0)], 8n);
		if (comesBack === 'connected') {
			after.swept(listing(0x76n));
			expect(records).toEqual([]);
			after.swept(listing(0x77n));
		} else {
			after.joined(registered('/m/a', 9n, 0x77n));
		}
		after.swept(listing(0x77n));
		expect(records.map(({ action }) => action)).toEqual(['member.ghost']);
		expect(records[0]?.detail).toMatchObject({ how: comesBack });
	}
});

it('only the console that holds the latch records; who gets it later goes on under the same key', () => {
	const holder = world();
	const other = world();
	other.latch.held = false;
	for (const { after } of [holder, other]) {
		after.counted([], 8n);
		after.counted([purged(0)], 8n);
		after.joined(registered('/m/b', 9n, 0x78n));
	}
	expect(holder.records).toHaveLength(1);
	expect(other.records).toEqual([]);
	other.latch.held = true;
	other.after.swept(listing(1n));
	expect(other.records.map(({ key }) => key)).toEqual(holder.records.map(({ key }) => key));
});

it('what stood in the counters at the start has no known moment: a ghost is told, a replacement is not timed', () => {
	const { records, after } = world();
	after.counted([purged(0)], 8n);
	after.joined(registered('/m/b', 9n, 0x78n));
	expect(records).toEqual([]);
	after.swept(listing(0x77n));
	expect(records.map(({ action }) => action)).toEqual(['member.ghost']);
});

it('is over after two session time-outs, at least a minute', async () => {
	const { clock, records, after } = world();
	after.counted([], 8n);
	after.counted([purged(0)], 8n);
	await clock.advance(59_000);
	after.swept(listing(1n));
	await clock.advance(2_000);
	after.swept(listing(1n));
	after.swept(listing(0x77n));
	after.joined(registered('/m/b', 9n, 0x78n));
	expect(records).toEqual([]);
});
