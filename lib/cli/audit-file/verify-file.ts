import { createHash } from 'node:crypto';
import { CHAIN_START, type ChainHead, hashInput } from '@/lib/core/audit-chain';
import type { AuditEntry } from '@/lib/core/audit-entry';
import { parseEntryLine } from './parse-entry';
import type { Line } from './read-lines';

/** What is wrong with the first entry that is. */
export type BrokenKind =
	| 'line-unreadable'
	| 'sequence'
	| 'previous-hash'
	| 'hash'
	/** The entry is sound in itself, and another one than was witnessed. */
	| 'head-differs'
	/** The file does not reach back or on to a head that was witnessed. */
	| 'head-missing'
	| 'empty';

export type Broken = {
	/** Of the entry that is changed, missing or out of place. */
	readonly sequence: number;
	/** null: beyond the file's end, or before its beginning. */
	readonly line: number | null;
	readonly kind: BrokenKind;
	/** For people. */
	readonly text: string;
};

export type FileVerification = {
	readonly ok: boolean;
	/** Entries of the intact part. */
	readonly entries: number;
	/** Sequence of the first; null: none. */
	readonly first: number | null;
	/** Where the intact part ends. */
	readonly head: ChainHead | null;
	/** What was before the first entry is not in this file. */
	readonly part: boolean;
	readonly firstBroken: Broken | null;
};

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

/** A file of entries; `name` is told where there are several. */
export type EntryFile = { readonly name: string; readonly lines: AsyncIterable<Line> };

/** One file: see `verifyFiles`. */
export function verifyFile(
	lines: AsyncIterable<Line>,
	witnessed: readonly ChainHead[] = [],
): Promise<FileVerification> {
	return verifyFiles([{ name: '', lines }], witnessed);
}

/**
 * Checks the chain of exported files, each of which goes on where the one before it ends, from the first entry of the first
 * on, and that each witnessed head is in them. That first entry's own link is taken for granted where it stands in the middle
 * of the log. Reads no further than to the first entry that is broken.
 */
export async function verifyFiles(
	files: readonly EntryFile[],
	witnessed: readonly ChainHead[] = [],
): Promise<FileVerification> {
	let head: ChainHead | null = null;
	let first: number | null = null;
	let entries = 0;
	const hashes = bySequence(witnessed);
	const told = (firstBroken: Broken | null): FileVerification => ({
		ok: firstBroken === null,
		entries,
		first,
		head,
		part: first !== null && first > 1,
		firstBroken,
	});
	for (const { name, lines } of files) {
		const inFile = (broken: Broken): Broken =>
			files.length === 1 ? broken : { ...broken, text: `${name}: ${broken.text}` };
		const before: number = entries;
		for await (const line of lines) {
			const next: { entry: AuditEntry } | Broken = checkLine(line, head, hashes);
			if (!('entry' in next)) {
				return told(inFile(next));
			}
			const { sequence, hash } = next.entry;
			head = { sequence, hash };
			first ??= sequence;
			entries += 1;
		}
		if (entries === before) {
			return told(inFile({ ...EMPTY, sequence: (head?.sequence ?? 0) + 1 }));
		}
	}
	return told(first === null || head === null ? EMPTY : checkWitnessed(witnessed, first, head));
}

type Witnessed = ReadonlyMap<number, readonly string[]>;

function bySequence(heads: readonly ChainHead[]): Witnessed {
	const found = new Map<number, string[]>();
	for (const { sequence, hash } of heads) {
		found.set(sequence, [...(found.get(sequence) ?? []), hash]);
	}
	return found;
}

const EMPTY: Broken = { sequence: 1, line: null, kind: 'empty', text: 'there is no entry in it' };

function checkLine(line: Line, head: ChainHead | null, witnessed: Witnessed): { entry: AuditEntry } | Broken {
	const expected = (head?.sequence ?? 0) + 1;
	const broken = (kind: BrokenKind, text: string, sequence = expected): Broken => ({
		sequence,
		line: line.number,
		kind,
		text,
	});
	const parsed = 'text' in line ? parseEntryLine(line.text) : { kind: 'unreadable' as const, problem: line.problem };
	if (parsed.kind === 'unreadable') {
		return broken('line-unreadable', `the line cannot be read: ${parsed.problem}`);
	}
	const { entry } = parsed;
	const { sequence, previousHash, hash } = entry;
	const previous = head ?? (sequence === 1 ? CHAIN_START : { sequence: sequence - 1, hash: previousHash });
	if (sequence !== previous.sequence + 1) {
		return broken(
			'sequence',
			`the line holds entry ${sequence}, where ${expected} belongs${hintOf(sequence, expected)}`,
		);
	}
	if (previousHash !== previous.hash) {
		return broken('previous-hash', `it does not follow the entry before it (previousHash)`, sequence);
	}
	if (hash !== hashOf(entry)) {
		return broken('hash', 'its hash is not that of what it says', sequence);
	}
	const other = witnessed.get(sequence)?.find((seen) => seen !== hash);
	return other === undefined
		? { entry }
		: broken('head-differs', `its hash is ${hash}; the one witnessed is ${other}`, sequence);
}

function hintOf(found: number, expected: number): string {
	return found > expected
		? '. An export with filters cannot be verified, for it leaves entries out: export without them'
		: '';
}

/** null: nesting so deep that no entry of Rollcall's has it, which has no hash. */
function hashOf(entry: AuditEntry): string | null {
	try {
		return sha256(hashInput(entry));
	} catch (error) {
		if (error instanceof RangeError) {
			return null;
		}
		throw error;
	}
}

function checkWitnessed(witnessed: readonly ChainHead[], first: number, head: ChainHead): Broken | null {
	const missing = (sequence: number, text: string): Broken => ({ sequence, line: null, kind: 'head-missing', text });
	const late = witnessed.find(({ sequence }) => sequence > head.sequence);
	if (late) {
		const text = `the file ends with entry ${head.sequence}, before entry ${late.sequence} that was witnessed: it is cut short`;
		return missing(head.sequence + 1, text);
	}
	const early = witnessed.find(({ sequence }) => sequence < first);
	return early
		? missing(early.sequence, `the file begins with entry ${first}, after entry ${early.sequence} that was witnessed`)
		: null;
}
