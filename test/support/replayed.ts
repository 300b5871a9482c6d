import { expect } from 'vitest';
import { readLines } from '@/lib/cli/audit-file/read-lines';
import { replayFile } from '@/lib/cli/audit-file/replay-file';
import { verifyFile } from '@/lib/cli/audit-file/verify-file';
import type { AuditEntry } from '@/lib/core/audit-entry';
import { exportAudit } from '@/lib/http/audit-export';

const AUDIT_FILE = { format: 'ndjson', name: 'audit', isWhole: true, until: Number.MAX_SAFE_INTEGER } as const;

/**
 * Exports these entries, a log from its first entry on, as the API does, and checks the file as `npm run audit` does: the
 * chain is whole, and every decision that real members and a real ensemble led to comes out the same once more. Gives how
 * many did.
 */
export async function replaysWhole(entries: readonly AuditEntry[]): Promise<number> {
	const bytes = new Uint8Array(await exportAudit(each(entries), AUDIT_FILE).arrayBuffer());
	const lines = () => readLines(each([bytes]));
	expect(await verifyFile(lines())).toMatchObject({ ok: true, entries: entries.length, part: false });
	const replayed = await replayFile(lines());
	expect(replayed.differences).toEqual([]);
	expect(replayed.problems).toEqual([]);
	expect(replayed).toMatchObject({ differing: 0, unreadableLines: 0 });
	expect(replayed.notReplayable['older-release']).toBeUndefined();
	return replayed.agreeing;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
	yield* items;
}
