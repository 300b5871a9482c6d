import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUDIT_BOUNDS, boundDraft } from '@/lib/core/audit-bounds';
import { CHAIN_START, followsChain, hashInput, linkEntry, verifyChain } from '@/lib/core/audit-chain';
import type { AuditDraft, AuditEntry, Json } from '@/lib/core/audit-entry';
import { toAuditEntryView } from '@/lib/core/audit-view';

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

function draft(overrides: Partial<AuditDraft> = {}): AuditDraft {
	return {
		key: 'attempt-1',
		atMs: 1_700_000_000_000,
		actor: { kind: 'operator', name: 'admin', role: 'admin', sourceAddress: '192.0.2.7' },
		action: 'member.purge',
		outcome: 'purged',
		cluster: 'prod',
		member: '/turms/members/gateway-07',
		memberId: 'gateway-07',
		czxid: '0x100000002',
		reason: 'killed by the kernel',
		zxid: null,
		detail: { b: 1, a: [true, null] },
		...overrides,
	};
}

function chainOf(length: number): AuditEntry[] {
	const entries: AuditEntry[] = [];
	for (let index = 0; index < length; index++) {
		entries.push(linkEntry(draft({ key: `key-${index}`, detail: { index } }), entries.at(-1) ?? CHAIN_START, sha256));
	}
	return entries;
}

describe('the audit chain', () => {
	it('hashes a fixed text, so that what was written by one release is verified by the next', () => {
		const entry = linkEntry(draft(), CHAIN_START, sha256);
		expect(hashInput(entry)).toBe(
			'{"action":"member.purge","actor":{"kind":"operator","name":"admin","role":"admin","sourceAddress":"192.0.2.7"},' +
				'"atMs":1700000000000,"cluster":"prod","czxid":"0x100000002","detail":{"a":[true,null],"b":1},"key":"attempt-1",' +
				'"member":"/turms/members/gateway-07","memberId":"gateway-07","outcome":"purged",' +
				`"previousHash":"${'0'.repeat(64)}","reason":"killed by the kernel","sequence":1,"zxid":null}`,
		);
		expect(entry.hash).toBe(sha256(hashInput(entry)));
	});

	it('holds for every chain that was linked, in one piece or in pages', () => {
		const entries = chainOf(20);
		const whole = verifyChain(entries, CHAIN_START, sha256);
		expect(whole).toEqual({ head: { sequence: 20, hash: entries[19]?.hash }, firstBroken: null });
		const first = verifyChain(entries.slice(0, 7), CHAIN_START, sha256);
		expect(verifyChain(entries.slice(7), first.head, sha256)).toEqual(whole);
	});

	it('names the changed entry, whichever field was changed', () => {
		const changes: Partial<AuditEntry>[] = [
			{ key: 'other' },
			{ atMs: 1 },
			{ actor: { kind: 'operator', name: 'mallory', role: 'admin', sourceAddress: '192.0.2.7' } },
			{ actor: { kind: 'operator', name: 'admin', role: 'admin', sourceAddress: null } },
			{ action: 'member.ghost' },
			{ outcome: 'refused' },
			{ cluster: null },
			{ member: '/turms/members/gateway-08' },
			{ memberId: null },
			{ czxid: '0x1' },
			{ reason: '' },
			{ zxid: '0x2' },
			{ detail: { index: 5, more: null } },
			{ sequence: 99 },
			{ previousHash: 'f'.repeat(64) },
			{ hash: 'f'.repeat(64) },
		];
		for (const change of changes) {
			const entries = chainOf(10);
			entries[4] = { ...(entries[4] as AuditEntry), ...change };
			expect(verifyChain(entries, CHAIN_START, sha256).firstBroken, JSON.stringify(change)).toBe(5);
		}
	});

	it('finds entries removed, swapped, inserted and rehashed in place', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 8 }), fc.constantFrom('remove', 'swap', 'repeat', 'rehash'), (at, how) => {
				const entries = chainOf(10);
				const victim = entries[at] as AuditEntry;
				if (how === 'remove') {
					entries.splice(at, 1);
				} else if (how === 'swap') {
					entries.splice(at, 2, entries[at + 1] as AuditEntry, victim);
				} else if (how === 'repeat') {
					entries.splice(at, 0, victim);
				} else {
					const forged = { ...victim, reason: 'forged' };
					entries[at] = { ...forged, hash: sha256(hashInput(forged)) };
				}
				const broken = verifyChain(entries, CHAIN_START, sha256).firstBroken;
				// A forged entry with a hash of its own is given away by the next one's previousHash.
				const offset = how === 'rehash' || how === 'repeat' ? 2 : 1;
				expect(broken).toBe(at + offset);
			}),
		);
	});

	it('takes an entry that follows, and no other', () => {
		const [first, second] = chainOf(2) as [AuditEntry, AuditEntry];
		expect(followsChain(first, CHAIN_START, sha256)).toBe(true);
		expect(followsChain(second, CHAIN_START, sha256)).toBe(false);
	});
});

