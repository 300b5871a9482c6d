import type { ChainHead } from './audit-chain';

/** Where a chain ended at a moment, as it is kept in ZooKeeper, out of reach of whoever can write the database alone. */
export type HeadRecord = ChainHead & {
	/** ms since the epoch, the writing console's wall clock: for people and for thinning. */
	readonly atMs: number;
	/** Who wrote it. */
	readonly console: string;
};

/** The znode chains/<chain>: heads of one chain, oldest first, at least one; their sequences rise. */
export type HeadsDocument = { readonly chain: string; readonly heads: readonly HeadRecord[] };

/** Bounds of the document. Console names are cut, so that a full one stays below ZooKeeper's 1 MB. */
export const HEADS_BOUNDS = { headsMax: 1_000, consoleMax: 64, bytesMax: 768 * 1024 } as const;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONTH_MS = 30 * DAY_MS;
const YEAR_MS = 12 * MONTH_MS;

/**
 * From this age on, one head for each such span of time. Each span is a multiple of the one before, so that the first head
 * of a long span is also the first of its short ones, and was never dropped before.
 */
const STEPS = [
	{ ageMs: 5 * YEAR_MS, spanMs: YEAR_MS },
	{ ageMs: YEAR_MS, spanMs: MONTH_MS },
	{ ageMs: 7 * DAY_MS, spanMs: DAY_MS },
	{ ageMs: HOUR_MS, spanMs: HOUR_MS },
] as const;

/**
 * Heads worth keeping, in their order: all of the last hour, then the first of each hour for a week, of each day for a
 * year, of each month, of each year; never more than `headsMax`. The oldest and the newest always stay.
 * A rewritten entry changes every later hash, so that the newest alone finds it; the others tell where it was.
 */
export function thinHeads(heads: readonly HeadRecord[], nowMs: number): HeadRecord[] {
	const taken = new Set<string>();
	const kept = heads.filter((head, index) => {
		const step = STEPS.find(({ ageMs }) => nowMs - head.atMs >= ageMs);
		if (step === undefined) {
			return true;
		}
		const span = `${step.spanMs}:${Math.floor(head.atMs / step.spanMs)}`;
		const isFirst = !taken.has(span);
		taken.add(span);
		return isFirst || index === heads.length - 1;
	});
	while (kept.length > HEADS_BOUNDS.headsMax) {
		kept.splice(densest(kept), 1);
	}
	return kept;
}

/** Index of the head whose neighbours are nearest to each other in the chain: the one that narrows a range the least. */
function densest(heads: readonly HeadRecord[]): number {
	let found = 1;
	let least = Number.POSITIVE_INFINITY;
	for (let index = 1; index < heads.length - 1; index++) {
		const gap = (heads[index + 1]?.sequence ?? 0) - (heads[index - 1]?.sequence ?? 0);
		if (gap < least) {
			least = gap;
			found = index;
		}
	}
	return found;
}

/** The document with one more head, thinned. null: that head lies no further than the newest there is. */
export function appendHead(before: HeadsDocument | null, chain: string, head: HeadRecord): HeadsDocument | null {
	const newest = before?.heads.at(-1);
	if (newest !== undefined && head.sequence <= newest.sequence) {
		return null;
	}
	return { chain, heads: thinHeads([...(before?.heads ?? []), head], head.atMs) };
}

/** The text of the znode. */
export function toHeadsText(document: HeadsDocument): string {
	const heads = document.heads.map(({ sequence, hash, atMs, console }) => ({ sequence, hash, atMs, console }));
	return JSON.stringify({ chain: document.chain, heads });
}

/** Something at or before `sequence`, and after `agreesUpTo` (0: the beginning), is not what it was. */
export type Contradiction = {
	/** The first head that the database does not bear out. */
	readonly sequence: number;
	/** The last head before it that it does. */
	readonly agreesUpTo: number;
	/** `missing`: there is no such entry, the log was cut or replaced. `rewritten`: it is another one. */
	readonly how: 'missing' | 'rewritten';
};

export type HeadsCheck = {
	readonly checked: number;
	readonly agreeing: number;
	readonly contradicted: Contradiction | null;
};

