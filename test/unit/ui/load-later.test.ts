import { describe, expect, it } from 'vitest';
import { loadLater } from '@/components/shell/load-later';

/** A part that fails to load so many times, in a browser whose page is so old and whose console answers or does not. */
function world({ failures, ageMs, answers }: { failures: number; ageMs: number; answers: boolean }) {
	const done = { tried: 0, sleptMs: 0, reloads: 0 };
	const load = loadLater(
		() => {
			done.tried += 1;
			return done.tried <= failures ? Promise.reject(new Error('ChunkLoadError')) : Promise.resolve('drawer');
		},
		{
			sleep: (ms) => {
				done.sleptMs += ms;
				return Promise.resolve();
			},
			answers: () => Promise.resolve(answers),
			ageMs: () => ageMs,
			reload: () => {
				done.reloads += 1;
			},
		},
	);
	return { done, load };
}

describe('a part of the page that is loaded when it is opened', () => {
	it('is tried again until it comes, two seconds apart, while the console does not answer', async () => {
		const { done, load } = world({ failures: 9, ageMs: 3_600_000, answers: false });
		expect(await load()).toBe('drawer');
		expect(done).toEqual({ tried: 10, sleptMs: 18_000, reloads: 0 });
	});

	it('has an old page loaded anew, of which the console that answers no longer has the parts', async () => {
		const { done, load } = world({ failures: 3, ageMs: 3_600_000, answers: true });
		await load();
		expect(done.reloads).toBe(1);
		const twice = world({ failures: 2, ageMs: 3_600_000, answers: true });
		await twice.load();
		expect(twice.done.reloads).toBe(0);
	});

	it('never loads a page anew that has just been loaded', async () => {
		const { done, load } = world({ failures: 20, ageMs: 59_000, answers: true });
		await load();
		expect(done.reloads).toBe(0);
	});
});
