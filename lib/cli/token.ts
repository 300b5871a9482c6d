import { parseArgs } from 'node:util';
import { AccountError } from '@/lib/adapters/auth/names';
import { ROLES, type Role } from '@/lib/core/ports';
import { type Accounts, runCommand, withAccounts } from './accounts';

const HELP = `API tokens of the console whose config ROLLCALL_CONFIG names.

  npm run token -- create --name ci --role operator [--expires-days 90]
  npm run token -- list
  npm run token -- revoke --name ci

A token is printed once, when it is created, and sent as 'Authorization: Bearer rc_…'. Without --expires-days it
lasts until it is revoked. Roles: ${ROLES.join(', ')}.`;

const DAYS_MAX = 3_650;

const { values, positionals } = parse();

function parse() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				name: { type: 'string' },
				role: { type: 'string' },
				'expires-days': { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
		});
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		console.error(HELP);
		process.exit(2);
	}
}

async function create({ tokens, by }: Accounts): Promise<void> {
	const role = parseRole(values.role);
	const expiresAtMs = parseExpiry(values['expires-days']);
	const token = await tokens.create({ name: requireName(), role, expiresAtMs }, by);
	console.log(token);
	console.error('Keep it now: it is not shown again.');
}

async function list({ tokens }: Accounts): Promise<void> {
	const day = (atMs: number | null) => (atMs === null ? '-' : new Date(atMs).toISOString());
	console.table(
		(await tokens.list()).map((token) => ({
			name: token.name,
			role: token.role,
			created: day(token.createdAtMs),
			lastUsed: day(token.lastUsedAtMs),
			expires: day(token.expiresAtMs),
			revoked: day(token.revokedAtMs),
		})),
	);
}

async function revoke({ tokens, by }: Accounts): Promise<void> {
	await tokens.revoke(requireName(), by);
	console.log(`The token '${values.name}' is revoked.`);
}

function requireName(): string {
	if (values.name === undefined) {
		throw new AccountError('Give the name of the token: --name ci');
	}
	return values.name;
}

function parseRole(text: string | undefined): Role {
	const role = ROLES.find((each) => each === text);
	if (role === undefined) {
		throw new AccountError(`--role is one of ${ROLES.join(', ')}; found '${text ?? ''}'.`);
	}
	return role;
}

function parseExpiry(text: string | undefined): number | null {
	if (text === undefined) {
		return null;
	}
	const days = Number(text);
	if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) {
		throw new AccountError(`--expires-days is a whole number from 1 to ${DAYS_MAX}; found '${text}'.`);
	}
	return Date.now() + days * 24 * 3_600_000;
}

const commands: Record<string, (accounts: Accounts) => Promise<void>> = { create, list, revoke };
const command = commands[positionals[0] ?? ''];
if (values.help === true || command === undefined || positionals.length > 1) {
	console.log(HELP);
	process.exitCode = values.help === true ? 0 : 2;
} else {
	await runCommand(() => withAccounts(command));
}
