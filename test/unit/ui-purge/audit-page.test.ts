import { describe, expect, it } from 'vitest';
import { auditHref, exportHref } from '@/components/audit/audit-address';
import { EVIDENCE_LENGTH_MAX, findRecordedGuards, toEvidenceText } from '@/components/audit/audit-detail-facts';
import { GUARDS } from '@/lib/core/guard';

const KNOWN = { guards: GUARDS, codes: ['proven', 'not-proven'] };

describe('an address of the audit page', () => {
	const filters = { q: 'OOM & more', cluster: 'prod', member: '/m/a' };

	it('exports exactly the filters that are shown, not the place in the list', () => {
		expect(exportHref(filters, 'csv')).toBe('/api/audit/export?cluster=prod&member=%2Fm%2Fa&q=OOM+%26+more&format=csv');
	});

	it('is plain without filters', () => {
		expect(auditHref({ filters: {}, cursor: null, entry: null })).toBe('/audit');
		expect(auditHref({ filters: { q: '' }, cursor: 'x', entry: '4' })).toBe('/audit?cursor=x&entry=4');
	});
});

describe('the evidence of an entry', () => {
	it('is cut at its bound, and its whole length is known', () => {
		const text = toEvidenceText({ head: 'x'.repeat(EVIDENCE_LENGTH_MAX) });
		expect(text?.text).toHaveLength(EVIDENCE_LENGTH_MAX);
		expect(text?.length).toBeGreaterThan(EVIDENCE_LENGTH_MAX);
	});

	it('is none when nothing was recorded', () => {
		expect([null, undefined, {}, []].map(toEvidenceText)).toEqual([null, null, null, null]);
		expect(toEvidenceText(false)?.text).toBe('false');
	});

	it('shows the guards wherever they were recorded, and leaves what it does not know to the raw text', () => {
		const detail = {
			plan: {
				guards: [
					{ guard: 'verdict', result: 'fail', code: 'not-proven', facts: { verdict: 'suspect', nested: {} } },
					{ guard: 'verdict', result: 'maybe' },
					{ guard: 'of-tomorrow', result: 'pass' },
					{ guard: 'fence', result: 'pass', code: 'of-tomorrow' },
				],
			},
		};
		expect(findRecordedGuards(detail, KNOWN)).toEqual([
			{ guard: 'verdict', result: 'fail', code: 'not-proven', facts: { verdict: 'suspect' } },
			{ guard: 'fence', result: 'pass', code: null, facts: {} },
		]);
	});

	it.each([null, 'text', 7, [], { guards: 'none' }, { guards: [null] }, { a: { b: { c: { guards: [] } } } }])(
		'without guards shows none: %j',
		(detail) => {
			expect(findRecordedGuards(detail, KNOWN)).toEqual([]);
		},
	);
});
