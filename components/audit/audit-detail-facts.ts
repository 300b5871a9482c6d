import type { GuardCode, GuardName, GuardResult } from '@/lib/core/guard';

/** Characters of evidence shown at once; a purge's record holds up to 256 kB. */
export const EVIDENCE_LENGTH_MAX = 40_000;

export type RecordedGuard = {
	readonly guard: GuardName;
	readonly result: GuardResult;
	readonly code: GuardCode | null;
	readonly facts: Readonly<Record<string, string | number>>;
};

/** The detail as indented JSON, cut at EVIDENCE_LENGTH_MAX; `length` is that of the whole. Null when there is none. */
export function toEvidenceText(detail: unknown): { text: string; length: number } | null {
	if (detail === null || detail === undefined || isEmpty(detail)) {
		return null;
	}
	const whole = JSON.stringify(detail, null, 2);
	return { text: whole.slice(0, EVIDENCE_LENGTH_MAX), length: whole.length };
}

function isEmpty(value: unknown): boolean {
	return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/**
 * The guards that an entry's detail recorded, wherever they stand within its first three levels. A detail is whatever an
 * earlier version wrote: what is not a guard of today is left to the raw evidence.
 */
export function findRecordedGuards(
	detail: unknown,
	known: { readonly guards: readonly string[]; readonly codes: readonly string[] },
): RecordedGuard[] {
	const list = findGuardList(detail, 3);
	return (list ?? []).flatMap((item) => {
		const { guard, result, code, facts } = item as Record<string, unknown>;
		if (typeof guard !== 'string' || !known.guards.includes(guard) || !isResult(result)) {
			return [];
		}
		const told = typeof code === 'string' && known.codes.includes(code) ? (code as GuardCode) : null;
		return [{ guard: guard as GuardName, result, code: told, facts: toFacts(facts) }];
	});
}

function isResult(value: unknown): value is GuardResult {
	return value === 'pass' || value === 'fail' || value === 'unknown' || value === 'inactive';
}

function toFacts(value: unknown): Record<string, string | number> {
	if (typeof value !== 'object' || value === null) {
		return {};
	}
	return Object.fromEntries(
		Object.entries(value).filter(
			(entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
		),
	);
}

function findGuardList(value: unknown, depth: number): readonly object[] | null {
	if (typeof value !== 'object' || value === null || depth === 0) {
		return null;
	}
	if (Array.isArray(value)) {
		return null;
	}
	const own = (value as Record<string, unknown>).guards;
	if (Array.isArray(own) && own.every((item) => typeof item === 'object' && item !== null)) {
		return own.slice(0, 50);
	}
	for (const child of Object.values(value)) {
		const found = findGuardList(child, depth - 1);
		if (found !== null) {
			return found;
		}
	}
	return null;
}
