import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { parseEntryLine } from '@/lib/cli/audit-file/parse-entry';
import { readLines } from '@/lib/cli/audit-file/read-lines';
import { verifyFile } from '@/lib/cli/audit-file/verify-file';
import { boundDraft } from '@/lib/core/audit-bounds';
import { CHAIN_START, linkEntry } from '@/lib/core/audit-chain';
import type { AuditDraft, AuditEntry } from '@/lib/core/audit-entry';
import { exportAudit } from '@/lib/http/audit-export';

export const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

/** A chain as the audit store makes it: bounded, then linked. */
export function chain(drafts: readonly AuditDraft[]): AuditEntry[] {
	const entries: AuditEntry[] = [];
	for (const draft of drafts) {
		entries.push(linkEntry(boundDraft(draft, sha256), entries.at(-1) ?? CHAIN_START, sha256));
	}
	return entries;
}

/** The whole of a log. */
export const AUDIT_FILE = { format: 'ndjson', name: 'audit', isWhole: true, until: Number.MAX_SAFE_INTEGER } as const;

/** The bytes that the API's own export gives for these entries. */
export async function exported(entries: readonly AuditEntry[]): Promise<Uint8Array> {
	async function* each() {
		yield* entries;
	}
	return new Uint8Array(await exportAudit(each(), AUDIT_FILE).arrayBuffer());
}

/** Without the line breaks. */
export async function exportedLines(entries: readonly AuditEntry[]): Promise<string[]> {
	return new TextDecoder()
		.decode(await exported(entries))
		.split('\n')
		.slice(0, -1);
}

/** The lines as a file gives them, in chunks of a size that has nothing to do with lines. */
export function linesOf(data: Uint8Array | readonly string[], chunkBytes = 1_000, bytesMax?: number) {
	const bytes = data instanceof Uint8Array ? data : new TextEncoder().encode(data.map((line) => `${line}\n`).join(''));
	async function* chunks() {
		for (let start = 0; start < bytes.length; start += chunkBytes) {
			yield bytes.subarray(start, start + chunkBytes);
		}
	}
	return readLines(chunks(), bytesMax);
}

export function parsed(line: string): AuditEntry {
	const result = parseEntryLine(line);
	if (result.kind === 'unreadable') {
		throw new Error(result.problem);
	}
	return result.entry;
}

export const text = (maxLength: number) => fc.string({ unit: 'binary', maxLength });

/** Eight entries with details of several kinds. */
export function example(): AuditEntry[] {
	return chain(
		Array.from({ length: 8 }, (_, index) => ({
			key: `key-${index}`,
			atMs: 1_700_000_000_000 + index,
			actor: { kind: 'operator', name: 'vera', role: 'admin', sourceAddress: '192.0.2.7' },
			action: 'member.purge',
			outcome: 'purged',
			cluster: 'prod',
			member: `/turms/members/${index}`,
			memberId: String(index),
			czxid: '0x100000002',
			reason: '心跳 lost',
			zxid: '0x100000003',
			detail: { index, evidence: [0.1, 1e-7, { left: [], text: 'ä "quoted" \u202e' }] },
		})),
	);
}

/** Where and how the file is broken; null: it is whole. */
export async function broken(lines: readonly string[], heads: { sequence: number; hash: string }[] = []) {
	const result = await verifyFile(linesOf(lines), heads);
	const { firstBroken } = result;
	return firstBroken && { sequence: firstBroken.sequence, line: firstBroken.line, kind: firstBroken.kind };
}
