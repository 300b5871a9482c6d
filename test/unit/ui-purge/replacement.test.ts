import { describe, expect, it } from 'vitest';
import { findReplacement, type Purged } from '@/components/purge/replacement';
import type { MemberRow } from '@/lib/core/view';

const PURGED: Purged = { path: '/m/a', id: 'a', czxid: '0x10', host: '10.0.0.1', port: 7510 };

function row(change: Partial<MemberRow>): MemberRow {
	return {
		path: '/m/x',
		id: 'x',
		group: 'g',
		host: '10.0.0.9',
		port: 1,
		addresses: [],
		czxid: '0x20',
		ephemeralOwner: '0x1',
		verdict: 'alive',
		reasons: [],
		sinceAtMs: 0,
		rttMs: null,
		recentRttMs: [],
		lastAnsweredAtMs: null,
		registeredAtMs: 0,
		session: { state: 'connected', server: null, lastHeardMsAgo: null, expiresInMs: null },
		conflictsWith: [],
		conflictsElsewhere: [],
		unreadable: null,
		selfReported: {},
		provable: true,
		...change,
	};
}

describe('the replacement of a purged member', () => {
	it.each([
		['the same path', { path: '/m/a' }],
		['the same id', { id: 'a' }],
		['the same address under a random id', { host: '10.0.0.1', port: 7510 }],
	] as [string, Partial<MemberRow>][])('is known by %s in another incarnation', (_what, change) => {
		expect(findReplacement([row({}), row({ ...change, czxid: '0x30' })], PURGED)?.czxid).toBe('0x30');
	});

	it('is not the purged incarnation itself, nor somebody else on the same host, nor one that left', () => {
		const others = [
			row({ path: '/m/a', czxid: '0x10' }),
			row({ host: '10.0.0.1', port: 7511 }),
			row({ id: 'a', verdict: 'left' }),
		];
		expect(findReplacement(others, PURGED)).toBeNull();
	});

	it('is not guessed from a missing address', () => {
		const nowhere = { ...PURGED, host: null, port: null };
		expect(findReplacement([row({ host: null, port: null })], nowhere)).toBeNull();
	});

	it('is the one registered last, by the unsigned czxid', () => {
		const rows = [row({ id: 'a', czxid: '0xffffffffffffffff' }), row({ id: 'a', czxid: '0x9' })];
		expect(findReplacement(rows, PURGED)?.czxid).toBe('0xffffffffffffffff');
	});
});
