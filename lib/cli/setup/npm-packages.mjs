// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SetupError } from './fail.mjs';
import { onPath } from './on-path.mjs';
import { runStep } from './run-step.mjs';

/** @typedef {{ packages?: Record<string, { version?: string, integrity?: string, optional?: boolean }> }} Lock */

/**
 * Whether node_modules holds what the lock file asks for, by the lock that npm leaves in it. Optional packages may be
 * absent (they are for other platforms). Pure.
 * @param {Lock} wanted package-lock.json
 * @param {Lock} found node_modules/.package-lock.json
 */
export function isInstalled(wanted, found) {
	const here = found.packages ?? {};
	const asked = Object.entries(wanted.packages ?? {}).filter(([path]) => path !== '');
	const paths = new Set(asked.map(([path]) => path));
	return (
		Object.keys(here).every((path) => paths.has(path)) &&
		asked.every(([path, entry]) => {
			const there = here[path];
			return there ? there.version === entry.version && there.integrity === entry.integrity : entry.optional === true;
		})
	);
}

/** @param {string} root */
function nodeModulesFit(root) {
	const hidden = join(root, 'node_modules/.package-lock.json');
	if (!existsSync(hidden)) {
		return false;
	}
	/** @param {string} file @returns {Lock} */
	const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
	try {
		return isInstalled(read(join(root, 'package-lock.json')), read(hidden));
	} catch (error) {
		if (error instanceof SyntaxError) {
			// A lock that was cut off while it was written: install anew.
			return false;
		}
		throw error;
	}
}

/** Why the compiled part of better-sqlite3 does not run on this Node; null when it does. @param {string} root */
function sqliteProblem(root) {
	try {
		const Database = createRequire(join(root, 'package.json'))('better-sqlite3');
		new Database(':memory:').close();
		return null;
	} catch (error) {
		return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
	}
}

/** Whether node_modules is what package-lock.json asks for and runs on this Node. @param {string} root */
export function packagesFit(root) {
	return nodeModulesFit(root) && sqliteProblem(root) === null;
}

/** npm itself: the one that runs this script, else the one on the PATH. @returns {readonly [string, ...string[]]} */
function npmCommand() {
	const { npm_execpath: cli } = process.env;
	if (cli?.endsWith('.js') && existsSync(cli)) {
		return [process.execPath, cli];
	}
	if (!onPath('npm')) {
		throw new SetupError(
			'npm is missing: install it (Debian: apt-get install -y npm; it comes with Node from nodejs.org).',
		);
	}
	return ['npm'];
}

/** Compile against the headers that came with this Node, so that nothing is fetched from anywhere but npm. */
function compileEnv() {
	const prefix = dirname(dirname(process.execPath));
	const headers = existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: prefix } : {};
	return { ...headers, npm_config_build_from_source: 'better-sqlite3', ...process.env };
}

/**
 * Makes node_modules fit package-lock.json; the compiler must be there. Throws a SetupError of one line.
 * @param {string} root
 */
export async function installPackages(root) {
	const npm = npmCommand();
	/** @param {string} label @param {readonly string[]} args @param {string} remedy */
	const run = (label, args, remedy) =>
		runStep({
			label,
			command: npm[0],
			args: [...npm.slice(1), ...args, '--loglevel=notice', '--no-audit', '--no-fund'],
			cwd: root,
			env: compileEnv(),
			msMax: 900_000,
			remedy,
		});
	if (!nodeModulesFit(root)) {
		await run(
			'Installing npm packages (about 2 minutes the first time)',
			['ci', '--include=dev'],
			'Its output is above; is the npm registry within reach?',
		);
	}
	if (sqliteProblem(root) !== null) {
		await run('Compiling better-sqlite3 for this Node', ['rebuild', 'better-sqlite3'], 'Its output is above.');
		const problem = sqliteProblem(root);
		if (problem !== null) {
			throw new SetupError(`better-sqlite3 does not run here (${problem}). Remove node_modules and try again.`);
		}
	}
}
