import { describe, expect, test } from 'vitest';
import { replayEntry } from '@/lib/cli/audit-file/replay-entry';
import { replayFile } from '@/lib/cli/audit-file/replay-file';
import type { AuditDraft, AuditEntry, Json } from '@/lib/core/audit-entry';
import { sweep } from '@/test/core/timeline';
import { chain, exportedLines, linesOf } from './export';
import { altered, recorded } from './replay-world';
import { dead, POLICY, replayed, STATE, STORIES, story, told } from './stories';

function textOf({ detail }: AuditDraft): string {
	return typeof detail === 'object' && detail !== null && 'text' in detail ? String(detail.text) : '';
}

describe('what was decided on the recorded evidence comes out the same', () => {
	test.each(STORIES)('%s: %s', async (_name, expected, story, world, purge) => {
		const drafts = await recorded(story(), world, purge);
		const last = drafts.at(-1) as AuditDraft;
		expect(last.outcome).toBe(expected === 'purged' ? 'purged' : 'refused');
		expect(textOf(last)).toContain(expected === 'purged' ? '' : expected);
		const result = await replayed(drafts);
		expect(result.differences).toEqual([]);
		expect(result).toMatchObject({ entries: drafts.length, decisions: drafts.length, agreeing: drafts.length });
	});

	test('each change of verdict on the way, to and from a proof that was held', async () => {
		const drafts = await recorded([...dead(), sweep(21_900, 'unknown'), sweep(22_300, 'connected', { packets: 99 })]);
		const changes = drafts.map(({ outcome }) => outcome);
		expect(changes).toEqual(['alive', 'suspect', 'dead', 'suspect']);
		expect(await replayed(drafts)).toMatchObject({ agreeing: drafts.length, differing: 0, notReplayable: {} });
	});
});

describe('what cannot be decided again says why', () => {
	const leaving =
		(reason: string, from = 'dead') =>
		async (name = 'a death by refusal') => {
			const verdict = (await story(name)).find(({ outcome }) => outcome === 'dead') as AuditDraft;
			const left = await told(verdict, ['outcome'], 'left');
			const detail = { ...(verdict.detail as object), from, to: 'left', reasons: [reason] } as Json;
			return replayEntry({ ...left, detail });
		};

	test('a member that left by a purge; by expiry or by its own doing is decided again', async () => {
		expect(await leaving('left-purged')()).toMatchObject({ kind: 'not-replayable', why: 'left-purged' });
		expect(await leaving('left-expired')()).toEqual({ kind: 'agrees' });
		expect(await leaving('left-by-itself')()).toMatchObject({ kind: 'differs' });
		expect(await leaving('left-expired', 'superseded')()).toMatchObject({ kind: 'differs' });
	});

	test('a refusal before any guard was asked, which no purge can be', async () => {
		const purge = (await story('a death by refusal')).at(-1) as AuditDraft;
		const unasked = await told(await told(purge, ['detail', 'guards'], []), ['outcome'], 'refused');
		expect(replayEntry(unasked)).toMatchObject({ kind: 'not-replayable', why: 'no-guard-asked' });
		expect(replayEntry(await told(purge, ['detail'], { reason: 'committed', guards: [] })).kind).toBe('differs');
	});

	test('a detail that was cut, a record of an older release, one that holds something else', async () => {
		const purge = (await story('a death by refusal')).at(-1) as AuditDraft;
		const long = await told(purge, ['detail', 'text'], 'x'.repeat(300_000));
		expect(replayEntry(long)).toMatchObject({ kind: 'not-replayable', why: 'truncated' });
		const { asked: _, ...input } = (purge.detail as { input: { [key: string]: Json } }).input;
		const older = await told(purge, ['detail', 'input'], input);
		expect(replayEntry(older)).toMatchObject({ kind: 'not-replayable', why: 'older-release' });
		const wrong = await told(purge, [...STATE, 'incarnation', 'czxid'], '0xno');
		expect(replayEntry(wrong)).toMatchObject({
			kind: 'not-replayable',
			why: 'unreadable',
			problem: expect.stringContaining('detail.input.state.incarnation.czxid: is no 64-bit id'),
		});
	});

	test('a policy without the knobs of a later release is what it was by default', async () => {
		const purge = (await story('a death by refusal')).at(-1) as AuditDraft;
		const older = { settleMs: 1_200, evidenceAgeMsMax: 2_000 };
		expect(replayEntry(await told(purge, POLICY, older))).toEqual({ kind: 'agrees' });
	});

	test('whatever stands in the place of any part of a record has an answer', async () => {
		const drafts = [...(await story('one purged by itself')), ...(await story('a takeover')).slice(-1)];
		for (const draft of drafts) {
			for (const path of placesOf(draft.detail, ['detail'])) {
				for (const other of [null, 'x', -1, [], { __proto__: null }] as Json[]) {
					expect(['agrees', 'differs', 'not-replayable']).toContain(
						replayEntry(altered({ ...draft } as unknown as Json, path, other) as unknown as AuditEntry).kind,
					);
				}
			}
		}
	});

	test('a line that is no entry', async () => {
		const lines = await exportedLines(chain(await recorded(dead(), {}, {})));
		const result = await replayFile(linesOf([...lines.slice(0, 2), '{}', ...lines.slice(2)]));
		expect(result).toMatchObject({ unreadableLines: 1, lineProblems: [{ line: 3 }], differing: 0 });
		expect(result.agreeing).toBe(lines.length);
	});
});

function placesOf(value: Json, at: readonly (string | number)[]): (readonly (string | number)[])[] {
	if (typeof value !== 'object' || value === null) {
		return [at];
	}
	const parts = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
	return [at, ...parts.flatMap(([key, part]) => placesOf(part as Json, [...at, key]))];
}

test('what the guards rested on adds little to the record of a purge, of which a transaction holds a hundred', async () => {
	for (const name of ['a death by refusal', 'one purged by itself', 'a takeover']) {
		const purge = (await story(name)).at(-1) as AuditDraft;
		const { asked } = (purge.detail as { input: { asked: Json } }).input;
		expect(JSON.stringify(asked).length, name).toBeLessThan(500);
	}
});
