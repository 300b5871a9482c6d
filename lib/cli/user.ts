import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { AccountError, OPERATOR_ROLES, type OperatorRole, toOperatorRole } from '@/lib/adapters/auth/names';
import { type Accounts, runCommand, withAccounts } from './accounts';

const HELP = `Who may sign in to the console whose config ROLLCALL_CONFIG names.

  npm run user -- create --username vera --role operator
  npm run user -- set-password --username vera
  npm run user -- set-role --username vera --role viewer
  npm run user -- remove --username vera
  npm run user -- list

The password is taken from the environment variable ROLLCALL_USER_PASSWORD; without it one is made and printed once.
Roles: ${OPERATOR_ROLES.join(', ')}.`;

const { values, positionals } = parse();

function parse() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				username: { type: 'string' },
				role: { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
		});
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		console.error(HELP);
		process.exit(2);
	}
}

async function create({ operators, by }: Accounts): Promise<void> {
	const { password, made } = choosePassword();
	await operators.create({ username: requireUsername(), password, role: requireRole() }, by);
	tell(password, made);
}

async function setPassword({ operators, by }: Accounts): Promise<void> {
	const { password, made } = choosePassword();
	await operators.setPassword(requireUsername(), password, by);
	tell(password, made);
}

async function setRole({ operators, by }: Accounts): Promise<void> {
	await operators.setRole(requireUsername(), requireRole(), by);
}

async function remove({ operators, by }: Accounts): Promise<void> {
	await operators.remove(requireUsername(), by);
}

async function list({ operators }: Accounts): Promise<void> {
	console.table(
		(await operators.list()).map(({ username, role, createdAtMs }) => ({
			username,
			role,
			created: new Date(createdAtMs).toISOString(),
		})),
	);
}

/** From the environment and not from an option, because every user of the machine can read the options of a process. */
function choosePassword(): { password: string; made: boolean } {
	const given = process.env.ROLLCALL_USER_PASSWORD;
	return given === undefined
		? { password: randomBytes(15).toString('base64url'), made: true }
		: { password: given, made: false };
}

function tell(password: string, made: boolean): void {
	console.log(made ? `The password is ${password} (not shown again).` : 'The password is the given one.');
}

function requireUsername(): string {
	if (values.username === undefined) {
		throw new AccountError('Give the username: --username vera');
	}
	return values.username;
}

function requireRole(): OperatorRole {
	const role = toOperatorRole(values.role);
	if (role === null) {
		throw new AccountError(`--role is one of ${OPERATOR_ROLES.join(', ')}; found '${values.role ?? ''}'.`);
	}
	return role;
}

const commands: Record<string, (accounts: Accounts) => Promise<void>> = {
	create,
	'set-password': setPassword,
	'set-role': setRole,
	remove,
	list,
};
const command = commands[positionals[0] ?? ''];
if (values.help === true || command === undefined || positionals.length > 1) {
	console.log(HELP);
	process.exitCode = values.help === true ? 0 : 2;
} else {
	await runCommand(() => withAccounts(command));
}
