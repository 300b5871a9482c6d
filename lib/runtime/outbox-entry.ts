import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { AUDIT_BOUNDS, boundDraft, boundText, EPOCH_MS_MAX } from '../core/audit-bounds';
import { AUDIT_ACTIONS, type AuditDraft, type Json } from '../core/audit-entry';
import { canonicalJson } from '../core/canonical-json';
import { toHex } from '../core/ids';
import type { ZnodeStat } from '../core/ports';

/** How much of an unreadable entry is kept as text, UTF-16 code units, or bytes when it is no text. */
const RAW_MAX = 64 * 1024;

const hexId = z
	.string()
	.regex(/^0x[0-9a-f]{1,16}$/)
	.nullable();

const draftSchema = z.strictObject({
	key: z.string().min(1).max(AUDIT_BOUNDS.key),
	atMs: z.int().min(-EPOCH_MS_MAX).max(EPOCH_MS_MAX),
	actor: z.strictObject({
		kind: z.enum(['operator', 'token', 'system']),
		name: z.string().max(AUDIT_BOUNDS.actorName),
		role: z.string().max(AUDIT_BOUNDS.actorRole).nullable(),
		sourceAddress: z.string().max(AUDIT_BOUNDS.sourceAddress).nullable(),
	}),
	// Archives are sealed and signed off in the database; nothing in ZooKeeper may say so.
	action: z.enum(AUDIT_ACTIONS).exclude(['audit.archive', 'audit.sign-off']),
	outcome: z.string().max(AUDIT_BOUNDS.outcome),
	cluster: z.string().max(AUDIT_BOUNDS.cluster).nullable(),
	member: z.string().max(AUDIT_BOUNDS.member).nullable(),
	memberId: z.string().max(AUDIT_BOUNDS.memberId).nullable(),
	czxid: hexId,
	reason: z.string().max(AUDIT_BOUNDS.reason).nullable(),
	zxid: hexId,
	// What JSON.parse gives is Json; only its absence has to be told apart from null.
	detail: z.custom<Json>((value) => value !== undefined, 'missing'),
});

export type ParsedOutboxEntry =
	| { readonly kind: 'draft'; readonly draft: AuditDraft }
	/** `problem` is for people; at most 500 characters. */
	| { readonly kind: 'garbage'; readonly problem: string };

export function sha256Hex(data: string | Uint8Array): string {
	return createHash('sha256').update(data).digest('hex');
}

/** Shorter texts gain nothing by it. */
const GZIP_FROM_BYTES = 1_024;
/** Above what a bounded draft can be: more is no record, and is not unpacked. */
const TEXT_BYTES_MAX = 512 * 1024;

/**
 * The draft as an outbox znode's data: bounded, canonical JSON, at most about 300 kB; packed with gzip when it is longer than
 * 1 kB, so that a transaction has room for a hundred records. Throws a RangeError on a key or time that the audit log could not
 * take: better before the purge than after it.
 */
export function encodeOutboxEntry(draft: AuditDraft): Uint8Array {
	const text = Buffer.from(canonicalJson(boundDraft(draft, sha256Hex)), 'utf8');
	return text.byteLength < GZIP_FROM_BYTES ? text : gzipSync(text, { level: 1 });
}

const unpackedSchema = z.object({
	buffer: z.instanceof(Uint8Array),
	engine: z.object({ bytesWritten: z.number() }),
});

/** Throws what zlib throws on data that is cut, altered or too long. */
function unpack(data: Uint8Array): Uint8Array {
	if (data[0] !== 0x1f || data[1] !== 0x8b) {
		return data;
	}
	// With `info` Node gives the text and the engine that read it, which its types do not say.
	const { buffer, engine } = unpackedSchema.parse(gunzipSync(data, { maxOutputLength: TEXT_BYTES_MAX, info: true }));
	if (engine.bytesWritten !== data.byteLength) {
		// Zlib passes over zeros behind what is packed; nobody would see them again.
		throw new RangeError('something follows the packed text');
	}
	return buffer;
}

/**
 * Reads an outbox znode; total over hostile data. Only canonical JSON counts, which is what `encodeOutboxEntry` writes:
 * so nothing that the text says, such as a key given twice, is lost by reading it.
 */
export function parseOutboxEntry(data: Uint8Array): ParsedOutboxEntry {
	try {
		const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(unpack(data));
		const value: unknown = JSON.parse(text);
		const parsed = draftSchema.safeParse(value);
		if (!parsed.success) {
			return garbage(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
		}
		return canonicalJson(parsed.data) === text
			? { kind: 'draft', draft: parsed.data }
			: garbage('the text is not in canonical form');
	} catch (error) {
		// A TypeError of the decoder, a SyntaxError of the parser, a RangeError of nesting that is too deep, an Error of zlib.
		return garbage(String(error));
	}
}

function garbage(problem: string): ParsedOutboxEntry {
	return { kind: 'garbage', problem: boundText(problem, 500) };
}

/**
 * The record of an entry that cannot be taken as it stands. Its key is made of what the znode is and holds: the same
 * znode drained twice is recorded once, and no other one is mistaken for it.
 */
export function toGarbageDraft(
	znode: { readonly path: string; readonly data: Uint8Array; readonly stat: ZnodeStat },
	problem: string,
	atMs: number,
): AuditDraft {
	const { path, data, stat } = znode;
	const czxid = toHex(stat.czxid);
	const sha256 = sha256Hex(data);
	return {
		key: `outbox-garbage-${sha256Hex(canonicalJson([path, czxid, stat.ctimeMs, stat.version, sha256]))}`,
		atMs,
		actor: { kind: 'system', name: 'outbox', role: null, sourceAddress: null },
		action: 'outbox.garbage',
		outcome: 'recorded',
		cluster: null,
		member: null,
		memberId: null,
		czxid,
		reason: 'garbage in outbox',
		zxid: toHex(stat.mzxid),
		detail: { path: boundText(path, AUDIT_BOUNDS.member), problem, bytes: data.length, sha256, ...toRaw(data) },
	};
}

function toRaw(data: Uint8Array): { readonly encoding: string; readonly raw: string; readonly rawTruncated: boolean } {
	try {
		const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
		return { encoding: 'utf-8', raw: text.slice(0, RAW_MAX), rawTruncated: text.length > RAW_MAX };
	} catch (error) {
		if (!(error instanceof TypeError)) {
			throw error;
		}
		const raw = Buffer.from(data.subarray(0, RAW_MAX)).toString('base64');
		return { encoding: 'base64', raw, rawTruncated: data.length > RAW_MAX };
	}
}
