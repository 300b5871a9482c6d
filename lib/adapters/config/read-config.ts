import type { RollcallConfig } from '@/lib/core/config';
import { ConfigError } from './config-error';
import { readConfigFile } from './config-file';
import { configSchema } from './config-schema';
import { schemaProblems } from './schema-problems';
import { toConfig } from './to-config';

/**
 * The validated config from the JSON file that ROLLCALL_CONFIG names, secrets resolved from the environment.
 * Throws ConfigError with every problem found, each with its field, the value (never a secret) and what is allowed.
 */
export function readConfig(env: NodeJS.ProcessEnv): RollcallConfig {
	const content = readConfigFile(env);
	const file = configSchema.safeParse(content);
	if (!file.success) {
		throw new ConfigError(schemaProblems(file.error.issues, content));
	}
	const { config, problems } = toConfig(file.data, env);
	if (problems.length > 0) {
		throw new ConfigError(problems);
	}
	return config;
}
