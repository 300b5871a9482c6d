import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readLines } from '@/lib/cli/audit-file/read-lines';
import { unpacked } from '@/lib/cli/audit-file/unpacked';
import { verifyFile } from '@/lib/cli/audit-file/verify-file';
import { type ArchiveStore, archiveStore, CUTOFF_MS } from '@/test/adapters/audit-store/archive-store';
import { auditDraft, streamed } from '@/test/adapters/audit-store/temporary-store';

const SCRIPT = fileURLToPath(new URL('archiving-process.ts', import.meta.url));
const OLD = 200;

/** How it ended: a signal's name, or its exit code and what it complained of. */
async function archiving(store: ArchiveStore, file: string, dieAt: string): Promise<string> {
	const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, store.url, join(store.folder, file), dieAt]);
	let errors = '';
	child.stderr.on('data', (chunk: Buffer) => {
		errors += chunk.toString().slice(0, 2_000);
	});
	const [code, signal] = await once(child, 'close');
	return signal ?? `${code} ${errors}`;
}

it.each([
	// Whether the log's old entries are all in the database still, and what the file is then.
	['chosen', { whole: true, file: false, sealed: 0 }],
	['written', { whole: true, file: true, sealed: 0 }],
	['read-back', { whole: true, file: true, sealed: 0 }],
	['recorded', { whole: true, file: true, sealed: 1 }],
	['signed-off', { whole: false, file: true, sealed: 0 }],
	['piece-removed', { whole: false, file: true, sealed: 0 }],
] as const)('killed at %s: nothing is lost, and the next run ends what was begun', async (step, expected) => {
	const store = await archiveStore('sqlite');
	try {
		await store.old(1, OLD);
		await store.audit.append(auditDraft({ key: 'young', atMs: CUTOFF_MS }));
		expect(await archiving(store, 'a.ndjson.gz', step)).toBe('SIGKILL');
		expect(existsSync(join(store.folder, 'a.ndjson.gz'))).toBe(expected.file);
		expect((await store.archives.list()).sealed).toHaveLength(expected.sealed);
		expect(await store.audit.verify()).toMatchObject({ ok: true, archived: { upTo: expected.whole ? 0 : OLD } });
		expect((await streamed(store.audit))[0]?.sequence).toBe(expected.whole ? 1 : OLD + 1);

		// The same bytes under another name: the entry that sealed the first, where there is one, seals them too.
		expect(await archiving(store, 'b.ndjson.gz', 'never')).toBe('0 ');
		const entries = await streamed(store.audit);
		expect(entries.map(({ key }) => key.split('-')[0])).toEqual(['young', 'archive', 'sign']);
		expect(await store.archives.removeSome()).toBe(0);
		expect(await store.audit.verify()).toMatchObject({ ok: true, entries: OLD + 3, archived: { upTo: OLD } });
		const kept = expected.file ? 'a.ndjson.gz' : 'b.ndjson.gz';
		const file = await verifyFile(readLines(unpacked(createReadStream(join(store.folder, kept)))));
		expect(file).toMatchObject({ ok: true, entries: OLD, head: { hash: entries[0]?.previousHash } });
	} finally {
		await store.remove();
	}
});
