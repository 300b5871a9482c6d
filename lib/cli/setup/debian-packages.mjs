// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { SetupError } from './fail.mjs';
import { onPath } from './on-path.mjs';
import { runStep, say } from './run-step.mjs';

/** @typedef {'zooKeeper' | 'postgreSql' | 'chromium' | 'compiler'} Thing */
/** @typedef {{ root: boolean, sudo: boolean, aptGet: boolean }} Machine */

/**
 * The packages behind each thing. ZooKeeper's library with a headless Java is all that is needed of it: the package
 * `zookeeper` itself would bring a desktop's Java along. Neither starts a service. PostgreSQL's
 * package may: the tests start a server of their own, from its binaries, and leave that one alone.
 * @type {Record<Thing, { name: string, packages: readonly string[], present: () => boolean }>}
 */
const THINGS = {
	zooKeeper: {
		name: 'ZooKeeper with Java',
		packages: ['libzookeeper-java', 'default-jre-headless'],
		present: () => existsSync('/usr/share/java/zookeeper.jar') && onPath('java'),
	},
	postgreSql: {
		name: 'PostgreSQL',
		packages: ['postgresql'],
		present: () => versionsOf('/usr/lib/postgresql').some((folder) => existsSync(`${folder}/bin/initdb`)),
	},
	chromium: {
		name: 'Chromium',
		packages: ['chromium'],
		present: () => existsSync(process.env.CHROMIUM ?? '/usr/bin/chromium'),
	},
	compiler: {
		name: 'a C++ compiler with Python (to compile better-sqlite3)',
		packages: ['build-essential', 'python3'],
		present: () => ['python3', 'make', 'g++'].every(onPath),
	},
};

/**
 * How to get packages onto this machine: the prefix of the commands that do it, or one line for a person. Pure.
 * @param {readonly Thing[]} missing
 * @param {Machine} machine
 * @returns {{ prefix: readonly string[] } | { line: string }}
 */
export function planInstall(missing, { root, sudo, aptGet }) {
	const names = missing.map((thing) => THINGS[thing].name).join(', ');
	const packages = missing.flatMap((thing) => THINGS[thing].packages).join(' ');
	if (!aptGet) {
		return {
			line: `Missing: ${names}. This machine has no apt-get: Rollcall sets itself up on Debian and Ubuntu; there the packages are ${packages}.`,
		};
	}
	if (!root && !sudo) {
		return {
			line: `Missing: ${names}. This user may not install packages; run as root: apt-get install -y --no-install-recommends ${packages}`,
		};
	}
	return { prefix: root ? [] : ['sudo', '-n'] };
}

/** @returns {Machine} */
function lookAtMachine() {
	const root = process.getuid?.() === 0;
	return {
		root,
		sudo: !root && onPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0,
		aptGet: onPath('apt-get'),
	};
}

/**
 * Installs what is missing, all of it at once. Throws a SetupError of one line when it cannot.
 * @param {readonly Thing[]} wanted
 * @param {string} cwd
 */
export async function installMissing(wanted, cwd) {
	const missing = wanted.filter((thing) => !THINGS[thing].present());
	if (missing.length === 0) {
		return;
	}
	const plan = planInstall(missing, lookAtMachine());
	if ('line' in plan) {
		throw new SetupError(plan.line);
	}
	const packages = missing.flatMap((thing) => THINGS[thing].packages);
	const byHand = `Install by hand: apt-get install -y --no-install-recommends ${packages.join(' ')}`;
	/** @param {string} label @param {number} msMax @param {readonly string[]} args */
	const apt = (label, msMax, args) => {
		const line = [
			...plan.prefix,
			'env',
			'DEBIAN_FRONTEND=noninteractive',
			'apt-get',
			'-o',
			'DPkg::Lock::Timeout=120',
			...args,
		];
		return runStep({ label, command: line[0] ?? '', args: line.slice(1), cwd, msMax, remedy: byHand });
	};
	await apt('Reading the lists of Debian packages', 300_000, ['update']).catch((error) => {
		// Lists that cannot be renewed may still do; if not, the installation says so.
		say(error instanceof Error ? error.message : String(error));
	});
	const names = missing.map((thing) => THINGS[thing].name).join(', ');
	await apt(`Installing ${names}`, 900_000, ['install', '-y', '--no-install-recommends', ...packages]);
	const still = missing.filter((thing) => !THINGS[thing].present());
	if (still.length > 0) {
		const absent = still.map((thing) => THINGS[thing].name).join(', ');
		throw new SetupError(`Still missing after its installation: ${absent}. ${byHand}`);
	}
}

/** @param {string} folder Where Debian has a folder for each version. @returns {string[]} */
function versionsOf(folder) {
	return existsSync(folder) ? readdirSync(folder).map((version) => `${folder}/${version}`) : [];
}
