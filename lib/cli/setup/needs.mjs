// @ts-check

/** The steps of `npm test`, in their order. */
export const TEST_STEPS = /** @type {const} */ (['lint', 'types', 'unit', 'integration', 'browser']);

/** @typedef {{ zooKeeper: boolean, postgreSql: boolean, chromium: boolean, build: boolean, agent: boolean }} Needs the builds of console and agent */

/** What runs under which name, and what each needs beside Node and the npm packages. */
const COMMANDS = /** @type {const} */ ({
	demo: { file: 'demo.ts', zooKeeper: true, postgreSql: false, chromium: false, build: true, agent: false },
	test: { file: 'run-tests.ts', zooKeeper: true, postgreSql: true, chromium: true, build: true, agent: true },
	bench: { file: 'bench.ts', zooKeeper: true, postgreSql: false, chromium: false, build: true, agent: false },
	chaos: { file: 'chaos.ts', zooKeeper: true, postgreSql: false, chromium: false, build: false, agent: false },
	agent: { file: 'agent.ts', zooKeeper: false, postgreSql: false, chromium: false, build: false, agent: true },
	token: { file: 'token.ts', zooKeeper: false, postgreSql: false, chromium: false, build: false, agent: false },
	audit: { file: 'audit.ts', zooKeeper: false, postgreSql: false, chromium: false, build: false, agent: false },
	database: { file: 'database.ts', zooKeeper: false, postgreSql: false, chromium: false, build: false, agent: false },
	user: { file: 'user.ts', zooKeeper: false, postgreSql: false, chromium: false, build: false, agent: false },
});

export const COMMAND_NAMES = Object.keys(COMMANDS);

/**
 * What a command needs; null when there is no such command. Of `test` only the named steps count, of `bench` the named one.
 * @param {string | undefined} command
 * @param {readonly string[]} args
 * @returns {(Needs & { file: string }) | null}
 */
export function needsOf(command, args) {
	const known = Object.entries(COMMANDS).find(([name]) => name === command)?.[1];
	if (!known) {
		return null;
	}
	// The audit log is measured with neither ensemble nor console.
	if (command === 'bench' && args.includes('audit')) {
		return { ...known, zooKeeper: false, build: false };
	}
	// Sweeps are measured without a console, and agents start in the bench of failovers alone.
	if (command === 'bench') {
		return {
			...known,
			build: !args.includes('sweeps'),
			agent: args.includes('failover'),
			chromium: args.includes('churn'),
		};
	}
	const steps = args.filter((arg) => TEST_STEPS.some((step) => step === arg));
	if (command !== 'test' || steps.length === 0) {
		return known;
	}
	const real = steps.includes('integration') || steps.includes('browser');
	return {
		...known,
		zooKeeper: real,
		postgreSql: steps.includes('integration'),
		chromium: steps.includes('browser'),
		build: real,
		agent: steps.includes('integration'),
	};
}

/**
 * What is wrong with this Node; null when it will do.
 * @param {string} version e.g. '20.9.0'
 */
export function nodeProblem(version) {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	return major > 20 || (major === 20 && minor >= 9)
		? null
		: `Node ${version} is too old: Rollcall needs 20.9 or newer. Install it from https://nodejs.org or with your package manager.`;
}
