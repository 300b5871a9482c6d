import { describe, expect, test } from 'vitest';
import { tallyOf } from '@/lib/cli/test-report';

function vitest(passed: number, failed: number, files: { status: string; assertions: string[] }[] = []): string {
	return JSON.stringify({
		numPassedTests: passed,
		numFailedTests: failed,
		testResults: files.map(({ status, assertions }) => ({
			status,
			assertionResults: assertions.map((each) => ({ status: each })),
		})),
	});
}

function playwright(expected: number, unexpected: number, flaky = 0, errors: unknown[] = []): string {
	return JSON.stringify({ stats: { expected, unexpected, flaky, skipped: 3 }, errors });
}

describe('tallyOf', () => {
	test('counts the cases of a report', () => {
		expect(tallyOf('vitest', vitest(12, 0), true)).toEqual({ passed: 12, failed: 0 });
		expect(tallyOf('vitest', vitest(10, 2), false)).toEqual({ passed: 10, failed: 2 });
		expect(tallyOf('playwright', playwright(7, 1, 2), false)).toEqual({ passed: 9, failed: 1 });
	});

	test('a file that could not be loaded is a failure, though it has no failed case', () => {
		const files = [
			{ status: 'failed', assertions: [] },
			{ status: 'failed', assertions: ['passed', 'failed'] },
			{ status: 'passed', assertions: ['passed'] },
		];
		expect(tallyOf('vitest', vitest(2, 1, files), false)).toEqual({ passed: 2, failed: 2 });
	});

	test('what failed outside of any browser test is a failure', () => {
		expect(tallyOf('playwright', playwright(5, 0, 0, [{ message: 'no such page' }]), false)).toEqual({
			passed: 5,
			failed: 1,
		});
	});

	test('a process that failed or ran out of time has failed, whatever its report says', () => {
		expect(tallyOf('vitest', vitest(12, 0), false)).toEqual({ passed: 12, failed: 1 });
		expect(tallyOf('playwright', playwright(3, 0), false)).toEqual({ passed: 3, failed: 1 });
	});

	test.each([
		['is missing', null],
		['was cut off', '{"numPassedTests": 3'],
		['is of another shape', '{"numPassedTests": "3"}'],
		['names no test at all', vitest(0, 0)],
	])('a report that %s is one failure', (_, text) => {
		expect(tallyOf('vitest', text, true)).toEqual({ passed: 0, failed: 1 });
	});
});
