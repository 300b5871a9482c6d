import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Ensemble } from '@/lib/cli/ensemble';
import { toHex } from '@/lib/core/ids';
import { endPostgres } from '@/test/support/databases';
import { eventually } from '@/test/support/zookeeper';
import { KILL_POINTS, type KillPoint } from './kill-point';
import { type OutboxWorld, outboxWorld, purgeDraft, standalone } from './outbox-world';

const SCRIPT = fileURLToPath(new URL('draining-process.ts', import.meta.url));
/** Kills of one seed: each kill point three times. */
const KILLS = 18;

let ensemble: Ensemble;
beforeAll(async () => {
	ensemble = await standalone();
});
afterAll(async () => {
	await ensemble?.stop();
	await endPostgres();
});

/** Deterministic, so that a failure can be repeated (mulberry32). */
function randomOf(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** Runs a draining process until it has killed itself; with the point 'never', kills it `delayMs` after it began. */
async function drainUntilKilled(world: OutboxWorld, point: KillPoint, nth: number, delayMs: number): Promise<void> {
	const child = spawn(
		process.execPath,
		['--import', 'tsx', SCRIPT, ensemble.connect, world.outboxPath, world.store.url, point, String(nth)],
		{ stdio: ['ignore', 'pipe', 'inherit'] },
	);
	const ended = once(child, 'close');
	await Promise.race([once(child.stdout, 'data'), ended]);
	const timer = setTimeout(() => child.kill('SIGKILL'), point === 'never' ? delayMs : 30_000);
	const [, signal] = await ended;
	clearTimeout(timer);
	expect(signal, `${point} ${nth}`).toBe('SIGKILL');
}

it.each([
	['sqlite', 11],
	['postgres', 22],
] as const)(
	'a drain killed at every step, again and again, records each entry exactly once and in order (%s, seed %i)',
	async (dialect, seed) => {
		const random = randomOf(seed);
		const world = await outboxWorld(ensemble, `/killed-${seed}`, dialect);
		try {
			const written: { key: string; zxid: string }[] = [];
			for (let kill = 0; kill < KILLS; kill++) {
				for (let index = 0; index < 12; index++) {
					const key = `attempt-${kill}-${index}`;
					const stat = await world.zk.stat(await world.commit(purgeDraft(key)));
					written.push({ key, zxid: toHex(stat?.czxid ?? 0n) });
				}
				const point = KILL_POINTS[kill % KILL_POINTS.length] ?? 'never';
				await drainUntilKilled(world, point, 1 + Math.floor(random() * 10), random() * 150);
			}
			world.drain();
			await eventually('the outbox is empty', async () => ((await world.names()).length === 0 ? true : null));
			const recorded = (await world.recorded()).map(({ key, zxid }) => ({ key, zxid }));
			expect(recorded).toEqual(written);
			expect(await world.store.audit.verify()).toMatchObject({ ok: true, entries: written.length, firstBroken: null });
		} finally {
			await world.end();
		}
	},
	600_000,
);
