import { describe, expect, test } from 'vitest';
import { failedFilesOf, tallyOf, withSecondRun } from '@/lib/cli/test-report';

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

describe('files that run once more, alone', () => {
	const report = (files: Record<string, readonly ('passed' | 'failed')[]>) => {
		const testResults = Object.entries(files).map(([name, statuses]) => ({
			name,
			status: statuses.length === 0 || statuses.includes('failed') ? 'failed' : 'passed',
			assertionResults: statuses.map((status, index) => ({ status, fullName: `${name} ${index}` })),
		}));
		const count = (wanted: string) =>
			Object.values(files)
				.flat()
				.filter((status) => status === wanted).length;
		return JSON.stringify({ numPassedTests: count('passed'), numFailedTests: count('failed'), testResults });
	};
	const first = report({ '/a': ['passed', 'passed'], '/b': ['passed', 'failed'], '/c': [] });

	test('are those in which something failed, with its names, also those that could not be loaded', () => {
		expect(failedFilesOf(first)).toEqual([
			{ file: '/b', tests: ['/b 1'] },
			{ file: '/c', tests: [] },
		]);
		expect(failedFilesOf(null)).toEqual([]);
		expect(failedFilesOf('no json')).toEqual([]);
	});

	test('count with what they came to the second time', () => {
		const passed = withSecondRun(first, report({ '/b': ['passed', 'passed'], '/c': ['passed'] }));
		expect(tallyOf('vitest', passed, true)).toEqual({ passed: 5, failed: 0 });
		const failed = withSecondRun(first, report({ '/b': ['passed', 'failed'], '/c': ['passed'] }));
		expect(tallyOf('vitest', failed, false)).toEqual({ passed: 4, failed: 1 });
	});

	test('a second run without a report changes nothing', () => {
		expect(withSecondRun(first, null)).toBeNull();
		expect(withSecondRun(first, '{"testResults":')).toBeNull();
	});
});
