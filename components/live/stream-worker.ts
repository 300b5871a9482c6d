import { createStreamHub, type HubReader, type StreamHub } from './stream-hub';
import { type TabMessage, WORKER_TICK_MS } from './worker-protocol';

const hubs = new Map<string, StreamHub>();

function hubOf(cluster: string): StreamHub {
	const known = hubs.get(cluster) ?? createStreamHub(cluster);
	hubs.set(cluster, known);
	return known;
}

/** A tab's port: it watches one cluster, and the same worker may serve it another port for another. */
function serve(port: MessagePort): void {
	let reader: HubReader | null = null;
	let hub: StreamHub | null = null;
	port.onmessage = ({ data }: MessageEvent<TabMessage>) => {
		switch (data.kind) {
			case 'watch':
				reader?.leave();
				hub = hubOf(data.cluster);
				reader = hub.join((message) => port.postMessage(message));
				return;
			case 'sign-out':
				for (const each of hubs.values()) each.signOut();
				return;
			case 'retry':
				hub?.retry();
				return;
			case 'leave':
				reader?.leave();
				port.close();
				return;
			default:
				reader?.[data.kind]();
		}
	};
	// A tab that crashed says nothing; newer browsers do, in its place.
	port.addEventListener('close', () => reader?.leave());
}

function tick(): void {
	for (const [cluster, hub] of hubs) {
		if (hub.isIdle()) hubs.delete(cluster);
		else hub.tick();
	}
}

/** The one worker of all tabs of a browser that show this console. */
setInterval(tick, WORKER_TICK_MS);
globalThis.addEventListener('connect', (event) => {
	for (const port of (event as MessageEvent).ports) serve(port);
});