/** Compares heads, oldest first, with the database's hashes at their sequences; an entry that is not there has none. */
export function checkHeads(heads: readonly ChainHead[], hashes: ReadonlyMap<number, string>): HeadsCheck {
	const agrees = (head: ChainHead) => hashes.get(head.sequence) === head.hash;
	const agreeing = heads.filter(agrees).length;
	const first = heads.findIndex((head) => !agrees(head));
	const head = heads[first];
	return {
		checked: heads.length,
		agreeing,
		contradicted:
			head === undefined
				? null
				: {
						sequence: head.sequence,
						agreesUpTo: heads[first - 1]?.sequence ?? 0,
						how: hashes.has(head.sequence) ? 'rewritten' : 'missing',
					},
	};
}

/**
 * What was found in place of the document. `emptied`: a znode without data, which only a person makes: heads are to begin
 * anew. `unreadable`: it holds something else than the heads of this chain.
 */
export type KeptHeads =
	| { readonly kind: 'none' }
	| { readonly kind: 'emptied' }
	| { readonly kind: 'unreadable' }
	| { readonly kind: 'document'; readonly document: HeadsDocument };

/** Why no head may be written, and what people have to hear. */
export type HeadsFinding =
	| ({ readonly kind: 'contradicted' } & Contradiction)
	/** The console that stands here wrote heads of that other chain: its database is not the one that it had. */
	| { readonly kind: 'replaced'; readonly chain: string }
	| { readonly kind: 'unreadable' }
	/** The database knows of a head at `remembered` in this ensemble; the newest there is `found`, null: none at all. */
	| { readonly kind: 'lost'; readonly remembered: number; readonly found: number | null };

export type HeadsJudgement = Omit<HeadsCheck, 'contradicted'> & {
	readonly newest: HeadRecord | null;
	readonly finding: HeadsFinding | null;
};

/**
 * What one ensemble's heads say of the database. `remembered` must have been read before the document, `hashes` after it:
 * else another console's work in between looks like a loss.
 */
export function judgeHeads(input: {
	readonly chain: string;
	readonly kept: KeptHeads;
	/** Of which chain heads were last written from this place; null: of none. */
	readonly writtenHere: string | null;
	readonly remembered: ChainHead | null;
	readonly hashes: ReadonlyMap<number, string>;
}): HeadsJudgement {
	const { kept } = input;
	const heads = kept.kind === 'document' ? kept.document.heads : [];
	const { checked, agreeing, contradicted } = checkHeads(heads, input.hashes);
	const newest = heads.at(-1) ?? null;
	return { checked, agreeing, newest, finding: contradicted ? { kind: 'contradicted', ...contradicted } : loss() };

	function loss(): HeadsFinding | null {
		if (input.writtenHere !== null && input.writtenHere !== input.chain) {
			return { kind: 'replaced', chain: input.writtenHere };
		}
		if (kept.kind === 'unreadable') {
			return { kind: 'unreadable' };
		}
		const found = newest?.sequence ?? null;
		return kept.kind !== 'emptied' && input.remembered !== null && (found ?? 0) < input.remembered.sequence
			? { kind: 'lost', remembered: input.remembered.sequence, found }
			: null;
	}
}

export type HeadPace = { readonly entriesMin: number; readonly msMax: number; readonly msMin: number };

/** When a head is written: soon enough to leave little uncovered, seldom enough to cost ZooKeeper nothing. */
export const HEAD_PACE: HeadPace = { entriesMin: 100, msMax: 60_000, msMin: 5_000 };

export function isHeadDue(
	since: {
		/** Entries since the newest head. */
		readonly newEntries: number;
		/** Since it was written, ms. */
		readonly sinceHeadMs: number;
		/** Something was recorded that should not wait: a purge. */
		readonly hastened: boolean;
	},
	pace: HeadPace = HEAD_PACE,
): boolean {
	const { newEntries, sinceHeadMs, hastened } = since;
	return (
		newEntries > 0 &&
		sinceHeadMs >= pace.msMin &&
		(hastened || newEntries >= pace.entriesMin || sinceHeadMs >= pace.msMax)
	);
}
