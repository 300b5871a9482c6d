import { z } from 'zod';

/** Test cases of one step. */
export type Tally = { readonly passed: number; readonly failed: number };

const vitestReport = z.object({
	numPassedTests: z.int(),
	numFailedTests: z.int(),
	testResults: z.array(
		z.object({
			/** The file's absolute path. */
			name: z.string().default(''),
			status: z.string(),
			assertionResults: z.array(z.object({ status: z.string(), fullName: z.string().default('') })),
		}),
	),
});

const playwrightReport = z.object({
	stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int() }),
	errors: z.array(z.unknown()).default([]),
});

/** A file that could not be loaded has no failed case, and is one failure all the same. */
function readVitest(report: unknown): Tally {
	const { numPassedTests, numFailedTests, testResults } = vitestReport.parse(report);
	const unloaded = testResults.filter(
		({ status, assertionResults }) =>
			status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
	);
	return { passed: numPassedTests, failed: numFailedTests + unloaded.length };
}

/** A test that passed only when it was tried again has passed; what failed outside of any test is one failure each. */
function readPlaywright(report: unknown): Tally {
	const { stats, errors } = playwrightReport.parse(report);
	return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length };
}

const READERS = { vitest: readVitest, playwright: readPlaywright };

/**
 * Tally of a step from its JSON report. `text`: the report, null when there is none; `ok`: its process ended with 0 and
 * in time. A step that failed, has no usable report, or ran nothing at all counts at least one failure.
 */
export function tallyOf(kind: keyof typeof READERS, text: string | null, ok: boolean): Tally {
	let tally: Tally = { passed: 0, failed: 0 };
	if (text !== null) {
		try {
			tally = READERS[kind](JSON.parse(text));
		} catch (error) {
			if (!(error instanceof SyntaxError || error instanceof z.ZodError)) {
				throw error;
			}
			return { passed: 0, failed: 1 };
		}
	}
	const ranNothing = tally.passed + tally.failed === 0;
	return tally.failed === 0 && (!ok || ranNothing) ? { ...tally, failed: 1 } : tally;
}

/** Files of a vitest report in which something failed, with the names of what did; none when it cannot be read. */
export function failedFilesOf(text: string | null): { readonly file: string; readonly tests: readonly string[] }[] {
	const report = text === null ? null : vitestReport.safeParse(parseJson(text));
	return (report?.data?.testResults ?? [])
		.filter(({ status }) => status === 'failed')
		.map(({ name, assertionResults }) => ({
			file: name,
			tests: assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
		}));
}

/** The first run's report with the results of files that ran once more in place of theirs; null when either is unusable. */
export function withSecondRun(first: string | null, second: string | null): string | null {
	const [before, after] = [first, second].map((text) => vitestReport.safeParse(text === null ? null : parseJson(text)));
	if (!before?.success || !after?.success) {
		return null;
	}
	const again = new Set(after.data.testResults.map(({ name }) => name));
	const testResults = [...before.data.testResults.filter(({ name }) => !again.has(name)), ...after.data.testResults];
	const count = (wanted: string) =>
		testResults.reduce(
			(sum, { assertionResults }) => sum + assertionResults.filter(({ status }) => status === wanted).length,
			0,
		);
	return JSON.stringify({ numPassedTests: count('passed'), numFailedTests: count('failed'), testResults });
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (error instanceof SyntaxError) {
			return null;
		}
		throw error;
	}
}
