import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AuditDraft } from '@/lib/core/audit-entry';
import { canonicalJson } from '@/lib/core/canonical-json';
import { encodeOutboxEntry, parseOutboxEntry } from '@/lib/runtime/outbox-entry';

function draft(detail: AuditDraft['detail']): AuditDraft {
	return {
		key: 'attempt-1',
		atMs: 1_795_000_000_000,
		actor: { kind: 'operator', name: 'ann', role: 'admin', sourceAddress: '10.0.0.9' },
		action: 'member.purge',
		outcome: 'purged',
		cluster: 'turms',
		member: '/turms/members/gateway07',
		memberId: 'gateway07',
		czxid: '0x4a1',
		reason: 'it is dead',
		zxid: null,
		detail,
	};
}

const long = draft(
	Array.from({ length: 400 }, (_, index) => ({ startedAtMs: 17_000.123 + index, finishedAtMs: 17_010 + index })),
);

describe('a record in the outbox', () => {
	it('comes back as it was, short or long, and a long one takes a fraction of its text', () => {
		for (const each of [draft({ short: true }), long]) {
			expect(parseOutboxEntry(encodeOutboxEntry(each))).toEqual({ kind: 'draft', draft: each });
		}
		expect(encodeOutboxEntry(long).byteLength).toBeLessThan(canonicalJson(long.detail).length / 4);
	});

	it('is read where it was written as plain text, however long', () => {
		expect(parseOutboxEntry(Buffer.from(canonicalJson(long)))).toEqual({ kind: 'draft', draft: long });
	});

	it.each<[string, (packed: Uint8Array) => Uint8Array]>([
		['cut off', (packed) => packed.slice(0, -9)],
		['altered', (packed) => packed.map((byte, index) => (index === 40 ? byte ^ 1 : byte))],
		['with zeros behind it', (packed) => Buffer.concat([packed, new Uint8Array(8)])],
		['with text behind it', (packed) => Buffer.concat([packed, Buffer.from('{"also":"this"}')])],
		['with itself behind it', (packed) => Buffer.concat([packed, packed])],
		['packed twice', (packed) => gzipSync(packed)],
		['of a text that is not canonical', () => gzipSync(`${canonicalJson(long)} `)],
		['that unpacks to what no memory has room for', () => gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '))],
	])('is garbage when it is %s', (_name, change) => {
		expect(parseOutboxEntry(change(encodeOutboxEntry(long)))).toMatchObject({ kind: 'garbage' });
	});

	it.each(['audit.archive', 'audit.sign-off'] as const)(
		'never says %s: archives are recorded in the database',
		(action) => {
			const text = canonicalJson({ ...draft({}), action });
			expect(parseOutboxEntry(Buffer.from(text)).kind).toBe('garbage');
		},
	);
});
