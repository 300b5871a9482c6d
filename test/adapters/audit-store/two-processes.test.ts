import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import type { AuditQuery } from '@/lib/core/ports';
import { DIALECTS, endPostgres } from '@/test/support/databases';
import { auditDraft, streamed, type TemporaryStore, temporaryStore } from './temporary-store';

const SCRIPT = fileURLToPath(new URL('append-many.ts', import.meta.url));

afterAll(endPostgres);

type Appender = { begin(): void; readonly done: Promise<void> };

/** Resolves when the process has the database open and waits for its begin. */
async function appender(url: string, name: string, count: number): Promise<Appender> {
	const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, url, name, String(count)]);
	let errors = '';
	child.stderr.on('data', (chunk: Buffer) => {
		errors += chunk.toString().slice(0, 2_000);
	});
	const done = once(child, 'close').then(([code]) => expect(`${code} ${errors}`).toBe('0 '));
	await Promise.race([once(child.stdout, 'data'), done]);
	return { begin: () => child.stdin.end('go\n'), done };
}

it.each(DIALECTS)(
	'three processes that append to the same database at once keep one chain without a fork (%s)',
	async (dialect) => {
		const store = await temporaryStore(dialect);
		try {
			const names = ['one', 'two', 'three'];
			const appenders = await Promise.all(names.map((name) => appender(store.url, name, 60)));
			for (const { begin } of appenders) {
				begin();
			}
			await Promise.all(appenders.map(({ done }) => done));
			expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 180, firstBroken: null });
			const keys = (await streamed(store.audit)).map((entry) => entry.key);
			for (const name of names) {
				expect(keys.filter((key) => key.startsWith(`${name}-`))).toEqual(
					Array.from({ length: 60 }, (_, index) => `${name}-${index}`),
				);
			}
			// They did write at the same time: no process's entries stand all together.
			const changes = keys.filter((key, index) => key.split('-')[0] !== keys[index - 1]?.split('-')[0]).length;
			expect(changes).toBeGreaterThan(3);
		} finally {
			await store.remove();
		}
	},
);

const QUESTIONS: readonly AuditQuery[] = [
	{},
	{ cluster: 'prod', action: 'member.purge' },
	{ member: 'gateway-07' },
	{ q: 'kernel' },
	{ q: '网关' },
	{ fromMs: 1, q: 'kernel', outcome: 'purged' },
];

const newestOf = async ({ audit }: TemporaryStore) =>
	(await audit.list({}, { cursor: null, limit: 1 })).entries[0]?.sequence ?? 0;

it.each(DIALECTS)(
	'pages read while two processes append hold each entry that was there at the first page exactly once (%s)',
	async (dialect) => {
		const store = await temporaryStore(dialect);
		try {
			const drafts = Array.from({ length: 200 }, () => auditDraft({ reason: '网关 killed by the kernel' }));
			await Promise.all(drafts.map((draft) => store.audit.append(draft)));
			const appenders = await Promise.all(['one', 'two'].map((name) => appender(store.url, name, 150)));
			for (const { begin } of appenders) {
				begin();
			}
			let isDone = false;
			const done = Promise.all(appenders.map((each) => each.done)).then(() => {
				isDone = true;
			});
			for (const query of QUESTIONS) {
				const seen: number[] = [];
				let cursor: string | null = null;
				do {
					const page: Awaited<ReturnType<TemporaryStore['audit']['list']>> = await store.audit.list(query, {
						cursor,
						limit: 23,
					});
					seen.push(...page.entries.map(({ sequence }) => sequence));
					cursor = page.nextCursor;
					// Not the next page before somebody else has appended something, for as long as they do.
					for (const newest = await newestOf(store); !isDone && (await newestOf(store)) === newest; ) {
						await new Promise((resolve) => setImmediate(resolve));
					}
				} while (cursor !== null);
				// What others append has another reason: of the words in Chinese only the first 200 have any.
				const first = query.q === '网关' ? 200 : (seen[0] ?? 0);
				expect(seen).toEqual(Array.from({ length: first }, (_, index) => first - index));
				expect(first).toBeGreaterThanOrEqual(200);
			}
			await done;
			expect(await newestOf(store)).toBe(500);
		} finally {
			await store.remove();
		}
	},
);
