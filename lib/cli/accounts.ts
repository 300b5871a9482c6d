import { userInfo } from 'node:os';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openAccounts } from '@/lib/adapters/auth/create-auth';
import { AccountError } from '@/lib/adapters/auth/names';
import type { Operators } from '@/lib/adapters/auth/operators';
import type { Tokens } from '@/lib/adapters/auth/tokens';
import { systemClock } from '@/lib/adapters/clock';
import { ConfigError } from '@/lib/adapters/config/config-error';
import { readConfig } from '@/lib/adapters/config/read-config';
import { openDatabase } from '@/lib/adapters/database/open';
import type { Actor } from '@/lib/core/audit-entry';

export type Accounts = {
	readonly operators: Operators;
	readonly tokens: Tokens;
	/** Whoever runs the command, by the name that the operating system knows. */
	readonly by: Actor;
};

/** Whoever runs a command, by the name that the operating system knows. */
export function commandLineActor(): Actor {
	return { kind: 'system', name: `command line (${userInfo().username})`, role: null, sourceAddress: null };
}

/** Opens the accounts in the database of ROLLCALL_CONFIG, also while a console runs on it, and closes it afterwards. */
export async function withAccounts(work: (accounts: Accounts) => Promise<void>): Promise<void> {
	const database = await openDatabase(readConfig(process.env).database, {
		onProgress: (line) => console.error(line),
	});
	const audit = createAuditStore(database);
	try {
		const { operators, tokens } = await openAccounts({
			database,
			audit,
			clock: systemClock,
			secret: process.env.ROLLCALL_AUTH_SECRET ?? null,
			baseUrl: process.env.ROLLCALL_BASE_URL ?? null,
			onProblem: (line) => console.error(line),
		});
		await work({
			operators,
			tokens,
			by: commandLineActor(),
		});
	} finally {
		await audit.close();
		await database.close();
	}
}

/** Runs a command: what the user got wrong is one line on standard error and exit code 2. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		const expected = error instanceof AccountError || error instanceof ConfigError;
		console.error(expected ? (error as Error).message : error);
		process.exitCode = expected ? 2 : 1;
	}
}
