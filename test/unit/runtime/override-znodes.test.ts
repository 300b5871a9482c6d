import { describe, expect, it } from 'vitest';
import { OVERRIDE_BOUNDS, type PendingOverride } from '@/lib/core/second-person';
import {
	encodeOverride,
	isOverrideName,
	parseOverride,
	parseOverrideId,
	toOverrideName,
} from '@/lib/runtime/override-znodes';
import { parseRequest } from '@/lib/runtime/request-znodes';

const ID = '0b8f3c1e-9a42-4a0e-8d57-2f6f0f2f9a11';
const OVERRIDE: PendingOverride = {
	id: ID,
	path: '/turms/members/7',
	czxid: '0x1f',
	memberId: 'gateway07',
	requester: { kind: 'operator', name: 'ada', role: 'admin', sourceAddress: '10.0.0.5' },
	role: 'admin',
	reason: 'the rack has no power',
	requestedAtMs: 1,
};
const dataOf = (more: object) => Buffer.from(JSON.stringify({ ...OVERRIDE, ...more }));

describe('the znode of a pending override', () => {
	it('is read as it was written, under its own name alone', () => {
		const data = encodeOverride(OVERRIDE);
		expect(data && parseOverride(toOverrideName(ID), data)).toEqual(OVERRIDE);
		expect(data && parseOverride(toOverrideName('11111111-9a42-4a0e-8d57-2f6f0f2f9a11'), data)).toBeNull();
	});

	it.each([
		['no JSON', Buffer.from('{')],
		['no UTF-8', Buffer.from([0xff, 0xfe])],
		['a field more', dataOf({ approver: 'ada' })],
		['no requester', dataOf({ requester: undefined })],
		['a nameless requester', dataOf({ requester: { ...OVERRIDE.requester, name: '' } })],
		['a role that there is not', dataOf({ role: 'root' })],
		['a czxid that is none', dataOf({ czxid: '31' })],
		['no reason', dataOf({ reason: '' })],
		['a reason beyond its bound', dataOf({ reason: 'x'.repeat(OVERRIDE_BOUNDS.textMax + 1) })],
		['more bytes than are read', Buffer.alloc(OVERRIDE_BOUNDS.bytesMax + 1, ' ')],
		['depths of nesting', Buffer.from('['.repeat(30_000))],
	])('that holds %s is none', (_what, data) => {
		expect(parseOverride(toOverrideName(ID), data)).toBeNull();
	});

	it('is cut to its bounds, and not written where it cannot be', () => {
		const long = encodeOverride({ ...OVERRIDE, reason: 'x'.repeat(9_000), memberId: 'y'.repeat(9_000) });
		expect(long && parseOverride(toOverrideName(ID), long)?.reason.length).toBe(OVERRIDE_BOUNDS.textMax);
		expect(encodeOverride({ ...OVERRIDE, path: `/${'p'.repeat(5_000)}` })).toBeNull();
	});

	it('has a name that leads nowhere else', () => {
		expect(isOverrideName(toOverrideName(ID))).toBe(true);
		for (const text of ['..', `${ID}/x`, '', `o-${ID}`, '%2e%2e']) {
			expect(parseOverrideId(text)).toBeNull();
		}
	});
});

describe('a request that is handed on', () => {
	const request = (more: object) =>
		Buffer.from(
			JSON.stringify({
				state: 'asked',
				kind: 'purge',
				askedBy: 'here',
				identity: { actor: OVERRIDE.requester, role: 'admin' },
				request: { members: [{ path: OVERRIDE.path, czxid: '0x1f' }], override: true, ...more },
				claims: {},
			}),
		);

	it('carries what was approved, and what the console that was asked demands', () => {
		const more = { approved: OVERRIDE, secondPersonNeeded: true };
		expect(parseRequest(request(more))).toMatchObject({ kind: 'document', document: { request: more } });
		expect(parseRequest(request({ approved: { ...OVERRIDE, role: 'root' } })).kind).toBe('garbage');
	});
});
