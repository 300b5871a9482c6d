import { z } from 'zod';

export type ChurnBenchOptions = {
	readonly members: number;
	/** ZooKeeper sessions that the registrations are spread over. */
	readonly sessions: number;
	/** Deletes and creates together, a second. */
	readonly changes: number;
	readonly minutes: number;
	/** Tabs on the same page beside the one that is measured. */
	readonly tabs: number;
	readonly sort: 'attention' | 'id';
};

const number = (min: number, max: number) => z.string().pipe(z.coerce.number<string>().min(min).max(max));
const whole = (min: number, max: number) => z.string().pipe(z.coerce.number<string>().int().min(min).max(max));

const schema = z.object({
	members: whole(100, 50_000).prefault('10000'),
	sessions: whole(1, 500).prefault('10'),
	changes: whole(0, 2_000).prefault('100'),
	minutes: number(0.2, 600).prefault('5'),
	tabs: whole(0, 20).prefault('0'),
	sort: z.enum(['attention', 'id']).default('attention'),
});

/** The options of `npm run bench -- churn`. Throws an Error that names the option and what it takes. */
export function parseChurnBench(values: Readonly<Record<string, unknown>>): ChurnBenchOptions {
	const parsed = schema.safeParse(values);
	if (!parsed.success) {
		const issues = parsed.error.issues.map(({ path, message }) => `--${String(path[0])}: ${message}`);
		throw new Error(
			`${issues.join('\n')}\nbench churn takes --members N --sessions N --changes N --minutes N --tabs N --sort attention|id.`,
		);
	}
	return parsed.data;
}
