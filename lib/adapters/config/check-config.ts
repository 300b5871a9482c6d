import { isDeepStrictEqual } from 'node:util';
import type { RollcallConfig } from '@/lib/core/config';
import type { ConfigView } from '@/lib/core/config-view';
import { ConfigError } from './config-error';
import { readConfig } from './read-config';

const PROBLEMS_MAX = 50;

/** Reads the config file anew and compares it with the config in use: what the next start would make of it. */
export function checkConfig(inUse: RollcallConfig, env: NodeJS.ProcessEnv): ConfigView['file'] {
	try {
		const state = isDeepStrictEqual(readConfig(env), inUse) ? 'in-use' : 'changed';
		return { state, problems: [], more: 0 };
	} catch (error) {
		if (!(error instanceof ConfigError)) {
			throw error;
		}
		const problems = error.problems.slice(0, PROBLEMS_MAX);
		return { state: 'wrong', problems, more: error.problems.length - problems.length };
	}
}
