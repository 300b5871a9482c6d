import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import type { DatabaseDialect, RollcallDatabase } from '@/lib/adapters/database/database';
import { openDatabase } from '@/lib/adapters/database/open';
import type { AuditDraft, AuditEntry } from '@/lib/core/audit-entry';
import type { AuditPort, AuditQuery } from '@/lib/core/ports';
import { type DatabasePlace, newDatabase } from '@/test/support/databases';

export type TemporaryStore = Pick<DatabasePlace, 'url' | 'sql' | 'dialect'> & {
	readonly database: RollcallDatabase;
	readonly audit: AuditPort;
	remove(): Promise<void>;
};

/** A store on a real database of its own; a file unless told otherwise. */
export async function temporaryStore(dialect: DatabaseDialect = 'sqlite'): Promise<TemporaryStore> {
	const place = await newDatabase(dialect);
	const database = await openDatabase(place.url);
	const audit = createAuditStore(database);
	return {
		...place,
		database,
		audit,
		remove: async () => {
			await audit.close();
			await database.close();
			await place.remove();
		},
	};
}

let drafts = 0;

export function auditDraft(overrides: Partial<AuditDraft> = {}): AuditDraft {
	drafts += 1;
	return {
		key: `key-${process.pid}-${drafts}`,
		atMs: 1_700_000_000_000 + drafts,
		actor: { kind: 'operator', name: 'admin', role: 'admin', sourceAddress: '192.0.2.7' },
		action: 'member.purge',
		outcome: 'purged',
		cluster: 'prod',
		member: '/turms/members/gateway-07',
		memberId: 'gateway-07',
		czxid: '0x100000002',
		reason: 'killed by the kernel',
		zxid: '0x100000003',
		detail: { proof: ['refused-by-quorum'], rttMs: 0.25 },
		...overrides,
	};
}

/** Every page from the newest entry on. */
export async function allPages(audit: AuditPort, query: AuditQuery, limit: number): Promise<AuditEntry[]> {
	const entries: AuditEntry[] = [];
	let cursor: string | null = null;
	do {
		const page: Awaited<ReturnType<AuditPort['list']>> = await audit.list(query, { cursor, limit });
		entries.push(...page.entries);
		cursor = page.nextCursor;
	} while (cursor !== null);
	return entries;
}

export async function streamed(audit: AuditPort, query: AuditQuery = {}): Promise<AuditEntry[]> {
	const entries: AuditEntry[] = [];
	for await (const entry of audit.stream(query)) {
		entries.push(entry);
	}
	return entries;
}
