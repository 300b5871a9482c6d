import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIALECTS, endPostgres } from '@/test/support/databases';
import { withStatus } from '@/test/support/webhook-receiver';
import { eventually } from '@/test/support/zookeeper';
import { keysOf, startWorld, WAIT_MS, type World } from './world';

const SCRIPT = fileURLToPath(new URL('delivering-process.ts', import.meta.url));
/** Another console waits 24 s before it takes over: not quite so long here. */
const FACTOR = 20;

afterAll(endPostgres);

describe.each(DIALECTS)('a console that is killed while it delivers (%s)', (dialect) => {
	let world: World;
	const children: ChildProcess[] = [];
	beforeEach(async () => {
		world = await startWorld(dialect, FACTOR);
	});
	afterEach(async () => {
		for (const child of children.splice(0)) {
			child.kill('SIGKILL');
		}
		await world.close();
	});

	async function startDelivering(): Promise<ChildProcess> {
		const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, world.store.url, String(FACTOR)], {
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		children.push(child);
		await once(child.stdout, 'data');
		return child;
	}

	async function kill(child: ChildProcess): Promise<void> {
		const ended = once(child, 'close');
		child.kill('SIGKILL');
		await ended;
	}

	it('killed between a delivery and the note of it, it has the next one deliver it again under the same id, and nothing is skipped', async () => {
		await world.add();
		// This process only looks after the webhook and the log; it delivers nothing.
		await world.keeper.close();
		const first = await startDelivering();
		const killed = new Promise<void>((resolve) => {
			world.receiver.answer((response) => {
				if (world.receiver.received.length === 5) {
					// The fifth has arrived; its answer is never read.
					first.kill('SIGKILL');
					first.once('close', () => resolve());
				}
				response.writeHead(204).end();
			});
		});
		const entries = await world.append(12);
		await killed;
		world.receiver.answer(withStatus(204));
		const keys = keysOf(entries);
		const before = world.receiver.ids();
		expect(before.at(-1)).toBe(keys[4]);
		const second = await startDelivering();
		await eventually('all of them', () => (world.receiver.ids().at(-1) === keys.at(-1) ? true : null), WAIT_MS);
		const after = world.receiver.ids().slice(before.length);
		expect(after, 'the one whose answer was lost is among those that come again').toContain(keys[4]);
		expect(after, 'from there on each, in order').toEqual(keys.slice(keys.indexOf(after[0] ?? '')));
		expect([...new Set(world.receiver.ids())]).toEqual(keys);
		await kill(second);
	});

	it('of two, the other one goes on where the killed one stood', async () => {
		await world.add();
		await world.keeper.close();
		const [first, second] = await Promise.all([startDelivering(), startDelivering()]);
		const keys: string[] = [];
		for (const victim of [first, second]) {
			keys.push(...keysOf(await world.append(10)));
			await eventually(
				'all of them',
				() => (keys.every((key) => world.receiver.ids().includes(key)) ? true : null),
				WAIT_MS,
			);
			await kill(victim);
			if (victim === first) {
				keys.push(...keysOf(await world.append(10)));
				await eventually('the rest', () => (world.receiver.ids().includes(keys.at(-1) ?? '') ? true : null), WAIT_MS);
			}
		}
		expect([...new Set(world.receiver.ids())], 'repeated perhaps, never skipped, never in another order').toEqual(keys);
	});
});