describe('the bounds of an entry', () => {
	it('cuts long texts with a marker that names what is missing', () => {
		const bounded = boundDraft(draft({ reason: 'x'.repeat(5_000) }), sha256);
		expect(bounded.reason).toHaveLength(AUDIT_BOUNDS.reason);
		const missing = Number(/… \[(\d+) more characters\]$/.exec(bounded.reason ?? '')?.[1]);
		const kept = (bounded.reason ?? '').indexOf('…');
		expect(kept + missing).toBe(5_000);
	});

	it('keeps the beginning, the size and the hash of a detail that is too long', () => {
		const detail = { rounds: Array.from({ length: 30_000 }, (_, index) => `round "${index}" 心跳`) };
		const bounded = boundDraft(draft({ detail }), sha256).detail as { [key: string]: Json };
		const text = JSON.stringify(detail);
		expect(bounded).toMatchObject({ truncated: true, bytes: Buffer.byteLength(text), sha256: sha256(text) });
		expect(text.startsWith(String(bounded.head))).toBe(true);
		expect(Buffer.byteLength(JSON.stringify(bounded))).toBeLessThanOrEqual(AUDIT_BOUNDS.detailBytes);
	});

	it('gives something that survives storage as UTF-8 JSON, and does so once and for all', () => {
		const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 }) as fc.Arbitrary<Json>;
		const text = fc.string({ unit: 'binary', maxLength: 3_000 });
		fc.assert(
			fc.property(json, text, fc.integer(), (detail, reason, atMs) => {
				const once = boundDraft(draft({ detail, reason, member: reason, atMs }), sha256);
				expect(boundDraft(once, sha256)).toEqual(once);
				const entry = linkEntry(once, CHAIN_START, sha256);
				const stored = JSON.parse(Buffer.from(JSON.stringify(entry), 'utf8').toString('utf8')) as AuditEntry;
				expect(followsChain(stored, CHAIN_START, sha256)).toBe(true);
			}),
		);
	});

	it('turns what JSON cannot hold into text and bounds the depth, without a stack overflow', () => {
		let deep: Json = 'bottom';
		for (let level = 0; level < 100_000; level++) {
			deep = [deep];
		}
		const detail = { deep, ratio: Number.NaN, lone: '\ud800', ['__proto__']: 'kept' } as unknown as Json;
		const bounded = boundDraft(draft({ detail }), sha256).detail;
		const text = JSON.stringify(bounded);
		expect(text).toContain('deeper than 64 levels');
		expect(text).toContain('"ratio":"NaN"');
		expect(text).toContain('"lone":"\ufffd"');
	});

	it('keeps __proto__ as data', () => {
		const detail = JSON.parse('{"__proto__": {"admin": true}}') as Json;
		expect(JSON.stringify(boundDraft(draft({ detail }), sha256).detail)).toBe('{"__proto__":{"admin":true}}');
	});

	it('refuses a key that would have to be cut, and a time that no date can tell', () => {
		expect(() => boundDraft(draft({ key: 'k'.repeat(257) }), sha256)).toThrow(RangeError);
		expect(() => boundDraft(draft({ key: '' }), sha256)).toThrow(RangeError);
		expect(() => boundDraft(draft({ atMs: 8.64e15 + 1 }), sha256)).toThrow(RangeError);
		expect(() => boundDraft(draft({ atMs: 1.5 }), sha256)).toThrow(RangeError);
	});
});

describe('an entry as it is shown', () => {
	it('carries every field, with its time in ISO 8601', () => {
		const entry = linkEntry(draft(), CHAIN_START, sha256);
		const { sequence, atMs, ...rest } = entry;
		expect(toAuditEntryView(entry)).toEqual({ ...rest, id: '1', at: '2023-11-14T22:13:20.000Z' });
	});
});
