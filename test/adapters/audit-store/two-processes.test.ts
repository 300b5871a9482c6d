import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { DIALECTS, endPostgres } from '@/test/support/databases';
import { streamed, temporaryStore } from './temporary-store';

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
