import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parsePostgresUrl, withPassword } from '@/lib/adapters/database/postgres-url';
import { MoveError, moveDatabase } from './move-database';

const HELP = `Moves the database of a console from SQLite to PostgreSQL (docs/config.md).

  npm run database -- move --from sqlite:data/rollcall.db --to postgres://rollcall@db.example/rollcall

Stop every console of the file first. The target must be empty; its password is taken from ROLLCALL_DATABASE_PASSWORD. Copied
in one transaction: the audit log with its chain, people, sessions, tokens and webhooks. When it fails nothing was changed: mend
what it names and start it again. Afterwards put the new address into the config and start the consoles.

Exit codes: 0 moved; 1 not moved; 2 wrong arguments.`;

function parse() {
	try {
		return parseArgs({
			allowPositionals: true,
			options: { from: { type: 'string' }, to: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
		});
	} catch (error) {
		console.error(`${error instanceof Error ? error.message : String(error)}\n${HELP}`);
		process.exit(2);
	}
}

/** With the password that a console would take. */
function target(url: string): string {
	const password = process.env.ROLLCALL_DATABASE_PASSWORD ?? '';
	const parsed = parsePostgresUrl(url);
	return parsed === null || parsed.hasPassword || password === '' ? url : withPassword(url, password);
}

async function move(from: string, to: string): Promise<void> {
	if (from.startsWith('sqlite:') && !existsSync(from.slice('sqlite:'.length))) {
		throw new MoveError(`There is no file ${from.slice('sqlite:'.length)}.`);
	}
	let saidAt = 0;
	const onEntries = (count: number) => {
		if (count >= saidAt + 10_000) {
			saidAt = count;
			console.log(`${count} entries copied …`);
		}
	};
	const moved = await moveDatabase(from, target(to), onEntries, (line) => console.log(line));
	console.log(
		`Moved: ${moved.entries} entries, the chain followed to its head ${moved.head ?? '(none)'}; ${moved.otherRows} rows of accounts and webhooks. ` +
			'Name the new database in the config now; keep the file as a backup, and let no console use it again.',
	);
}

const { values, positionals } = parse();
if (values.help === true) {
	console.log(HELP);
} else if (positionals.join() !== 'move' || values.from === undefined || values.to === undefined) {
	console.error(HELP);
	process.exitCode = 2;
} else {
	await move(values.from, values.to).catch((error: unknown) => {
		console.error(error instanceof Error ? error.message : String(error));
		process.exitCode = 1;
	});
}
