import { describe, expect, it } from 'vitest';
import { countInvalid, readDraft, readDrafts, toChanges } from '@/components/recovery/knob-draft';
import { DEFAULT_POLICY } from '@/lib/core/policy';
import type { KnobView } from '@/lib/core/recovery-view';
import { KNOB_BOUNDS, RUNTIME_KNOBS, type RuntimeKnob } from '@/lib/core/settings';

function knob(name: RuntimeKnob, over: Partial<KnobView> = {}): KnobView {
	const value = DEFAULT_POLICY[name];
	return { name, value, configured: value, standard: value, ...KNOB_BOUNDS[name], ...over };
}
const KNOBS = RUNTIME_KNOBS.map((name) => knob(name));

describe('what is typed for a knob', () => {
	it('is taken between its bounds, both included, and nowhere beyond', () => {
		const settle = knob('settleMs');
		expect(readDraft(settle, '150')).toEqual({ kind: 'changed', value: 150, sent: 150 });
		expect(readDraft(settle, '60000')).toMatchObject({ kind: 'changed', value: 60_000 });
		for (const beyond of ['149', '60001']) {
			expect(readDraft(settle, beyond)).toEqual({ kind: 'invalid', problem: { code: 'range' } });
		}
	});

	it('is no number when people could read it differently, or when it is none', () => {
		for (const text of ['', '1,200', '0,5', '-1', '1e3', '0x10', 'many', '1 200', 'NaN']) {
			expect(readDraft(knob('settleMs'), text), text).toEqual({ kind: 'invalid', problem: { code: 'number' } });
		}
	});

	it('is whole where halves mean nothing, and a fraction where it is a share', () => {
		expect(readDraft(knob('rateBurst'), '2.5')).toEqual({ kind: 'invalid', problem: { code: 'whole' } });
		expect(readDraft(knob('rateBurst'), '2.0')).toMatchObject({ kind: 'changed', value: 2 });
		expect(readDraft(knob('blastRadiusShare'), ' 0.25 ')).toMatchObject({ kind: 'changed', value: 0.25 });
	});

	it('is no change when it is what holds already', () => {
		expect(readDraft(knob('settleMs'), '1200')).toEqual({ kind: 'same' });
	});

	it('puts back what the config says by sending null, so that a later config holds', () => {
		const changed = knob('settleMs', { value: 600 });
		expect(readDraft(changed, '1200')).toEqual({ kind: 'changed', value: 1_200, sent: null });
	});
});

describe('several knobs', () => {
	it('are sent together, those alone that differ, in the order of the page', () => {
		const read = readDrafts(KNOBS, { rateBurst: '5', settleMs: '2000', ratePerS: '1' });
		expect(toChanges(KNOBS, read)).toEqual([
			{ name: 'settleMs', from: 1_200, to: 2_000, sent: 2_000 },
			{ name: 'rateBurst', from: 10, to: 5, sent: 5 },
		]);
		expect(countInvalid(read)).toBe(0);
	});

	it('cannot ask for more failure domains than observers, whichever of the two is typed', () => {
		expect(readDrafts(KNOBS, { observerDomainsMin: '2' }).get('observerDomainsMin')).toEqual({
			kind: 'invalid',
			problem: { code: 'domains', max: 1 },
		});
		const spread = KNOBS.map((each) => (each.name.startsWith('observer') ? { ...each, value: 3 } : each));
		expect(countInvalid(readDrafts(spread, { observersMin: '2' }))).toBe(1);
		expect(countInvalid(readDrafts(spread, { observersMin: '2', observerDomainsMin: '2' }))).toBe(0);
	});

	it('are valid untouched', () => {
		expect(readDrafts(KNOBS, {}).size).toBe(0);
	});
});
