import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChainStore } from '@/lib/adapters/audit-store/chain-store';
import { readLines } from '@/lib/cli/audit-file/read-lines';
import { unpacked } from '@/lib/cli/audit-file/unpacked';
import { verifyFiles } from '@/lib/cli/audit-file/verify-file';
import type { AuditEntry } from '@/lib/core/audit-entry';
import { exportAudit } from '@/lib/http/audit-export';
import { DIALECTS, endPostgres } from '@/test/support/databases';
import { type ArchiveStore, archiveStore, CUTOFF_MS } from './archive-store';
import { allPages, auditDraft, streamed } from './temporary-store';

let store: ArchiveStore;
let entries: AuditEntry[];
afterAll(endPostgres);

const fileOf = (name: string) => ({
	name,
	lines: readLines(unpacked(createReadStream(join(store.folder, name)))),
});

async function exportTo(name: string): Promise<void> {
	writeFileSync(
		join(store.folder, name),
		Buffer.from(
			await exportAudit(store.audit.stream({}), {
				format: 'ndjson',
				name: 'audit',
				isWhole: true,
				until: 0,
			}).arrayBuffer(),
		),
	);
}

const UNGUARD = {
	sqlite: `drop trigger audit_archives_signed_off; drop trigger audit_archives_no_update; drop trigger audit_archives_no_delete;
		drop trigger audit_entries_no_delete; drop trigger audit_entries_no_update;`,
	postgres: 'alter table audit_archives disable trigger user; alter table audit_entries disable trigger user;',
} as const;

