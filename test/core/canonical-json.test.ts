import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '@/lib/core/audit-entry';
import { canonicalJson } from '@/lib/core/canonical-json';

const json = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<Json>;

function reversed(value: Json): Json {
	if (Array.isArray(value)) {
		return value.map(reversed);
	}
	if (value === null || typeof value !== 'object') {
		return value;
	}
	return Object.fromEntries(
		Object.entries(value)
			.reverse()
			.map(([key, item]) => [key, reversed(item)]),
	);
}

describe('canonical JSON', () => {
	it('is valid JSON of the same value', () => {
		fc.assert(
			fc.property(json, (value) => {
				expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
			}),
		);
	});

	it('is the same text in whichever order the keys were set', () => {
		fc.assert(
			fc.property(json, (value) => {
				expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
			}),
		);
	});

	it('stays the same through storage', () => {
		fc.assert(
			fc.property(json, (value) => {
				const text = canonicalJson(value);
				expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
			}),
		);
	});

	it("sorts keys by UTF-16 code units and writes numbers and controls as RFC 8785's example does", () => {
		const value = {
			numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
			string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f',
			literals: [null, true, false],
		};
		expect(canonicalJson(value)).toBe(
			'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
				'"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
		);
		expect(canonicalJson({ '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, ö: 7 })).toBe(
			'{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
		);
	});

	it('refuses a number that JSON cannot hold', () => {
		expect(() => canonicalJson({ rtt: Number.NaN })).toThrow(TypeError);
		expect(() => canonicalJson([Number.POSITIVE_INFINITY])).toThrow(TypeError);
	});
});
