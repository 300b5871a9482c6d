import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { ArchivePort } from '@/lib/core/archive-port';
import { type ArchiveManifest, sealKey } from '@/lib/core/audit-archive';
import { CHAIN_START, type ChainHead, followsChain } from '@/lib/core/audit-chain';
import type { Actor, AuditEntry } from '@/lib/core/audit-entry';
import { toAuditEntryView } from '@/lib/core/audit-view';
import type { AuditPort } from '@/lib/core/ports';
import { ArchiveFileError, checkArchive, measureFile, writeArchive } from './write-archive';

export type SealOrder = {
	readonly path: string;
	/** Entries dated before are taken, ms since the epoch. */
	readonly beforeMs: number;
	readonly reason: string;
	readonly by: Actor;
	/** Wall clock, ms since the epoch. */
	readonly atMs: number;
};

/** Where a run stands, for people (and for tests that end it there). */
export type SealStep = 'chosen' | 'written' | 'read-back' | 'recorded';

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

/**
 * Writes the log's oldest entries to a file, reads it back, and records what it is (`audit.archive`); null: none is old enough.
 * Nothing leaves the database. A run that dies leaves at most a file that nobody has recorded. Throws ArchiveFileError when
 * the file cannot be made, or when the log is broken in that part.
 */
export async function sealArchive(
	{ audit, archives }: { readonly audit: AuditPort; readonly archives: ArchivePort },
	order: SealOrder,
	onStep: (step: SealStep) => void = () => undefined,
): Promise<{ readonly manifest: ArchiveManifest; readonly entry: AuditEntry } | null> {
	const before = await archives.anchor();
	const range = await archives.olderThan(order.beforeMs);
	if (range === null) {
		return null;
	}
	onStep('chosen');
	const end: { head: ChainHead } = { head: CHAIN_START };
	await writeArchive(order.path, toLines(audit, before, range.last, end));
	onStep('written');
	await checkArchive(order.path, before, end.head);
	const measured = await measureFile(order.path);
	onStep('read-back');
	const manifest: ArchiveManifest = {
		first: range.first,
		last: range.last,
		entries: range.last - range.first + 1,
		previousHash: before.hash,
		lastHash: end.head.hash,
		...measured,
		file: basename(order.path),
		olderThan: new Date(order.beforeMs).toISOString(),
	};
	const entry = await audit.append({
		key: sealKey(manifest.sha256),
		atMs: order.atMs,
		actor: order.by,
		action: 'audit.archive',
		outcome: 'ok',
		cluster: null,
		member: null,
		memberId: null,
		czxid: null,
		reason: order.reason,
		zxid: null,
		detail: manifest,
	});
	onStep('recorded');
	return { manifest, entry };
}

/** As an NDJSON export has them; `end` is where they came to. Rejects at the first entry that does not follow. */
async function* toLines(
	audit: AuditPort,
	before: ChainHead,
	last: number,
	end: { head: ChainHead },
): AsyncGenerator<string, undefined, undefined> {
	let head = before;
	for await (const entry of audit.stream({})) {
		if (entry.sequence > last) {
			break;
		}
		if (!followsChain(entry, head, sha256)) {
			throw new ArchiveFileError(
				`the log is broken at entry ${head.sequence + 1}, and is not archived: verify it, keep the database as it is, and compare it with an export or a backup`,
			);
		}
		head = { sequence: entry.sequence, hash: entry.hash };
		yield `${JSON.stringify(toAuditEntryView(entry))}\n`;
	}
	if (head.sequence !== last) {
		throw new ArchiveFileError(`the log ends with entry ${head.sequence}, where entry ${last} was: it is not archived`);
	}
	end.head = head;
}