describe.each(DIALECTS)('on %s', (dialect) => {
	beforeEach(async () => {
		store = await archiveStore(dialect);
		entries = await store.old(1, 150);
		await store.audit.append(auditDraft({ key: 'young', atMs: CUTOFF_MS }));
		entries.push(...(await store.old(152, 160)));
	});
	afterEach(() => store.remove());

	describe('sealing', () => {
		it('takes the entries before the first that is not old enough, and removes nothing', async () => {
			const manifest = await store.seal('a.ndjson');
			const bytes = readFileSync(join(store.folder, 'a.ndjson'));
			expect(manifest).toMatchObject({
				first: 1,
				last: 150,
				entries: 150,
				lastHash: entries[149]?.hash,
				sha256: createHash('sha256').update(bytes).digest('hex'),
				bytes: bytes.byteLength,
				file: 'a.ndjson',
			});
			expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 161, archived: { upTo: 0, files: [] } });
			const [seal] = (await store.audit.list({}, { cursor: null, limit: 1 })).entries;
			expect(seal).toMatchObject({ action: 'audit.archive', reason: 'year closed', detail: manifest });
			expect(await store.archives.list()).toMatchObject({ signedOff: [], sealed: [{ ...manifest, sealed: 161 }] });
		});

		it('writes what an export writes, packed where the name says so', async () => {
			await exportTo('export.ndjson');
			await store.seal('a.ndjson.gz');
			const archived = gunzipSync(readFileSync(join(store.folder, 'a.ndjson.gz'))).toString();
			expect(readFileSync(join(store.folder, 'export.ndjson'), 'utf8').startsWith(archived)).toBe(true);
			expect(await verifyFiles([fileOf('a.ndjson.gz')])).toMatchObject({ ok: true, entries: 150, part: false });
		});

		it('overwrites no file', async () => {
			writeFileSync(join(store.folder, 'a.ndjson'), 'mine');
			await expect(store.seal('a.ndjson')).rejects.toThrow('exists, and is not overwritten');
			expect(readFileSync(join(store.folder, 'a.ndjson'), 'utf8')).toBe('mine');
		});

		it('refuses a part of the log that is broken, and leaves no file', async () => {
			await store.sql(`${UNGUARD[dialect]} update audit_entries set reason = 'forged' where sequence = 70`);
			await expect(store.seal('a.ndjson')).rejects.toThrow('the log is broken at entry 70');
			expect(() => readFileSync(join(store.folder, 'a.ndjson'))).toThrow('ENOENT');
			expect((await store.archives.list()).sealed).toEqual([]);
		});

		it('finds nothing where even the oldest entry is too young', async () => {
			expect(await store.archives.olderThan(0)).toBeNull();
		});
	});

	describe('signing off', () => {
		it('takes exactly the archived entries out, and the log goes on unbroken over file and database', async () => {
			const manifest = await store.seal('a.ndjson.gz');
			const signed = await store.signOff(manifest);
			expect(signed).toMatchObject({ first: 1, last: 150, sealed: 161, signedOff: 162, signedOffBy: 'vera' });
			// No longer part of the log, whether they are stored still or not.
			expect((await streamed(store.audit))[0]?.sequence).toBe(151);
			expect(await store.removeAll()).toBe(150);
			expect(await store.audit.verify()).toMatchObject({
				ok: true,
				entries: 162,
				archived: { upTo: 150, files: [{ first: 1, last: 150, file: 'a.ndjson.gz', sha256: manifest.sha256 }] },
			});
			expect((await allPages(store.audit, {}, 50)).map(({ sequence }) => sequence)).toEqual(
				Array.from({ length: 12 }, (_, index) => 162 - index),
			);
			await exportTo('rest.ndjson');
			expect(await verifyFiles([fileOf('a.ndjson.gz'), fileOf('rest.ndjson')])).toMatchObject({
				ok: true,
				entries: 162,
				part: false,
			});
		});

		it('of files one after the other leaves one chain; the newest sign-off vouches for all of them', async () => {
			await store.signOff(await store.seal('a.ndjson'));
			await store.removeAll();
			await expect(store.seal('b.ndjson')).rejects.toThrow('no entry was old enough');
			// Seal and sign-off of the first file are in the second.
			const second = await store.seal('b.ndjson.gz', Date.parse('2023-01-01T00:00:00.000Z'));
			expect(second).toMatchObject({ first: 151, last: 162 });
			await store.signOff(second);
			expect(await store.removeAll()).toBe(12);
			expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 164, archived: { upTo: 162 } });
			await exportTo('rest.ndjson');
			const files = ['a.ndjson', 'b.ndjson.gz', 'rest.ndjson'];
			expect(await verifyFiles(files.map(fileOf))).toMatchObject({ ok: true, entries: 164, part: false });
			expect(await verifyFiles([files[0], files[2]].map((name) => fileOf(name ?? '')))).toMatchObject({
				ok: false,
				firstBroken: { sequence: 151, kind: 'sequence' },
			});
			await store.sql(`${UNGUARD[dialect]} update audit_archives set sealed_by = 'x' where last = 150`);
			expect(await store.audit.verify()).toMatchObject({ ok: false, firstBroken: 1 });
		});

		it('searches find nothing of what was taken out, and all of the rest', async () => {
			await store.signOff(await store.seal('a.ndjson'));
			await store.removeAll();
			const found = async (q: string) => (await store.audit.list({ q }, { cursor: null, limit: 10 })).entries.length;
			expect(await found('old-150')).toBe(0);
			expect(await found('old-155')).toBe(1);
		});

		it('is done once: the same file again gives what it was', async () => {
			const manifest = await store.seal('a.ndjson');
			const signed = await store.signOff(manifest);
			expect(await store.signOff(manifest)).toEqual(signed);
			expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 162 });
		});

		it('refuses a file that nobody sealed, and one that is not the next', async () => {
			const order = {
				sha256: 'a'.repeat(64),
				reason: 'r',
				actor: { kind: 'operator', name: 'v', role: null, sourceAddress: null },
				atMs: 1,
			} as const;
			await expect(store.archives.signOff(order)).rejects.toMatchObject({ code: 'archive-unknown' });
			const packed = await store.seal('a.ndjson.gz');
			await store.signOff(await store.seal('a.ndjson'));
			await expect(store.signOff(packed)).rejects.toMatchObject({ code: 'archive-out-of-order' });
			expect(await store.audit.verify()).toMatchObject({ ok: true });
		});

		it('a key stays taken for ever, and heads of archived entries can be compared still', async () => {
			await store.signOff(await store.seal('a.ndjson'));
			await store.removeAll();
			const again = store.audit.append(auditDraft({ key: 'old-7' }));
			await expect(again).rejects.toMatchObject({ name: 'ArchivedKeyError', sequence: 7 });
			expect(await store.audit.byKey('old-7')).toBeNull();
			const hashes = await createChainStore(store.database).hashes([7, 155]);
			expect([hashes.get(7), hashes.get(155)]).toEqual([entries[6]?.hash, entries[153]?.hash]);
		});

		it('an entry that shares its turn with one whose key is archived is recorded', async () => {
			await store.signOff(await store.seal('a.ndjson'));
			await store.removeAll();
			const [again, fresh] = await Promise.allSettled([
				store.audit.append(auditDraft({ key: 'old-7' })),
				store.audit.append(auditDraft({ key: 'fresh' })),
			]);
			expect([again.status, fresh.status]).toEqual(['rejected', 'fulfilled']);
			expect(await store.audit.verify()).toMatchObject({ ok: true, entries: 163 });
		});

		it('an export under way while entries leave fails instead of leaving some out', async () => {
			const stream = store.audit.stream({})[Symbol.asyncIterator]();
			expect((await stream.next()).value).toMatchObject({ sequence: 1 });
			await store.signOff(await store.seal('a.ndjson'));
			await store.removeAll();
			const rest = async () => {
				for (let next = await stream.next(); next.done !== true; next = await stream.next()) {
					expect(next.value.sequence).toBeLessThanOrEqual(150);
				}
			};
			await expect(rest()).rejects.toThrow('archived while they were read');
		});
	});

	describe('the database refuses', () => {
		it.each([
			['a delete before the sign-off', 'delete from audit_entries where sequence = 1', /never deleted/],
			[
				'an archive that nobody signed off',
				`insert into audit_archives select 150, 1, '${'0'.repeat(64)}', hash, 'a', 'f', 161, 'x', 0, 162, 'x', 0 from audit_entries where sequence = 150`,
				/sealed by an entry/,
			],
			['an archived key of an entry in the log', "insert into audit_archived values (1, 'old-1', 'x')", /signed off/],
		])('%s', async (_, statement, message) => {
			await store.seal('a.ndjson');
			await expect(store.sql(statement)).rejects.toThrow(message);
			expect(await store.audit.verify()).toMatchObject({ ok: true });
		});

		it.each([
			['a delete beyond the archive', 'delete from audit_entries where sequence = 151', /never deleted/],
			['a delete whose key is not kept', 'delete from audit_entries where sequence = 100', /never deleted/],
			['a changed archive', 'update audit_archives set last = 155', /never changed/],
			['a removed archive', 'delete from audit_archives', /never changed/],
			['an archive a second time', 'insert into audit_archives select * from audit_archives', /begins where/],
			['a forgotten key', 'delete from audit_archived', /never forgotten/],
		])('after the sign-off: %s', async (_, statement, message) => {
			await store.signOff(await store.seal('a.ndjson'));
			await store.archives.removeSome();
			await expect(store.sql(statement)).rejects.toThrow(message);
			expect(await store.audit.verify()).toMatchObject({ ok: true, archived: { upTo: 150 } });
		});
	});

	describe('with the triggers out of the way, verification finds', () => {
		it('an archive that no entry signed off', async () => {
			await store.sql(`${UNGUARD[dialect]} insert into audit_archives select 150, 1, '${'0'.repeat(64)}', hash, 'a', 'f', 161, 'x', 0, 160, 'x', 0
			from audit_entries where sequence = 150; delete from audit_entries where sequence <= 150`);
			expect(await store.audit.verify()).toMatchObject({ ok: false, firstBroken: 1, archived: { upTo: 0 } });
		});

		it.each([
			[
				'an archive that was made longer',
				'update audit_archives set last = 151, last_hash = (select hash from audit_entries where sequence = 151); delete from audit_entries where sequence = 151',
				1,
			],
			['another file', `update audit_archives set sha256 = '${'b'.repeat(64)}'`, 1],
			['another name for who signed it off', "update audit_archives set signed_off_by = 'nobody'", 1],
			['a forgotten archive', 'delete from audit_archives', 1],
			['an entry after the archive removed', 'delete from audit_entries where sequence = 151', 151],
			['the sign-off removed', 'delete from audit_entries where sequence = 162', 1],
		])('%s', async (_, statement, firstBroken) => {
			await store.signOff(await store.seal('a.ndjson'));
			await store.removeAll();
			await store.sql(`${UNGUARD[dialect]} ${statement}`);
			expect(await store.audit.verify()).toMatchObject({ ok: false, firstBroken });
		});
	});
});
