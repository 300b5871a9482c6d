import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openDatabase, type RollcallDatabase } from '@/lib/adapters/database/open';
import type { AuditDraft, AuditEntry } from '@/lib/core/audit-entry';
import type { AuditPort, AuditQuery } from '@/lib/core/ports';

export type TemporaryStore = {
	readonly file: string;
	readonly database: RollcallDatabase;
	readonly audit: AuditPort;
	/** Runs SQL on a connection of its own, as somebody with access to the file would. */
	sql(statements: string): void;
	remove(): Promise<void>;
};

/** A store on a real file in a folder of its own. */
export async function temporaryStore(): Promise<TemporaryStore> {
	const folder = mkdtempSync(join(tmpdir(), 'rollcall-audit-'));
	const file = join(folder, 'data', 'rollcall.db');
	const database = await openDatabase(`sqlite:${file}`);
	const audit = createAuditStore(database);
	return {
		file,
		database,
		audit,
		sql: (statements) => {
			const connection = new Database(file);
			try {
				connection.exec(statements);
			} finally {
				connection.close();
			}
		},
		remove: async () => {
			await audit.close();
			database.close();
			rmSync(folder, { recursive: true, force: true });
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
