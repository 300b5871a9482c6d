import { describe, expect, it } from 'vitest';
import { createExportsUnderWay } from '@/lib/runtime/exports-under-way';

const NOTHING = { state: 'unknown', entries: 0, share: 0 };

function exportsAt(atMs = 0) {
	const clock = { ms: atMs, nowMs: () => clock.ms };
	return { clock, exports: createExportsUnderWay(clock) };
}

describe('exports under way', () => {
	it('tell how many entries are written and how far through the log that is', () => {
		const { exports } = exportsAt();
		const track = exports.begin('operator:ada', 'a1', 500);
		expect(exports.view('operator:ada', 'a1')).toEqual({ state: 'running', entries: 0, share: 0 });
		// Those before 401 did not match, or have left the log.
		for (let sequence = 401; sequence <= 425; sequence += 1) track.wrote(sequence);
		expect(exports.view('operator:ada', 'a1')).toEqual({ state: 'running', entries: 25, share: 0.25 });
		track.wrote(500);
		expect(exports.view('operator:ada', 'a1')).toEqual({ state: 'running', entries: 26, share: 1 });
	});

	it('are at their end when done, whatever did not match after the last', () => {
		const { exports } = exportsAt();
		const [few, none] = [exports.begin('operator:ada', 'few', 500), exports.begin('operator:ada', 'none', 500)];
		few.wrote(7);
		few.end('done');
		none.end('done');
		expect(exports.view('operator:ada', 'few')).toEqual({ state: 'done', entries: 1, share: 1 });
		expect(exports.view('operator:ada', 'none')).toEqual({ state: 'done', entries: 0, share: 1 });
	});

	it('keep how they ended: a connection that closes afterwards breaks nothing off', () => {
		const { exports } = exportsAt();
		const track = exports.begin('operator:ada', 'a1', 2);
		track.end('done');
		track.end('cut-off');
		expect(exports.view('operator:ada', 'a1').state).toBe('done');
	});

	it('are known to whoever began them alone', () => {
		const { exports } = exportsAt();
		exports.begin('operator:ada', 'a1', 2);
		expect(exports.view('operator:bob', 'a1')).toEqual(NOTHING);
		expect(exports.view('token:ada', 'a1')).toEqual(NOTHING);
		exports.begin('operator:bob', 'a1', 2).end('failed');
		expect(exports.view('operator:ada', 'a1').state).toBe('running');
	});

	it('are forgotten a minute after their end, and the oldest when there are very many', () => {
		const { clock, exports } = exportsAt();
		exports.begin('operator:ada', 'ended', 2).end('cut-off');
		exports.begin('operator:ada', 'long', 2);
		clock.ms = 60_000;
		expect(exports.view('operator:ada', 'ended').state).toBe('cut-off');
		clock.ms = 60_001;
		expect(exports.view('operator:ada', 'ended')).toEqual(NOTHING);
		expect(exports.view('operator:ada', 'long').state).toBe('running');
		for (let n = 0; n < 200; n += 1) exports.begin('operator:bob', `b${n}`, 2);
		expect(exports.view('operator:ada', 'long')).toEqual(NOTHING);
		expect(exports.view('operator:bob', 'b199').state).toBe('running');
	});
});
