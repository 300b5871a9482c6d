import { z } from 'zod';

/** Test cases of one step. */
export type Tally = { readonly passed: number; readonly failed: number };

const vitestReport = z.object({
	numPassedTests: z.int(),
	numFailedTests: z.int(),
	testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
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
