import { createArchives } from '@/lib/adapters/audit-store/create-archives';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openDatabase } from '@/lib/adapters/database/open';
import { sealArchive } from '@/lib/cli/audit-archive/seal';
import { BY, CUTOFF_MS } from '@/test/adapters/audit-store/archive-store';

/**
 * Seals, signs off and removes, and dies by SIGKILL at a step: `node --import tsx archiving-process.ts <database url> <file>
 * <step>`. Steps: those of sealing, 'signed-off', 'piece-removed'; 'never': it ends by itself.
 */
async function main(): Promise<void> {
	const [url = '', path = '', dieAt = ''] = process.argv.slice(2);
	const die = (step: string) => {
		if (step === dieAt) {
			process.kill(process.pid, 'SIGKILL');
		}
	};
	const database = await openDatabase(url);
	const audit = createAuditStore(database);
	const archives = createArchives(database);
	const order = { path, beforeMs: CUTOFF_MS, reason: 'year closed', by: BY, atMs: CUTOFF_MS };
	const sealed = await sealArchive({ audit, archives }, order, die);
	const [waiting] = (await archives.list()).sealed;
	const sha256 = sealed?.manifest.sha256 ?? waiting?.sha256;
	if (sha256 !== undefined) {
		await archives.signOff({ sha256, reason: 'kept in the vault', actor: BY, atMs: CUTOFF_MS });
		die('signed-off');
	}
	while ((await archives.removeSome()) > 0) {
		die('piece-removed');
	}
	await audit.close();
	await database.close();
}

main().catch((error: unknown) => {
	process.stderr.write(`${String(error)}\n`);
	process.exitCode = 1;
});
