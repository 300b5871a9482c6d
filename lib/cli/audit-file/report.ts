import type { FileReplay } from './replay-file';
import type { FileVerification } from './verify-file';

const LISTED_MAX = 50;
/** A record may hold whatever a member wrote: nothing of it may steer a terminal. */
const CONTROL = /[\p{Cc}\p{Bidi_Control}]/gu;

/** The result of `verify` for people; a few lines. */
export function verificationText({ entries, first, head, part, firstBroken }: FileVerification): string {
	const lines: string[] = [];
	if (first !== null && head !== null) {
		const range = `entries ${first} to ${head.sequence}`;
		lines.push(
			part ? `a part: ${range}; what was before them is not in this file` : range,
			`intact: ${entries}; head ${head.sequence}:${head.hash}`,
		);
	}
	if (firstBroken) {
		const where = firstBroken.line === null ? '' : ` (line ${firstBroken.line})`;
		lines.push(`BROKEN at entry ${firstBroken.sequence}${where}: ${firstBroken.text}`);
	} else {
		lines.push('whole: no entry was changed, removed or inserted in this range');
	}
	return lines.map(plain).join('\n');
}

/** The result of `replay` for people. */
export function replayText(replay: FileReplay): string {
	const unplayed = Object.entries(replay.notReplayable);
	const lines = [
		`${replay.entries} entries, ${replay.decisions} decisions: ${replay.agreeing} come out the same, ${replay.differing} differ, ${unplayed.reduce((sum, [, many]) => sum + many, 0)} cannot be replayed`,
		...unplayed.map(([why, many]) => `  not replayable: ${many} ${why}`),
		...listed(
			replay.problems,
			({ sequence, action, member, problem }) => `  entry ${sequence}, ${action} of ${member}: ${problem}`,
		),
		...listed(
			replay.differences.flatMap((one) => one.differences.map((difference) => ({ ...one, ...difference }))),
			({ sequence, action, member, what, recorded, replayed }) =>
				`DIFFERS at entry ${sequence}, ${action} of ${member}: ${what}: recorded '${recorded}', replayed '${replayed}'`,
		),
		...(replay.unreadableLines > 0 ? [`${replay.unreadableLines} lines hold no entry:`] : []),
		...listed(replay.lineProblems, ({ line, problem }) => `  line ${line}: ${problem}`),
	];
	return lines.map(plain).join('\n');
}

function listed<T>(items: readonly T[], toLine: (item: T) => string): string[] {
	const more = items.length > LISTED_MAX ? [`  … and ${items.length - LISTED_MAX} more (--json)`] : [];
	return [...items.slice(0, LISTED_MAX).map(toLine), ...more];
}

function plain(text: string): string {
	return text.replace(CONTROL, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
