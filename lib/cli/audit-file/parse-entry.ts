import { z } from 'zod';
import { AUDIT_BOUNDS, EPOCH_MS_MAX } from '@/lib/core/audit-bounds';
import { AUDIT_ACTIONS, type AuditEntry, type Json } from '@/lib/core/audit-entry';

/** 2^53 - 1 has 16 digits. */
const SEQUENCE = /^[1-9][0-9]{0,15}$/;
const HASH = /^[0-9a-f]{64}$/;

const nullableText = (max: number) => z.string().max(max).nullable();
const sequence = z
	.string()
	.regex(SEQUENCE, 'is no whole number from 1 on')
	.transform(Number)
	.refine(Number.isSafeInteger, 'is too large');
const hash = z.string().regex(HASH, 'is no SHA-256 in 64 lower-case hex digits');

/** The API writes what Date.toISOString gives; only such a text names its millisecond and no other. */
const at = z
	.string()
	.max(32)
	.transform((text, context) => {
		const atMs = Date.parse(text);
		if (!(Math.abs(atMs) <= EPOCH_MS_MAX) || new Date(atMs).toISOString() !== text) {
			context.addIssue({ code: 'custom', message: 'is no time as the export writes it (2023-11-14T22:13:20.000Z)' });
			return z.NEVER;
		}
		return atMs;
	});

const viewSchema = z.strictObject({
	id: sequence,
	key: z.string().min(1).max(AUDIT_BOUNDS.key),
	at,
	actor: z.strictObject({
		kind: z.enum(['operator', 'token', 'system']),
		name: z.string().max(AUDIT_BOUNDS.actorName),
		role: nullableText(AUDIT_BOUNDS.actorRole),
		sourceAddress: nullableText(AUDIT_BOUNDS.sourceAddress),
	}),
	action: z.enum(AUDIT_ACTIONS),
	outcome: z.string().max(AUDIT_BOUNDS.outcome),
	cluster: nullableText(AUDIT_BOUNDS.cluster),
	member: nullableText(AUDIT_BOUNDS.member),
	memberId: nullableText(AUDIT_BOUNDS.memberId),
	czxid: nullableText(AUDIT_BOUNDS.id64),
	reason: nullableText(AUDIT_BOUNDS.reason),
	zxid: nullableText(AUDIT_BOUNDS.id64),
	// What JSON.parse gives is Json; only its absence has to be told apart from null.
	detail: z.custom<Json>((value) => value !== undefined, 'is missing'),
	hash,
	previousHash: hash,
});

export type ParsedEntry =
	| { readonly kind: 'entry'; readonly entry: AuditEntry }
	/** `problem` names the field, for people. */
	| { readonly kind: 'unreadable'; readonly problem: string };

/**
 * One line of an NDJSON export as the entry that was hashed. Total over hostile text. JSON.parse takes a key given twice, a
 * number beyond what a double holds, and white space, and does not tell: only a line that it gives back unchanged counts, so
 * that what people read in the file is what the hash was made of. (Details were written by JSON.stringify of what canonical
 * JSON had hashed, so both hold the same numbers.)
 */
export function parseEntryLine(line: string): ParsedEntry {
	try {
		const value: unknown = JSON.parse(line);
		if (JSON.stringify(value) !== line) {
			return unreadable('it is not as the export wrote it: a key given twice, another number, or white space');
		}
		const parsed = viewSchema.safeParse(value);
		if (!parsed.success) {
			return unreadable(parsed.error.issues.map(toText).join('; '));
		}
		const { id, at: atMs, ...rest } = parsed.data;
		return { kind: 'entry', entry: { ...rest, sequence: id, atMs } };
	} catch (error) {
		// A SyntaxError of the parser, a RangeError of nesting that is too deep.
		return unreadable(error instanceof Error ? error.message : String(error));
	}
}

function toText(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
	const field = issue.path.map(String).join('.');
	return field === '' ? issue.message : `${field}: ${issue.message}`;
}

function unreadable(problem: string): ParsedEntry {
	return { kind: 'unreadable', problem: problem.slice(0, 500) };
}
