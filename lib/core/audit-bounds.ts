import type { Sha256 } from './audit-chain';
import type { AuditDraft, Json } from './audit-entry';
import { canonicalJson } from './canonical-json';

/** Longest texts of an entry, in UTF-16 code units; `detailBytes` in UTF-8 bytes of canonical JSON. */
export const AUDIT_BOUNDS = {
	key: 256,
	actorName: 256,
	actorRole: 64,
	sourceAddress: 128,
	outcome: 64,
	cluster: 256,
	member: 4_096,
	memberId: 512,
	id64: 18,
	reason: 2_000,
	detailBytes: 256 * 1024,
	detailDepth: 64,
	/** How much of a detail that is too long is kept, as text. */
	detailHead: 64 * 1024,
} as const;

/** Last moment that a date can tell (ECMA-262, time values): an entry beyond it could not be shown. */
export const EPOCH_MS_MAX = 8.64e15;

/**
 * The draft as it can be stored and hashed for ever: texts within AUDIT_BOUNDS and well-formed, detail as plain JSON.
 * What is too long is cut with a marker that says how much is missing; nothing is dropped without one. Idempotent.
 * Throws a RangeError on a key that is empty or too long (cut keys could collide) and on an impossible time.
 */
export function boundDraft(draft: AuditDraft, sha256: Sha256): AuditDraft {
	const key = wellFormed(draft.key);
	if (key.length === 0 || key.length > AUDIT_BOUNDS.key) {
		throw new RangeError(`an audit key has 1 to ${AUDIT_BOUNDS.key} characters; this one has ${key.length}`);
	}
	if (!Number.isInteger(draft.atMs) || Math.abs(draft.atMs) > EPOCH_MS_MAX) {
		throw new RangeError(`an audit entry's time is whole milliseconds since the epoch; found ${draft.atMs}`);
	}
	return {
		key,
		atMs: draft.atMs,
		actor: {
			kind: draft.actor.kind,
			name: boundText(draft.actor.name, AUDIT_BOUNDS.actorName),
			role: boundNullable(draft.actor.role, AUDIT_BOUNDS.actorRole),
			sourceAddress: boundNullable(draft.actor.sourceAddress, AUDIT_BOUNDS.sourceAddress),
		},
		action: draft.action,
		outcome: boundText(draft.outcome, AUDIT_BOUNDS.outcome),
		cluster: boundNullable(draft.cluster, AUDIT_BOUNDS.cluster),
		member: boundNullable(draft.member, AUDIT_BOUNDS.member),
		memberId: boundNullable(draft.memberId, AUDIT_BOUNDS.memberId),
		czxid: boundNullable(draft.czxid, AUDIT_BOUNDS.id64),
		reason: boundNullable(draft.reason, AUDIT_BOUNDS.reason),
		zxid: boundNullable(draft.zxid, AUDIT_BOUNDS.id64),
		detail: boundDetail(draft.detail, sha256),
	};
}

/** At most `max` code units; a longer text ends in '… [N more characters]'. */
export function boundText(text: string, max: number): string {
	const whole = wellFormed(text);
	if (whole.length <= max) {
		return whole;
	}
	// The marker's own length depends on the number that it names: reserve for the longest.
	const kept = Math.max(0, max - `… [${whole.length} more characters]`.length);
	return wellFormed(`${whole.slice(0, kept)}… [${whole.length - kept} more characters]`.slice(0, max));
}

function boundNullable(text: string | null, max: number): string | null {
	return text === null ? null : boundText(text, max);
}

function boundDetail(detail: Json, sha256: Sha256): Json {
	const plain = toPlainJson(detail, 0);
	const text = canonicalJson(plain);
	const bytes = utf8Length(text);
	if (bytes <= AUDIT_BOUNDS.detailBytes) {
		return plain;
	}
	return {
		truncated: true,
		bytes,
		sha256: sha256(text),
		head: wellFormed(text.slice(0, AUDIT_BOUNDS.detailHead)),
	};
}

/** What JSON cannot hold becomes text that says what it was; deeper than the bound, a marker stands in its place. */
function toPlainJson(value: unknown, depth: number): Json {
	if (value === null || typeof value === 'boolean') {
		return value;
	}
	if (typeof value === 'string') {
		return replaceLoneSurrogates(value);
	}
	if (typeof value === 'number') {
		// Adding 0 turns -0 into 0, which JSON writes alike: hash and stored text must agree.
		return Number.isFinite(value) ? value + 0 : String(value);
	}
	if (typeof value !== 'object') {
		return value === undefined ? null : String(value);
	}
	if (depth >= AUDIT_BOUNDS.detailDepth) {
		return `[deeper than ${AUDIT_BOUNDS.detailDepth} levels: left out]`;
	}
	if (Array.isArray(value)) {
		return value.map((item) => toPlainJson(item, depth + 1));
	}
	// fromEntries defines own properties, so that a key such as __proto__ stays data.
	return Object.fromEntries(
		Object.entries(value).map(([key, item]) => [replaceLoneSurrogates(key), toPlainJson(item, depth + 1)]),
	);
}

/** Databases store UTF-8 and end some texts at NUL: a lone surrogate or a NUL would come back as something else. */
function wellFormed(text: string): string {
	return replaceLoneSurrogates(text).replaceAll('\0', '\u2400');
}

function replaceLoneSurrogates(text: string): string {
	return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Bytes of a well-formed text in UTF-8. */
function utf8Length(text: string): number {
	let bytes = 0;
	for (const character of text) {
		const codePoint = character.codePointAt(0) ?? 0;
		bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
	}
	return bytes;
}
