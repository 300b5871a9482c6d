import { once } from 'node:events';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openDatabase } from '@/lib/adapters/database/open';
import { auditDraft } from './temporary-store';

/** A process that appends: `node --import tsx append-many.ts <database URL> <name> <entries>`. Prints 'ready', begins at the first input. */
async function main(): Promise<void> {
	const [url = '', name = '', count = '0'] = process.argv.slice(2);
	const database = await openDatabase(url);
	const audit = createAuditStore(database);
	process.stdout.write('ready\n');
	await once(process.stdin, 'data');
	process.stdin.destroy();
	for (let index = 0; index < Number(count); index++) {
		await audit.append(auditDraft({ key: `${name}-${index}`, detail: { from: name, index } }));
	}
	await audit.close();
	await database.close();
}

main().catch((error: unknown) => {
	process.stderr.write(`${String(error)}\n`);
	process.exitCode = 1;
});
