import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
	chmodSync,
	chownSync,
	closeSync,
	existsSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port';
import { eventually } from './zookeeper';

/** Where Debian's package puts a folder for each major version. */
const FOLDER = '/usr/lib/postgresql';
const REMEDY = 'Install it with: apt-get install -y --no-install-recommends postgresql';
const OPTIONS = [
	'-c',
	'shared_buffers=16MB',
	'-c',
	'max_connections=60',
	'-c',
	'fsync=on',
	'-c',
	'listen_addresses=127.0.0.1',
];

export type PostgresServer = {
	/** A new, empty database; its URL, password included. */
	createDatabase(): Promise<string>;
	/** Ends the server as a crash does: nothing is written any more. Resolves when it has gone. */
	crash(): Promise<void>;
	/** Starts it again on the same port. */
	start(): Promise<void>;
	/** Ends it and removes its files. */
	stop(): Promise<void>;
};

/** The newest version's binaries. Throws an Error that names the Debian package. */
function binaries(): string {
	const versions = existsSync(FOLDER) ? readdirSync(FOLDER).map(Number).filter(Number.isFinite) : [];
	const folder = join(FOLDER, String(Math.max(0, ...versions)), 'bin');
	if (!existsSync(join(folder, 'initdb'))) {
		throw new Error(`PostgreSQL is not installed: no initdb in ${folder}. ${REMEDY}`);
	}
	return folder;
}

/** initdb and the server refuse to run as root: as the package's user then. */
function owner(): { uid?: number; gid?: number } {
	if (process.getuid?.() !== 0) {
		return {};
	}
	const numberOf = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim());
	return { uid: numberOf('-u'), gid: numberOf('-g') };
}

/** A real server on a free loopback port, with a folder and a superuser of its own; it ends with this process. */
export async function startPostgres(): Promise<PostgresServer> {
	const bin = binaries();
	const user = owner();
	const folder = mkdtempSync(join(tmpdir(), 'rollcall-postgres-'));
	if (user.uid !== undefined && user.gid !== undefined) {
		chownSync(folder, user.uid, user.gid);
		// A run's own folder is closed to others, and the server has to pass through it.
		if (process.env.ROLLCALL_RUN_FOLDER === dirname(folder)) {
			chmodSync(dirname(folder), 0o711);
		}
	}
	const data = join(folder, 'data');
	const init = ['-D', data, '-U', 'rollcall', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
	const made = spawnSync(join(bin, 'initdb'), init, { ...user, cwd: folder, encoding: 'utf8' });
	if (made.status !== 0) {
		throw new Error(`initdb failed: ${made.stderr}${made.stdout}`);
	}
	const port = await freePort();
	const log = join(folder, 'server.log');
	let child: ChildProcess | null = null;
	let databases = 0;
	const urlOf = (name: string) => `postgres://rollcall:unused@127.0.0.1:${port}/${name}`;

	async function query(statement: string): Promise<void> {
		const client = new pg.Client({ connectionString: urlOf('postgres'), connectionTimeoutMillis: 2_000 });
		client.on('error', () => undefined);
		try {
			await client.connect();
			await client.query(statement);
		} finally {
			await client.end();
		}
	}
	async function start(): Promise<void> {
		const output = openSync(log, 'a');
		// By SIGQUIT, at which the server ends its children and gives its shared memory back.
		const started = spawn(
			'setpriv',
			['--pdeathsig', 'QUIT', join(bin, 'postgres'), '-D', data, '-k', folder, '-p', String(port), ...OPTIONS],
			{ ...user, cwd: folder, stdio: ['ignore', output, output] },
		);
		closeSync(output);
		child = started;
		await eventually(
			'PostgreSQL serves',
			async () => {
				if (started.exitCode !== null) {
					throw new Error(`PostgreSQL ended while it started: ${readFileSync(log, 'utf8').slice(-2_000)}`);
				}
				return query('select 1').then(
					() => true,
					() => null,
				);
			},
			60_000,
		);
	}
	async function end(signal: NodeJS.Signals): Promise<void> {
		const running = child;
		child = null;
		if (running !== null && running.exitCode === null && running.signalCode === null) {
			const ended = once(running, 'exit');
			running.kill(signal);
			await ended;
		}
	}
	await start();
	return {
		async createDatabase() {
			databases += 1;
			const name = `test_${databases}_${randomUUID().slice(0, 8)}`;
			await query(`create database ${name}`);
			return urlOf(name);
		},
		crash: () => end('SIGQUIT'),
		start,
		async stop() {
			await end('SIGINT');
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
