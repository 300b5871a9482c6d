const PROBLEMS_SHOWN_MAX = 20;

export type ConfigProblem = {
	/** Where: 'clusters[0].policy.settleMs', or the name of an environment variable. */
	readonly field: string;
	/** The value found, bounded; never a secret. */
	readonly found: string;
	/** What is allowed, or what to do. */
	readonly allowed: string;
};

/** The start ends with this: everything that is wrong with the config, each with the field, the value and the remedy. */
export class ConfigError extends Error {
	override readonly name = 'ConfigError';
	readonly problems: readonly ConfigProblem[];

	constructor(problems: readonly ConfigProblem[]) {
		const lines = problems
			.slice(0, PROBLEMS_SHOWN_MAX)
			.map(({ field, found, allowed }) => `  ${field}\n    found:   ${found}\n    allowed: ${allowed}`);
		const more = problems.length - lines.length;
		super(
			[
				`The config is wrong in ${problems.length} ${problems.length === 1 ? 'place' : 'places'}:`,
				...lines,
				...(more > 0 ? [`  … and ${more} more`] : []),
			].join('\n'),
		);
		this.problems = problems;
	}
}
