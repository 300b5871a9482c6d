import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClusterView } from '@/lib/core/view';
import { eventStream } from '@/lib/http/server-sent-events';
import type { LiveEvent } from '@/lib/runtime/rollcall';
import { memberRow } from '../ui/live-member';

function change(id: string, removed: string[] = []): LiveEvent {
	return { id, kind: 'change', data: { cluster: null, changed: [], removed, pulses: [], serverAtMs: 0 } };
}

function open(more: Partial<Parameters<typeof eventStream>[0]> = {}) {
	const client = new AbortController();
	const stopping = new AbortController();
	const listeners = new Set<(event: LiveEvent) => void>();
	const response = eventStream({
		signal: client.signal,
		stopping: stopping.signal,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		stillAllowed: () => Promise.resolve(true),
		...more,
	});
	const reader = response.body?.getReader();
	const decoder = new TextDecoder();
	return {
		client,
		stopping,
		listeners,
		reader,
		publish: (event: LiveEvent) => {
			for (const listener of listeners) {
				listener(event);
			}
		},
		read: async () => decoder.decode((await reader?.read())?.value),
	};
}

describe('an event stream', () => {
	beforeEach(() => {
		vi.useFakeTimers();
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	it('frames each event with its id, kind and one line of data', async () => {
		const stream = open();
		expect(await stream.read()).toBe('retry: 1000\n\n');
		stream.publish(change('7', ['line\nbreak']));
		const data = JSON.stringify({ cluster: null, changed: [], removed: ['line\nbreak'], pulses: [], serverAtMs: 0 });
		expect(await stream.read()).toBe(`id: 7\nevent: change\ndata: ${data}\n\n`);
	});

	it.each(['client', 'stopping'] as const)('ends and unsubscribes when its %s says so', async (who) => {
		const stream = open();
		await stream.read();
		expect(stream.listeners.size).toBe(1);
		stream[who].abort();
		expect((await stream.reader?.read())?.done).toBe(true);
		expect(stream.listeners.size).toBe(0);
		expect(vi.getTimerCount()).toBe(0);
	});

	it('unsubscribes when its reader is gone', async () => {
		const stream = open();
		await stream.reader?.cancel();
		expect(stream.listeners.size).toBe(0);
		expect(vi.getTimerCount()).toBe(0);
		stream.client.abort();
	});

	it('never subscribes for a client that is gone already', async () => {
		const gone = AbortSignal.abort();
		const stream = open({ signal: gone });
		expect((await stream.reader?.read())?.done).toBe(true);
		expect(stream.listeners.size).toBe(0);
	});

	it('keeps itself alive, and ends when its reader may no longer read', async () => {
		let allowed = true;
		const stream = open({ stillAllowed: () => Promise.resolve(allowed) });
		await stream.read();
		await vi.advanceTimersByTimeAsync(15_000);
		expect(await stream.read()).toBe(': keep-alive\n\n');
		allowed = false;
		await vi.advanceTimersByTimeAsync(15_000);
		expect(await stream.read()).toBe(': keep-alive\n\n');
		expect((await stream.reader?.read())?.done).toBe(true);
		expect(stream.listeners.size).toBe(0);
	});

	it('ends when nobody can tell whether its reader may read', async () => {
		const stream = open({ stillAllowed: () => Promise.reject(new Error('database gone')) });
		await vi.advanceTimersByTimeAsync(15_000);
		expect(stream.listeners.size).toBe(0);
	});

	it('drops a client that falls too far behind, and lets go of what it did not read', async () => {
		const stream = open({ bytesBehindMax: 10_000 });
		const fat = ['x'.repeat(20_000)];
		for (let id = 1; id <= 3; id += 1) {
			stream.publish(change(String(id), fat));
		}
		expect(stream.listeners.size).toBe(1);
		for (let id = 4; id <= 10; id += 1) {
			stream.publish(change(String(id), fat));
		}
		expect(stream.listeners.size).toBe(0);
		await expect(stream.reader?.read()).rejects.toThrow('too slowly');
	});

	it('lets a snapshot larger than the bound pass to a client that reads', async () => {
		const stream = open({ bytesBehindMax: 10_000 });
		await stream.read();
		stream.publish(change('1', ['x'.repeat(200_000)]));
		expect((await stream.read()).length).toBeGreaterThan(200_000);
		expect(stream.listeners.size).toBe(1);
	});

	it('writes a snapshot of many members in pieces that make one event, and whatever comes meanwhile behind it', async () => {
		vi.useRealTimers();
		const members = Array.from({ length: 1_201 }, (_, n) => memberRow(`/m/${n}`));
		const data = { cluster: { id: 'c' } as ClusterView, members, serverAtMs: 7 };
		const stream = open({ keepAliveMs: 1 });
		stream.publish({ id: '1', kind: 'snapshot', data });
		stream.publish(change('2'));
		let text = '';
		while (!text.includes('id: 2')) {
			text += await stream.read();
		}
		const [before, snapshot, ...behind] = text.split('\n\n').filter((part) => !part.startsWith(': keep-alive'));
		expect(before).toBe('retry: 1000');
		expect(snapshot?.split('\n').slice(0, 2)).toEqual(['id: 1', 'event: snapshot']);
		expect(JSON.parse(snapshot?.split('\n')[2]?.replace(/^data: /, '') ?? '')).toEqual(data);
		expect(behind[0]).toContain('id: 2\nevent: change\n');
		expect(stream.listeners.size).toBe(1);
		stream.client.abort();
		expect(stream.listeners.size).toBe(0);
	});

	it('stops writing a snapshot to a client that goes meanwhile', async () => {
		vi.useRealTimers();
		const members = Array.from({ length: 1_201 }, (_, n) => memberRow(`/m/${n}`));
		const stream = open();
		stream.publish({
			id: '1',
			kind: 'snapshot',
			data: { cluster: { id: 'c' } as ClusterView, members, serverAtMs: 7 },
		});
		stream.client.abort();
		let text = '';
		for (let part = await stream.reader?.read(); part && !part.done; part = await stream.reader?.read()) {
			text += new TextDecoder().decode(part.value);
		}
		expect(text).not.toContain('/m/1200');
		expect(stream.listeners.size).toBe(0);
	});
});
