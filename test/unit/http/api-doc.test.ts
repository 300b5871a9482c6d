import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROBLEM_STATUS } from '@/lib/core/problem';
import { REASON_CODES } from '@/lib/core/reason';
import { openApiDocument } from '@/lib/http/openapi';

describe('docs/api.md', () => {
	const text = readFileSync('docs/api.md', 'utf8');

	it.each(Object.entries(PROBLEM_STATUS))('explains the problem %s with status %i', (code, status) => {
		const line = text.split('\n').find((each) => each.startsWith('| ') && each.includes(`\`${code}\``));
		expect(line).toContain(`| ${status} |`);
	});

	it.each(REASON_CODES)('lists the reason %s', (code) => {
		expect(text).toContain(`\`${code}\``);
	});

	it('lists every route', () => {
		for (const path of Object.keys((openApiDocument() as { paths: object }).paths)) {
			expect(text).toContain(path === '/api/audit/export' ? `${path}?format=` : path);
		}
	});
});
