import { once } from 'node:events';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openDatabase } from '@/lib/adapters/database/open';
import { hastyClock } from './hasty-clock';
import { keepOn } from './world';

/** A console that delivers: `node --import tsx delivering-process.ts <database URL> <factor>`. Prints 'ready'; ends with its input. */
async function main(): Promise<void> {
	const [url = '', factor = '1'] = process.argv.slice(2);
	const database = await openDatabase(url);
	const audit = createAuditStore(database);
	const keeper = keepOn(database, audit, hastyClock(Number(factor)));
	process.stdout.write('ready\n');
	process.stdin.resume();
	await once(process.stdin, 'end');
	await keeper.close();
	await audit.close();
	await database.close();
}

main().catch((error: unknown) => {
	process.stderr.write(`${String(error)}\n`);
	process.exitCode = 1;
});
