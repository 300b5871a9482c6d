import type { ClusterView, MemberRow } from '../core/view';
import type { ConsoleClient } from './console-client';

/** The cluster as its events tell it, with the instant at which each member's verdict was first seen or it left. */
export type Follower = {
	cluster(): ClusterView | null;
	row(path: string): MemberRow | null;
	rows(): MemberRow[];
	/** performance.now() at which `holds` was first true; rejects after `withinMs`. */
	until(what: string, holds: () => boolean, withinMs: number): Promise<number>;
	stop(): void;
};

export function followCluster(client: ConsoleClient, clusterId: string): Follower {
	const stop = new AbortController();
	const rows = new Map<string, MemberRow>();
	const waiting = new Set<(atMs: number) => void>();
	let cluster: ClusterView | null = null;
	let failed: unknown = null;

	const following = client
		.follow(clusterId, stop.signal, (event) => {
			cluster = event.cluster ?? cluster;
			for (const row of event.rows) {
				rows.set(row.path, row);
			}
			for (const path of event.removed) {
				rows.delete(path);
			}
			for (const check of waiting) {
				check(event.atMs);
			}
		})
		.catch((error: unknown) => {
			failed = error;
		});

	return {
		cluster: () => cluster,
		row: (path) => rows.get(path) ?? null,
		rows: () => [...rows.values()],
		until(what, holds, withinMs) {
			return new Promise((resolve, reject) => {
				const check = (atMs: number) => {
					if (holds()) {
						waiting.delete(check);
						clearTimeout(timer);
						resolve(atMs);
					}
				};
				const timer = setTimeout(() => {
					waiting.delete(check);
					const seen = [...rows.values()].map((row) => `${row.path} ${row.verdict} ${row.reasons.join(',')}`);
					reject(
						new Error(
							`not within ${withinMs} ms: ${what}. ${failed ? String(failed) : ''}\n${seen.slice(0, 40).join('\n')}\n${JSON.stringify(cluster)?.slice(0, 2_000)}`,
						),
					);
				}, withinMs);
				waiting.add(check);
				check(performance.now());
			});
		},
		stop() {
			stop.abort();
			void following;
		},
	};
}
