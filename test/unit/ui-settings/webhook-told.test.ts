import { describe, expect, it } from 'vitest';
import { hostOf, isUrlBad, TOLD_AT_FIRST, toDraft, toFilter, toldKind } from '@/components/settings/webhook-told';
import { urlProblem } from '@/lib/core/webhook';

describe('what a webhook is told, as its form has it', () => {
	it('comes back from what was sent as it was', () => {
		const chosen = {
			kind: 'chosen',
			actions: ['drill.finish'],
			outcomes: 'complete, aborted',
			clusters: ['a'],
		} as const;
		for (const draft of [TOLD_AT_FIRST, { ...TOLD_AT_FIRST, kind: 'everything' } as const, chosen]) {
			expect(toDraft(toFilter(draft))).toEqual(draft);
		}
	});

	it('takes outcomes with any commas and spaces, each once', () => {
		const typed = {
			...TOLD_AT_FIRST,
			kind: 'chosen',
			actions: ['member.purge'],
			outcomes: ' dead，purged, dead 、failed;',
		} as const;
		expect(toFilter(typed).outcomes).toEqual(['dead', 'purged', 'failed;']);
	});

	it('tells deaths from another choice of the same actions', () => {
		const deaths = toFilter(TOLD_AT_FIRST);
		expect(toldKind({ ...deaths, actions: deaths.actions.toReversed() })).toBe('deaths');
		expect(toldKind({ ...deaths, outcomes: [] })).toBe('chosen');
		expect(toldKind({ actions: [], outcomes: ['dead'] })).toBe('chosen');
		expect(toldKind({ actions: [], outcomes: [] })).toBe('everything');
	});
});

describe('the address in the form', () => {
	it.each([
		'https://hooks.example/a',
		'http://127.0.0.1:9/?b=c',
		'ftp://a/',
		'hooks.example',
		'https://a@b/',
		'https://b/#c',
		'',
	])('%s is judged as the API does', (url) => {
		expect(isUrlBad(url)).toBe(urlProblem(url) !== null);
	});

	it('is called by its host', () => {
		expect(hostOf('https://hooks.example:8443/services/s3cret')).toBe('hooks.example:8443');
	});
});
