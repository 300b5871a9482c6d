import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArchives } from '@/lib/adapters/audit-store/create-archives';
import type { DatabaseDialect } from '@/lib/adapters/database/database';
import { sealArchive } from '@/lib/cli/audit-archive/seal';
import type { ArchivePort } from '@/lib/core/archive-port';
import type { ArchiveManifest, SignedOffArchive } from '@/lib/core/audit-archive';
import type { Actor, AuditEntry } from '@/lib/core/audit-entry';
import { auditDraft, type TemporaryStore, temporaryStore } from './temporary-store';

export const BY: Actor = { kind: 'operator', name: 'vera', role: 'admin', sourceAddress: '192.0.2.8' };
export const OLD_MS = Date.parse('2020-01-01T00:00:00.000Z');
export const CUTOFF_MS = Date.parse('2021-01-01T00:00:00.000Z');
const NOW_MS = Date.parse('2022-01-01T00:00:00.000Z');

export type ArchiveStore = TemporaryStore & {
	readonly archives: ArchivePort;
	readonly folder: string;
	/** Appends entries that are old enough for CUTOFF_MS; by key `old-<n>`, from `from` on. */
	old(from: number, to: number): Promise<AuditEntry[]>;
	/** Entries dated before `beforeMs`, CUTOFF_MS when not given. */
	seal(name: string, beforeMs?: number): Promise<ArchiveManifest>;
	signOff(manifest: ArchiveManifest): Promise<SignedOffArchive>;
	/** Every piece; how many entries went. */
	removeAll(): Promise<number>;
};

export async function archiveStore(dialect: DatabaseDialect): Promise<ArchiveStore> {
	const store = await temporaryStore(dialect);
	const archives = createArchives(store.database);
	const folder = await mkdtemp(join(tmpdir(), 'rollcall-archive-'));
	return {
		...store,
		archives,
		folder,
		old: (from, to) =>
			Promise.all(
				Array.from({ length: to - from + 1 }, (_, index) =>
					store.audit.append(auditDraft({ key: `old-${from + index}`, atMs: OLD_MS + from + index })),
				),
			),
		async seal(name, beforeMs = CUTOFF_MS) {
			const order = { path: join(folder, name), beforeMs, reason: 'year closed', by: BY, atMs: NOW_MS };
			const sealed = await sealArchive({ audit: store.audit, archives }, order);
			if (sealed === null) {
				throw new Error('no entry was old enough');
			}
			return sealed.manifest;
		},
		signOff: ({ sha256 }) => archives.signOff({ sha256, reason: 'kept in the vault', actor: BY, atMs: NOW_MS }),
		async remove() {
			await store.remove();
			await rm(folder, { recursive: true, force: true });
		},
		async removeAll() {
			let removed = 0;
			for (let some = await archives.removeSome(); some > 0; some = await archives.removeSome()) {
				removed += some;
			}
			return removed;
		},
	};
}
