import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openAccounts } from '@/lib/adapters/auth/create-auth';
import { systemClock } from '@/lib/adapters/clock';
import { openDatabase } from '@/lib/adapters/database/open';
import type { Role } from '@/lib/core/ports';

/** What a route answered. */
export type Answer = { status: number; headers: Headers; body: unknown; code: unknown };

/** Asks a console, as the bearer of these headers. */
export function asker(url: string, identity: Record<string, string>) {
	return async (path: string, options: { method?: string; json?: unknown; headers?: Record<string, string> } = {}) => {
		const { json, headers = {} } = options;
		const response = await fetch(`${url}${path}`, {
			method: options.method ?? (json === undefined ? 'GET' : 'POST'),
			headers: { ...identity, ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
			...(json === undefined ? {} : { body: JSON.stringify(json) }),
			redirect: 'manual',
			signal: AbortSignal.timeout(20_000),
		});
		const isJson = /[/+]json(;|$)/.test(response.headers.get('content-type') ?? '');
		const body: unknown = isJson ? await response.json() : await response.text();
		const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
		return { status: response.status, headers: response.headers, body, code } satisfies Answer;
	};
}
export type Asker = ReturnType<typeof asker>;

/** The cookie of a fresh session. */
export async function signInCookie(url: string, username: string, password: string): Promise<string> {
	const answer = await asker(url, {})('/api/auth/sign-in/username', { json: { username, password } });
	if (answer.status !== 200) {
		throw new Error(`signing in gave ${answer.status}: ${JSON.stringify(answer.body)}`);
	}
	return answer.headers
		.getSetCookie()
		.map((line) => line.split(';', 1)[0])
		.join('; ');
}

/** Tokens named for their roles, put into the database of a running console as the command line does. */
export async function createTokens(databaseUrl: string, roles: readonly Role[]): Promise<string[]> {
	const database = await openDatabase(databaseUrl);
	const audit = createAuditStore(database);
	const options = { sqlite: database.sqlite, audit, clock: systemClock, secret: null, baseUrl: null };
	try {
		const { tokens } = await openAccounts({ ...options, onProblem: (line) => process.stderr.write(`${line}\n`) });
		const by = { kind: 'system', name: 'test', role: null, sourceAddress: null } as const;
		const made: string[] = [];
		for (const role of roles) {
			made.push(await tokens.create({ name: role, role, expiresAtMs: null }, by));
		}
		return made;
	} finally {
		await audit.close();
		database.close();
	}
}

/** A token made by the command line itself while the console runs. */
export async function createToken(configFile: string, name: string, role: string): Promise<string> {
	const command = ['--import', 'tsx', 'lib/cli/token.ts', 'create', '--name', name, '--role', role];
	const { stdout } = await promisify(execFile)(process.execPath, command, {
		env: { ...process.env, ROLLCALL_CONFIG: configFile },
		timeout: 60_000,
	});
	return stdout.trim();
}
