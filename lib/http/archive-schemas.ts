import { z } from 'zod';
import type { ArchivedView, ArchivesView, SignedOffArchiveView } from '@/lib/core/archives-view';

const text = z.string();
const sequence = z.int();
const ms = z.number();

export const archivedViewSchema = z.object({
	upTo: sequence,
	files: z.array(z.object({ first: sequence, last: sequence, file: text, sha256: text })),
}) satisfies z.ZodType<ArchivedView>;

const range = {
	first: sequence,
	last: sequence,
	sha256: text,
	file: text,
	sealed: sequence,
	sealedBy: text,
	sealedAtMs: ms,
};

const signedOffSchema = z
	.object({ ...range, signedOff: sequence, signedOffBy: text, signedOffAtMs: ms })
	.meta({ id: 'SignedOffArchive' }) satisfies z.ZodType<SignedOffArchiveView>;

export const archivesViewSchema = z
	.object({
		upTo: sequence,
		signedOff: z.array(signedOffSchema),
		sealed: z.array(z.object({ ...range, bytes: z.int(), olderThan: text, reason: text.nullable() })),
		retentionDays: z.int().nullable(),
		waiting: z.object({ first: sequence, last: sequence }).nullable(),
	})
	.meta({ id: 'AuditArchives' }) satisfies z.ZodType<ArchivesView>;

/** Bytes of a sign-off's body. */
export const SIGN_OFF_BYTES_MAX = 16 * 1_024;

export const signOffRequestSchema = z
	.strictObject({
		sha256: z
			.string()
			.trim()
			.toLowerCase()
			.regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits, as sha256sum prints them')
			.meta({ description: 'Of the file, computed where it is kept: it shows that the file is there.' }),
		reason: z.string().trim().min(1).max(2_000).meta({ description: 'Why; goes into the log.' }),
	})
	.meta({ id: 'ArchiveSignOff' });

export const signOffViewSchema = z.object({ archive: signedOffSchema });
