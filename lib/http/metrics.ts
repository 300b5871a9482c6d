import { createHash, timingSafeEqual } from 'node:crypto';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { VERDICTS } from '@/lib/core/reason';
import { rollcall } from '@/lib/runtime/rollcall';

const KEY = Symbol.for('rollcall.metrics');
type Holder = { [KEY]?: Registry };

/** The process's registry, made at the first scrape and shared between Next's module copies. */
export function metricsRegistry(): Registry {
	const holder = globalThis as Holder;
	holder[KEY] ??= createRegistry();
	return holder[KEY];
}

/** Gauges are read from the running console at each scrape, so that none can go stale. */
function createRegistry(): Registry {
	const registers = [new Registry()];
	const [registry] = registers as [Registry];
	collectDefaultMetrics({ register: registry });
	new Gauge({
		name: 'rollcall_members',
		help: 'Members by verdict, those that left within ten minutes included.',
		labelNames: ['cluster', 'verdict'] as const,
		registers,
		collect() {
			this.reset();
			for (const cluster of rollcall()?.clusters.values() ?? []) {
				const { counts } = cluster.view();
				for (const verdict of VERDICTS) {
					this.set({ cluster: cluster.id, verdict }, counts[verdict]);
				}
			}
		},
	});
	new Gauge({
		name: 'rollcall_following',
		help: '1 while the registrations of the cluster are being watched over a live ZooKeeper session, else 0.',
		labelNames: ['cluster'] as const,
		registers,
		collect() {
			this.reset();
			for (const cluster of rollcall()?.clusters.values() ?? []) {
				this.set({ cluster: cluster.id }, cluster.view().ensemble.following ? 1 : 0);
			}
		},
	});
	new Gauge({
		name: 'rollcall_sweep_complete',
		help: '1 while the sweeps of the ensemble are complete, which every proof needs, else 0.',
		labelNames: ['cluster'] as const,
		registers,
		collect() {
			this.reset();
			for (const cluster of rollcall()?.clusters.values() ?? []) {
				this.set({ cluster: cluster.id }, cluster.view().ensemble.sweepComplete ? 1 : 0);
			}
		},
	});
	new Gauge({
		name: 'rollcall_streams',
		help: 'Event streams of the cluster that are open: one a browser, however many tabs it has.',
		labelNames: ['cluster'] as const,
		registers,
		collect() {
			this.reset();
			for (const cluster of rollcall()?.clusters.values() ?? []) {
				this.set({ cluster: cluster.id }, cluster.streams());
			}
		},
	});
	return registry;
}

/** Whether the request bears ROLLCALL_METRICS_TOKEN; false when none is set. */
export function bearsMetricsToken(headers: Headers, token: string | undefined): boolean {
	const given = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
	return token !== undefined && token !== '' && given !== undefined && timingSafeEqual(sha256(given), sha256(token));
}

function sha256(text: string): Buffer {
	return createHash('sha256').update(text).digest();
}
