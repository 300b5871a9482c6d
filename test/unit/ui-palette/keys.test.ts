import { describe, expect, it } from 'vitest';
import { PAGE_KEYS, pageHref, type Sequence, stepKeys } from '@/components/palette/keys';

const PLAIN = { ctrlKey: false, metaKey: false, altKey: false };

/** The deeds of presses one after the other, each `gapMs` after the one before. */
function press(keys: readonly (string | (typeof PLAIN & { key: string }))[], gapMs = 100) {
	let sequence: Sequence = null;
	return keys.map((key, index) => {
		const step = stepKeys(sequence, typeof key === 'string' ? { ...PLAIN, key } : key, index * gapMs);
		sequence = step.sequence;
		return step.deed;
	});
}

describe('the keys of every page', () => {
	it('go to a page with g and its letter', () => {
		for (const [key, page] of Object.entries(PAGE_KEYS)) {
			expect(press(['g', key])).toEqual([null, { kind: 'page', page }]);
		}
	});

	it('forget the g after a while, after another key, and with a modifier', () => {
		expect(press(['g', 'm'], 1_501)).toEqual([null, null]);
		expect(press(['g', 'x', 'm'])).toEqual([null, null, null]);
		expect(press(['g', { ...PLAIN, altKey: true, key: 'm' }, 'm'])).toEqual([null, null, null]);
	});

	it('begin anew with a second g', () => {
		expect(press(['g', 'g', 'm'])).toEqual([null, null, { kind: 'page', page: 'members' }]);
	});

	it('open the palette with Control or Command and K, in either case, and nothing else with them', () => {
		for (const more of [{ ctrlKey: true }, { metaKey: true }]) {
			expect(press([{ ...PLAIN, ...more, key: 'k' }])).toEqual([{ kind: 'palette' }]);
			expect(press([{ ...PLAIN, ...more, key: 'K' }])).toEqual([{ kind: 'palette' }]);
			expect(press(['g', { ...PLAIN, ...more, key: 's' }])).toEqual([null, null]);
		}
		expect(press([{ ctrlKey: true, metaKey: true, altKey: false, key: 'k' }])).toEqual([null]);
	});

	it('step through rows and open the help', () => {
		expect(press(['j', 'k', '?', 'toString'])).toEqual([
			{ kind: 'row', by: 1 },
			{ kind: 'row', by: -1 },
			{ kind: 'help' },
			null,
		]);
	});
});

describe('addresses of pages', () => {
	it('of a cluster carry its id, and there are none without a cluster', () => {
		expect(pageHref('members', 'a b')).toBe('/c/a%20b');
		expect(pageHref('suspects', 'prod')).toBe('/c/prod/suspects');
		expect(pageHref('suspects', null)).toBeNull();
		expect(pageHref('settings', null)).toBe('/settings');
		expect(pageHref('clusters', 'prod')).toBe('/');
	});
});
