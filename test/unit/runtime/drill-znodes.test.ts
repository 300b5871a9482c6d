import { expect, test } from 'vitest';
import { drillPathsOf, parseDrillOrder, parseOptIn, toOptInData, toOptInName } from '@/lib/runtime/drill-znodes';

const OPT_IN = { path: '/turms/members/a', startNonce: 'a'.repeat(32), replaced: true };
const DRILL_ID = '8d2f0a3e-6c0f-4a53-9d6e-0f7f0a8d9c11';

test('an opt-in is named after its path, one that is too long or not well-formed has no name', () => {
	expect(toOptInName('/turms/members/a b')).toBe('%2Fturms%2Fmembers%2Fa%20b');
	expect(toOptInName(`/${'ä'.repeat(400)}`)).toBeNull();
	expect(toOptInName('/\ud800')).toBeNull();
	expect(drillPathsOf('/rollcall', 'prod').optIns).toBe('/rollcall/drills/prod');
});

test('an opt-in is read back, with and without an order', () => {
	expect(parseOptIn(toOptInData(OPT_IN))).toEqual(OPT_IN);
	const ordered = { ...OPT_IN, order: { drillId: DRILL_ID, by: 'admin', orderedAt: '2026-01-31T12:00:00.000Z' } };
	expect(parseOptIn(toOptInData(ordered))).toEqual(ordered);
});

test.each([
	['nothing', ''],
	['no JSON', '{'],
	['no object', '7'],
	['a path that is none', JSON.stringify({ ...OPT_IN, path: 'turms' })],
	['no nonce', JSON.stringify({ ...OPT_IN, startNonce: '' })],
	['a nonce with other characters', JSON.stringify({ ...OPT_IN, startNonce: '../../../x' })],
	['replaced that is no boolean', JSON.stringify({ ...OPT_IN, replaced: 'yes' })],
	['an order without an id', JSON.stringify({ ...OPT_IN, order: { by: 'x', orderedAt: '' } })],
	['too much', JSON.stringify({ ...OPT_IN, more: 'x'.repeat(40_000) })],
])('hostile data is no opt-in: %s', (_name, text) => {
	expect(parseOptIn(Buffer.from(text))).toBeNull();
});

test('bytes that are no text are neither an opt-in nor an order', () => {
	expect(parseOptIn(Buffer.from([0xff, 0xfe]))).toBeNull();
	expect(parseDrillOrder(Buffer.from([0xff, 0xfe]))).toBeNull();
	expect(parseDrillOrder(Buffer.from('{}'))).toBeNull();
});
