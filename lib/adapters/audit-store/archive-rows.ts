import { z } from 'zod';
import type { ArchiveManifest, SealedArchive, SignedOffArchive } from '@/lib/core/audit-archive';
import { CHAIN_START, type ChainHead } from '@/lib/core/audit-chain';
import type { AuditEntry } from '@/lib/core/audit-entry';
import type { AuditArchivesTable, Queries } from '../database/tables';

const sequence = z.int().min(1);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const manifestSchema = z.strictObject({
	first: sequence,
	last: sequence,
	entries: sequence,
	previousHash: hash,
	lastHash: hash,
	sha256: hash,
	bytes: z.int().min(0),
	file: z.string().min(1).max(255),
	olderThan: z.iso.datetime(),
}) satisfies z.ZodType<ArchiveManifest>;

/** null: the entry seals no archive, or does not say which. */
export function toSealed(entry: AuditEntry): SealedArchive | null {
	const manifest = entry.action === 'audit.archive' ? manifestSchema.safeParse(entry.detail) : null;
	return manifest?.success === true
		? {
				...manifest.data,
				sealed: entry.sequence,
				sealedBy: entry.actor.name,
				sealedAtMs: entry.atMs,
				reason: entry.reason,
			}
		: null;
}

export function toArchive(row: AuditArchivesTable): SignedOffArchive {
	return {
		first: row.first,
		last: row.last,
		previousHash: row.previous_hash,
		lastHash: row.last_hash,
		sha256: row.sha256,
		file: row.file,
		sealed: row.sealed,
		sealedBy: row.sealed_by,
		sealedAtMs: row.sealed_at_ms,
		signedOff: row.signed_off,
		signedOffBy: row.signed_off_by,
		signedOffAtMs: row.signed_off_at_ms,
	};
}

export function toArchiveRow(archive: SignedOffArchive): AuditArchivesTable {
	return {
		first: archive.first,
		last: archive.last,
		previous_hash: archive.previousHash,
		last_hash: archive.lastHash,
		sha256: archive.sha256,
		file: archive.file,
		sealed: archive.sealed,
		sealed_by: archive.sealedBy,
		sealed_at_ms: archive.sealedAtMs,
		signed_off: archive.signedOff,
		signed_off_by: archive.signedOffBy,
		signed_off_at_ms: archive.signedOffAtMs,
	};
}

export const archivesOf = (db: Queries) => db.selectFrom('audit_archives').selectAll().orderBy('last', 'asc');

/** Where the archives end; entries up to there are no part of the log, whether they are stored still or not. */
export async function readAnchor(db: Queries): Promise<ChainHead> {
	const row = await db
		.selectFrom('audit_archives')
		.select(['last', 'last_hash'])
		.orderBy('last', 'desc')
		.limit(1)
		.executeTakeFirst();
	return row === undefined ? CHAIN_START : { sequence: row.last, hash: row.last_hash };
}
