import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const alias = { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') };

/** `unit` is pure and takes seconds; `integration` meets a real ensemble, database and processes. */
export default defineConfig({
	test: {
		projects: [
			{
				resolve: { alias },
				test: {
					name: 'unit',
					include: ['test/core/**/*.test.ts', 'test/unit/**/*.test.{ts,tsx}'],
					// Pure files share one process and load the code once: nothing here leaves anything behind.
					isolate: false,
					// Properties take seconds on a busy machine; nothing here waits for anything.
					testTimeout: 60_000,
				},
			},
			{
				resolve: { alias },
				test: {
					name: 'integration',
					include: ['test/adapters/**/*.test.ts', 'test/scenarios/**/*.test.ts', 'test/routes/**/*.test.ts'],
					testTimeout: 120_000,
					hookTimeout: 120_000,
					fileParallelism: true,
					// They mostly wait: for sessions to end, for proofs to settle.
					maxWorkers: 3,
				},
			},
		],
	},
});
