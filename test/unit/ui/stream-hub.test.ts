import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventsListener } from '@/components/live/follow-events';
import { NOTHING_YET, type ReceivedEvent } from '@/components/live/live-cluster';
import { createStreamHub, type HubMessage } from '@/components/live/stream-hub';
import type { ClusterView } from '@/lib/core/view';
import { memberRow } from './live-member';

const cluster = { id: 'c', ensemble: { following: true } } as ClusterView;
const snapshot: ReceivedEvent = { kind: 'snapshot', data: { cluster, members: [memberRow('a')], serverAtMs: 1_000 } };
const beat: ReceivedEvent = {
	kind: 'change',
	data: { cluster: null, changed: [], removed: [], pulses: [], serverAtMs: 2_000 },
};

function createWorld() {
	const listeners: EventsListener[] = [];
	const log: string[] = [];
	const hub = createStreamHub('c', (_cluster, listener) => {
		listeners.push(listener);
		log.push('open');
		return { retry: () => log.push('retry'), close: () => log.push('close') };
	});
	const join = () => {
		const heard: HubMessage[] = [];
		return { heard, reader: hub.join((message) => heard.push(message)) };
	};
	const send = (event: ReceivedEvent) => listeners.at(-1)?.batch([event], 5_000);
	return { hub, log, listeners, join, send };
}

describe('a stream that tabs share', () => {
	beforeEach(() => {
		vi.useFakeTimers();
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	it('is opened once, and a tab that comes later gets the whole picture', () => {
		const { log, join, send } = createWorld();
		const first = join();
		send(snapshot);
		const second = join();
		expect(log.filter((entry) => entry === 'open')).toHaveLength(1);
		const [state] = second.heard;
		expect(state?.kind === 'state' && [...state.state.members.keys()]).toEqual(['/turms/members/a']);
		send(beat);
		expect(first.heard.at(-1)).toEqual(second.heard.at(-1));
	});

	it('sends a frozen tab nothing more, which silences no other, and the whole picture when it moves again', () => {
		const { join, send } = createWorld();
		const frozen = join();
		const other = join();
		send(snapshot);
		other.reader.confirm();
		for (let count = 0; count < 50; count += 1) {
			send(beat);
			other.reader.confirm();
		}
		expect(frozen.heard.length).toBeLessThan(25);
		expect(other.heard).toHaveLength(52);
		const unconfirmed = frozen.heard.filter(({ kind }) => kind === 'events').length;
		for (let count = 0; count < unconfirmed; count += 1) frozen.reader.confirm();
		expect(frozen.heard.at(-1)).toMatchObject({ kind: 'state' });
		send(beat);
		expect(frozen.heard.at(-1)).toMatchObject({ kind: 'events' });
	});

	it('goes on while one tab looks, and ends when none does', () => {
		const { log, join } = createWorld();
		const first = join();
		const second = join();
		first.reader.leave();
		vi.advanceTimersByTime(60_000);
		expect(log).not.toContain('close');
		second.reader.rest();
		vi.advanceTimersByTime(60_000);
		expect(log.at(-1)).toBe('close');
		second.reader.resume();
		expect(log.at(-1)).toBe('open');
		expect(second.heard.at(-1)).toMatchObject({ kind: 'state' });
	});

	it('outlives the change from one page to the next', () => {
		const { hub, log, join } = createWorld();
		join().reader.leave();
		vi.advanceTimersByTime(1_000);
		expect(hub.isIdle(), 'whoever forgets it now opens a second stream').toBe(false);
		join();
		vi.advanceTimersByTime(60_000);
		expect(log).not.toContain('close');
	});

	it('tells every tab when it broke, and forgets what nobody may see any more', () => {
		const { listeners, join, send } = createWorld();
		const { heard } = join();
		send(snapshot);
		listeners.at(-1)?.lost(null);
		expect(heard.at(-1)).toEqual({ kind: 'lost', refusal: null });
		const later = join();
		expect(later.heard[0]).toMatchObject({ state: { connection: 'stale' } });
		listeners.at(-1)?.lost('signed-out');
		const last = join().heard[0];
		expect(last).toEqual({ kind: 'state', state: { ...NOTHING_YET, refusal: 'signed-out' } });
	});

	it('ends for every tab when one signs out, and begins again with the next that comes', () => {
		const { hub, log, join, send } = createWorld();
		const { heard } = join();
		send(snapshot);
		hub.signOut();
		expect(log.at(-1)).toBe('close');
		expect(heard.at(-1)).toEqual({ kind: 'lost', refusal: 'signed-out' });
		join();
		expect(log.at(-1)).toBe('open');
	});
});
