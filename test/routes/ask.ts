import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openAccounts } from '@/lib/adapters/auth/create-auth';
import { systemClock } from '@/lib/adapters/clock';
import { openDatabase } from '@/lib/adapters/database/open';
import { makeSecret } from '@/lib/adapters/webhooks/sign';
import { openWebhookStore } from '@/lib/adapters/webhooks/webhook-store';
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

const BY = { kind: 'system', name: 'test', role: null, sourceAddress: null } as const;

type Accounts = Awaited<ReturnType<typeof openAccounts>>;

/** The accounts in the database of a running console, as the command line has them. */
async function withAccounts<T>(databaseUrl: string, work: (accounts: Accounts) => Promise<T>): Promise<T> {
	const database = await openDatabase(databaseUrl);
	const audit = createAuditStore(database);
	const options = { database, audit, clock: systemClock, secret: null, baseUrl: null };
	try {
		return await work(await openAccounts({ ...options, onProblem: (line) => process.stderr.write(`${line}\n`) }));
	} finally {
		await audit.close();
		await database.close();
	}
}

/** Tokens named for their roles. */
export function createTokens(databaseUrl: string, roles: readonly Role[]): Promise<string[]> {
	return withAccounts(databaseUrl, async ({ tokens }) => {
		const made: string[] = [];
		for (const role of roles) {
			made.push(await tokens.create({ name: role, role, expiresAtMs: null }, BY));
		}
		return made;
	});
}

/** People who may sign in, with their names for passwords, twice. */
export function createAdmins(databaseUrl: string, usernames: readonly string[]): Promise<void> {
	return withAccounts(databaseUrl, async ({ operators }) => {
		for (const username of usernames) {
			await operators.create({ username, password: username.repeat(2), role: 'admin' }, BY);
		}
	});
}

/** Webhooks of these ids that are told nothing, since nobody listens there and they are paused. */
export async function createWebhooks(databaseUrl: string, ids: readonly string[]): Promise<void> {
	const database = await openDatabase(databaseUrl);
	try {
		const store = openWebhookStore(database);
		for (const id of ids) {
			const filter = { actions: [], outcomes: [], clusters: [] };
			const paused = { cause: 'person', atMs: 0 } as const;
			const made = { createdAtMs: 0, createdBy: BY.name, settled: 0, trouble: null, lastDeliveredAtMs: null };
			await store.create({ ...made, id, url: 'http://127.0.0.1:1/', filter, revision: 1, paused }, makeSecret());
		}
	} finally {
		await database.close();
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
