// @ts-check
import { randomBytes } from 'node:crypto';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { sourcesHash } from './console-build.mjs';
import { SetupError } from './fail.mjs';
import { say } from './run-step.mjs';

/** @typedef {import('esbuild').Metafile} Metafile */

/** What the agent is built from; that nothing else gets into it is checked with each build. */
export const AGENT_SOURCES = /** @type {const} */ ([
	'lib/adapters',
	'lib/agent',
	'lib/core',
	'lib/runtime',
	'lib/cli/agent.ts',
	'lib/cli/agent-options.ts',
	'lib/cli/agent-start-options.ts',
	'lib/cli/spawn-tied.ts',
	'lib/cli/tie-to-parent.ts',
	'lib/cli/wrapped-command.ts',
	'lib/cli/setup/agent-build.mjs',
	'package.json',
	'package-lock.json',
	'tsconfig.json',
]);

const FILE = 'dist/rollcall-agent.mjs';
/** Long enough for the lines in front of the code, which hold the hash. */
const HEAD_BYTES = 1_024;
const NOTICE_NAMES = /^(licen[cs]e|notice|copying)([.-].*)?$/i;
/** The packages of this licence need no text of their own: Rollcall's is the same, and in the file. */
const OWN_LICENSE = 'Apache-2.0';

/**
 * The agent as one file, for Node 20.9 and newer and nothing else: built when its sources have changed since. The hash of
 * the sources stands in the file itself, which takes its place in one step, so that any number may build it at once.
 * Throws a SetupError of one line.
 * @param {string} folder the clone's
 * @param {string} [file] where it goes; `dist/rollcall-agent.mjs` there
 * @returns {string} the file
 */
export function buildAgent(folder, file = resolve(folder, FILE)) {
	// The hash is over names below the root: with or without a slash at its end it has to be the same.
	const root = resolve(folder);
	const hash = sourcesHash(root, AGENT_SOURCES);
	if (builtFrom(file) === hash) {
		return file;
	}
	say('Building the agent …');
	const { code, metafile } = bundle(root);
	const problems = problemsOf(root, code, metafile);
	if (problems.length > 0) {
		throw new SetupError(`The agent cannot be one file: ${problems.join('; ')}.`);
	}
	const text = `${headOf(root, hash)}${code}${noticesOf(root, packagesOf(root, metafile))}`;
	mkdirSync(dirname(file), { recursive: true });
	const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
	try {
		writeFileSync(draft, text);
		chmodSync(draft, 0o755);
		renameSync(draft, file);
	} finally {
		rmSync(draft, { force: true });
	}
	return file;
}

/** The hash of the sources that it was built from; null: there is no such file. @param {string} file */
function builtFrom(file) {
	if (!existsSync(file)) {
		return null;
	}
	return /^\/\/ Sources: ([0-9a-f]{64})$/m.exec(readFileSync(file, 'utf8').slice(0, HEAD_BYTES))?.[1] ?? null;
}

/**
 * Packages from npm that are CommonJS ask for Node's own modules by `require`, which a module has not by itself.
 * @param {string} root @param {string} hash
 */
function headOf(root, hash) {
	/** @type {{ version: string }} */
	const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
	return `#!/usr/bin/env node
// Rollcall agent ${version}. Licences: at the end of this file.
// Sources: ${hash}
import { createRequire as rollcallCreateRequire } from 'node:module';
const require = rollcallCreateRequire(import.meta.url);
`;
}

/** @param {string} root @returns {{ code: string, metafile: Metafile }} */
function bundle(root) {
	// From npm, and so not there yet when this file is loaded.
	/** @type {typeof import('esbuild')} */
	const esbuild = createRequire(join(root, 'package.json'))('esbuild');
	try {
		const { warnings, outputFiles, metafile } = esbuild.buildSync({
			absWorkingDir: root,
			entryPoints: [join(root, 'lib/cli/agent.ts')],
			outfile: join(root, FILE),
			write: false,
			bundle: true,
			format: 'esm',
			platform: 'node',
			target: 'node20',
			// Readable, for the sake of stack traces; notices in comments stay.
			minify: false,
			legalComments: 'inline',
			metafile: true,
			tsconfig: join(root, 'tsconfig.json'),
			logLevel: 'silent',
		});
		if (warnings.length > 0) {
			throw new SetupError(`Building the agent failed: ${warnings.map(toLine).join('; ')}.`);
		}
		return { code: outputFiles[0]?.text ?? '', metafile };
	} catch (error) {
		if (error instanceof Error && 'errors' in error && Array.isArray(error.errors)) {
			throw new SetupError(`Building the agent failed: ${error.errors.map(toLine).join('; ')}.`);
		}
		throw error;
	}
}

/** @param {import('esbuild').Message} message */
function toLine({ text, location }) {
	return location ? `${location.file}:${location.line}: ${text}` : text;
}

/**
 * What keeps it from running where nothing but the file and Node is: modules that are not Node's own, packages with
 * compiled parts, paths by where a source lies, sources whose change would go unnoticed.
 * @param {string} root @param {string} code @param {Metafile} metafile
 * @returns {string[]}
 */
export function problemsOf(root, code, metafile) {
	const outside = Object.values(metafile.outputs)
		.flatMap(({ imports }) => imports.map(({ path }) => path))
		.filter((path) => !isBuiltin(path));
	const compiled = packagesOf(root, metafile).filter((folder) => existsSync(join(folder, 'binding.gyp')));
	const unknown = Object.keys(metafile.inputs).filter(
		(path) =>
			folderOf(path) === null && !AGENT_SOURCES.some((source) => path === source || path.startsWith(`${source}/`)),
	);
	return [
		...outside.map((path) => `it imports ${path}`),
		...compiled.map((folder) => `${folder.replace(/^.*\bnode_modules\//, '')} has compiled parts`),
		...unknown.map((path) => `${path} is not among AGENT_SOURCES (agent-build.mjs)`),
		...(code.includes('import.meta') ? ['a source asks where it lies (import.meta)'] : []),
	];
}

/** The package's folder below the root that a file belongs to; null: it is Rollcall's. @param {string} path */
function folderOf(path) {
	return /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? null;
}

/** The folders of the packages of which anything is in the file. @param {string} root @param {Metafile} metafile */
function packagesOf(root, metafile) {
	const paths = Object.values(metafile.outputs).flatMap(({ inputs }) =>
		Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
	);
	return [...new Set(paths.flatMap((path) => folderOf(path) ?? []))].sort().map((folder) => join(root, folder));
}

/**
 * The licences of Rollcall and of each package, with their notices, as a comment.
 * @param {string} root @param {readonly string[]} packages their folders
 */
function noticesOf(root, packages) {
	const texts = [root, ...packages].map((folder) => {
		/** @type {{ name: string, version: string, license?: string }} */
		const {
			name,
			version,
			license = 'no licence named',
		} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
		const files = readdirSync(folder).filter((entry) => NOTICE_NAMES.test(entry));
		if (files.length === 0 && license !== OWN_LICENSE) {
			throw new SetupError(`The agent cannot be passed on: ${name} has no licence file (${license}).`);
		}
		const notices = files.sort().map((entry) => readFileSync(join(folder, entry), 'utf8').trimEnd());
		return [`${name} ${version} (${license})`, ...notices].join('\n\n');
	});
	return `\n/*!\n${texts.join('\n\n----\n\n').replaceAll('*/', '* /')}\n*/\n`;
}
