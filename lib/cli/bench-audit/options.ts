import { z } from 'zod';
import type { AuditBenchOptions } from './run';

const ENTRIES_MAX = 100_000_000;
const whole = (min: number, max: number) => z.string().pipe(z.coerce.number<string>().int().min(min).max(max));

const schema = z.object({
	entries: z
		.string()
		.default('10000,100000,1000000')
		.transform((text) => text.split(','))
		.pipe(z.array(whole(1, ENTRIES_MAX)).min(1).max(10)),
	database: z.string().max(1_024).optional(),
	seed: whole(0, 0xffff_ffff).prefault('7'),
	runs: whole(1, 10_000).prefault('20'),
});

/** The options of `npm run bench -- audit`. Throws an Error that names the option and what it takes. */
export function parseAuditBench(values: Readonly<Record<string, unknown>>): AuditBenchOptions {
	const parsed = schema.safeParse(values);
	if (!parsed.success) {
		const issues = parsed.error.issues.map(({ path, message }) => `--${String(path[0])}: ${message}`);
		throw new Error(`${issues.join('\n')}\nbench audit takes --entries 10000,100000 --database URL --seed N --runs N.`);
	}
	return { ...parsed.data, database: parsed.data.database ?? null };
}
