import type { AuditEntry } from '@/lib/core/audit-entry';
import type { Difference } from '@/lib/core/replay';
import { parseEntryLine } from './parse-entry';
import type { Line } from './read-lines';
import { type NotReplayable, replayEntry } from './replay-entry';

/** Told one by one; more are counted. */
const TOLD_MAX = 1_000;

type Place = {
	readonly sequence: number;
	readonly line: number;
	readonly action: string;
	readonly member: string | null;
};

export type FileReplay = {
	readonly entries: number;
	/** Those that hold a decision: `agreeing`, `differing` and those that are not replayable. */
	readonly decisions: number;
	readonly agreeing: number;
	readonly differing: number;
	/** How many of them for which reason. */
	readonly notReplayable: Readonly<Partial<Record<NotReplayable, number>>>;
	/** Lines that hold no entry: nothing can be said of them. */
	readonly unreadableLines: number;
	/** At most 1,000 of each; `problems`: the records that should have been replayable. */
	readonly differences: readonly (Place & { readonly differences: readonly Difference[] })[];
	readonly problems: readonly (Place & { readonly why: NotReplayable; readonly problem: string })[];
	readonly lineProblems: readonly { readonly line: number; readonly problem: string }[];
};

/** Decides every decision of an exported file once more. Whether the file is whole, only its chain tells (verify-file.ts). */
export async function replayFile(lines: AsyncIterable<Line>): Promise<FileReplay> {
	const told = {
		differences: [] as (Place & { differences: readonly Difference[] })[],
		problems: [] as (Place & { why: NotReplayable; problem: string })[],
		lineProblems: [] as { line: number; problem: string }[],
	};
	const notReplayable: Partial<Record<NotReplayable, number>> = {};
	let [entries, agreeing, differing, unreadableLines, unplayed] = [0, 0, 0, 0, 0];
	for await (const line of lines) {
		const parsed = 'text' in line ? parseEntryLine(line.text) : { kind: 'unreadable' as const, problem: line.problem };
		if (parsed.kind === 'unreadable') {
			unreadableLines += 1;
			pushBounded(told.lineProblems, { line: line.number, problem: parsed.problem });
			continue;
		}
		entries += 1;
		const replayed = replayEntry(parsed.entry);
		const place = placeOf(parsed.entry, line.number);
		if (replayed.kind === 'agrees') {
			agreeing += 1;
		} else if (replayed.kind === 'differs') {
			differing += 1;
			pushBounded(told.differences, { ...place, differences: replayed.differences });
		} else if (replayed.kind === 'not-replayable') {
			unplayed += 1;
			notReplayable[replayed.why] = (notReplayable[replayed.why] ?? 0) + 1;
			if (replayed.why === 'unreadable' || replayed.why === 'truncated') {
				pushBounded(told.problems, { ...place, why: replayed.why, problem: replayed.problem });
			}
		}
	}
	const decisions = agreeing + differing + unplayed;
	return { entries, decisions, agreeing, differing, notReplayable, unreadableLines, ...told };
}

function pushBounded<T>(list: T[], item: T): void {
	if (list.length < TOLD_MAX) {
		list.push(item);
	}
}

function placeOf({ sequence, action, member }: AuditEntry, line: number): Place {
	return { sequence, line, action, member };
}
