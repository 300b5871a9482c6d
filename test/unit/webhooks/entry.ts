import type { AuditEntry } from '@/lib/core/audit-entry';

/** An entry of the log as a follower meets it. */
export function entryOf(overrides: Partial<AuditEntry> = {}): AuditEntry {
	return {
		sequence: 7,
		key: 'b0f6f3e0-0000-4000-8000-000000000007',
		atMs: 1_767_225_600_000,
		actor: { kind: 'operator', name: 'vera', role: 'operator', sourceAddress: '192.0.2.7' },
		action: 'member.purge',
		outcome: 'purged',
		cluster: 'prod',
		member: '/turms/members/gateway 07',
		memberId: 'gateway-07',
		czxid: '0x100000002',
		reason: 'killed by the kernel',
		zxid: '0x100000003',
		detail: { guards: [{ guard: 'verdict', result: 'pass' }] },
		previousHash: 'a'.repeat(64),
		hash: 'b'.repeat(64),
		...overrides,
	};
}
