// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runStep } from './run-step.mjs';

/** What the console is built from; lib/cli and the tests are no part of it. */
const SOURCES = [
	'app',
	'components',
	'lib/adapters',
	'lib/core',
	'lib/http',
	'lib/runtime',
	'public',
	'instrumentation.ts',
	'proxy.ts',
	'next.config.js',
	'postcss.config.mjs',
	'tsconfig.json',
	'package-lock.json',
];

/** @param {string} root @param {string} path @returns {string[]} */
function filesOf(root, path) {
	const full = join(root, path);
	if (!existsSync(full)) {
		return [];
	}
	const entries = readdirSync(full, { withFileTypes: true, recursive: true });
	return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/**
 * SHA-256 over names and contents of everything that the console is built from.
 * @param {string} root
 * @param {readonly string[]} sources folders and files
 */
export function sourcesHash(root, sources = SOURCES) {
	const hash = createHash('sha256');
	const files = sources.flatMap((path) => (/\.\w+$/.test(path) ? [join(root, path)] : filesOf(root, path)));
	for (const file of files.filter((each) => existsSync(each)).sort()) {
		const content = readFileSync(file);
		hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content);
	}
	return hash.digest('hex');
}

/**
 * Builds the console when its sources changed since the last build. Throws a SetupError of one line.
 * @param {string} root
 */
export async function buildConsole(root) {
	const stamp = join(root, '.next/rollcall-build');
	const hash = sourcesHash(root);
	const built = existsSync(join(root, '.next/BUILD_ID')) && existsSync(stamp);
	if (built && readFileSync(stamp, 'utf8') === hash) {
		return;
	}
	rmSync(stamp, { force: true });
	await runStep({
		label: 'Building the console (about half a minute)',
		command: process.execPath,
		args: [join(root, 'node_modules/next/dist/bin/next'), 'build'],
		cwd: root,
		env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
		msMax: 600_000,
		remedy: 'Its output is above.',
	});
	writeFileSync(stamp, hash);
}
