import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '@/lib/adapters/clock';
import type { EnsembleServer } from '@/lib/cli/ensemble';
import type { ZooKeeperOp } from '@/lib/core/ports';
import { stopProcess } from '@/test/support/stop-process';
import { credulous, hooked, type Purger, purge, recordsOf, Scene, until } from './world';

let scene: Scene;

beforeAll(async () => {
	scene = await Scene.open();
});
afterAll(async () => {
	await scene?.close();
});

const lost = { kind: 'unknown', detail: 'the answer was lost' } as const;

/** Applies a hook to the purge's own multis alone, not to the check or the write that resolve an attempt. */
const isPurge = (ops: readonly ZooKeeperOp[]) => ops.length > 3;

describe('an answer that is lost', () => {
	it('after the commit: the record tells, and nothing is done twice', async () => {
		const purger = await scene.purger('lost-after');
		const victim = await scene.register('lost-after', '/app/members/m');
		const request = credulous(victim);
		const losing = hooked(purger, {
			answer: async (real) => {
				await real();
				return lost;
			},
		});
		const result = await purge(losing, request);
		expect(result).toMatchObject({ kind: 'committed', attempts: 1, removed: [victim.path] });
		const outboxPath = result.kind === 'committed' ? result.outboxPath : null;
		expect(result.kind === 'committed' && result.zxid).toBe((await purger.zk.stat(outboxPath ?? '/none'))?.czxid);
		expect(await recordsOf(purger.zk, request.attemptId)).toBe(1);
	});

	it('before the commit: the attempt is void, everything is verified again, and the next one commits', async () => {
		const purger = await scene.purger('lost-before');
		const victim = await scene.register('lost-before', '/app/members/m');
		const request = credulous(victim);
		const verified: number[] = [];
		let armed = true;
		const losing = hooked(purger, {
			answer: async (real, ops) => {
				if (armed && isPurge(ops)) {
					armed = false;
					return lost;
				}
				return real();
			},
		});
		const result = await purge(losing, {
			...request,
			verifyAgain: async (attempt) => {
				verified.push(attempt);
				return { kind: 'verified' };
			},
		});
		expect(result).toMatchObject({ kind: 'committed', attempts: 2 });
		expect(verified).toEqual([2]);
		expect(await recordsOf(purger.zk, request.attemptId)).toBe(1);
	});

	it('a request that arrives after its attempt was called void commits nothing', async () => {
		const purger = await scene.purger('lost-late');
		const victim = await scene.register('lost-late', '/app/members/m');
		const request = credulous(victim);
		const late: ZooKeeperOp[] = [];
		const holding = hooked(purger, {
			answer: async (real, ops) => {
				if (isPurge(ops)) {
					late.push(...ops);
					return lost;
				}
				return real();
			},
		});
		const result = await purge(holding, {
			...request,
			verifyAgain: async () => ({ kind: 'refuse', reason: 'evidence-expired', detail: 'it answers again' }),
		});
		expect(result).toMatchObject({ kind: 'refused', reason: 'evidence-expired' });
		// Nothing else has changed in the tree: without the voiding this would remove the member behind the caller's back.
		const counters = late.findIndex((op) => op.path === purger.deps.paths.counters);
		expect(await purger.zk.multi(late)).toEqual({ kind: 'failed', index: counters, code: 'bad-version' });
		expect((await purger.zk.stat(victim.path))?.czxid).toBe(victim.czxid);
		expect(await recordsOf(purger.zk, request.attemptId)).toBe(0);
	});

	it('and cannot be found out within the deadline: says that it may have happened', async () => {
		const purger = await scene.purger('lost-for-good');
		const victim = await scene.register('lost-for-good', '/app/members/m');
		const losing = hooked(purger, { answer: async () => lost });
		// A clock that hastens, so that the deadline is a matter of a second here.
		const clock = { ...systemClock, nowMs: () => systemClock.nowMs() * 50 };
		const deps = {
			...losing.deps,
			clock,
			findAttempts: async () => {
				throw new Error('the database is gone');
			},
		};
		expect(await purge({ ...losing, deps }, credulous(victim))).toMatchObject({
			kind: 'failed',
			reason: 'connection',
			unresolved: true,
			detail: 'the answer was lost; whether it committed could not be found out: the database is gone',
		});
	});
});

describe('the turn of the decision', () => {
	it('does not come while the leader is slow', async () => {
		const purger = await scene.purger('slow');
		const victim = await scene.register('slow', '/app/members/m');
		let decisions = 0;
		const request = credulous(victim);
		const result = await purge(hooked(purger, { slowerMs: 250 }), {
			...request,
			decideNow: (turn) => {
				decisions += 1;
				return request.decideNow(turn);
			},
		});
		expect(result).toMatchObject({ kind: 'refused', reason: 'leader-slow' });
		expect(decisions).toBe(0);
		expect(await purger.zk.stat(victim.path)).not.toBeNull();
	});

	it('can refuse, and comes again with fresh evidence when only its age spoke against it', async () => {
		const purger = await scene.purger('decisions');
		const victim = await scene.register('decisions', '/app/members/m');
		const request = credulous(victim);
		const refusing = { kind: 'refuse', reason: 'guard', detail: 'the blast radius is used up' } as const;
		expect(await purge(purger, { ...request, decideNow: () => refusing })).toMatchObject({
			kind: 'refused',
			reason: 'guard',
			detail: 'the blast radius is used up',
		});
		let age = 0;
		const aged = await purge(purger, {
			...request,
			decideNow: (turn) => {
				age += 1;
				return age === 1
					? { kind: 'refuse', reason: 'evidence-expired', detail: 'evidence is 2,100 ms old' }
					: request.decideNow(turn);
			},
		});
		expect(aged).toMatchObject({ kind: 'committed', attempts: 2 });
	});

	it('a fault in the decision is no fault of ZooKeeper, and removes nothing', async () => {
		const purger = await scene.purger('faulty');
		const victim = await scene.register('faulty', '/app/members/m');
		const decideNow = () => {
			throw new TypeError('a bug');
		};
		await expect(purge(purger, { ...credulous(victim), decideNow })).rejects.toThrow('a bug');
		expect(await purger.zk.stat(victim.path)).not.toBeNull();
	});
});

describe('a server that dies or stalls with the multi under way', () => {
	/** A purger that is connected to this server alone, so that what happens to it is known. */
	async function purgerOf(name: string): Promise<{ purger: Purger; server: EnsembleServer }> {
		const purger = await scene.purger(name);
		const state = purger.zk.state();
		const server = scene.ensemble.servers.find(
			({ clientPort }) => state.kind === 'connected' && state.server.endsWith(`:${clientPort}`),
		);
		if (server === undefined) {
			throw new Error('the purger is connected to no server of this ensemble');
		}
		return { purger, server };
	}

	async function expectTruth(purger: Purger, request: ReturnType<typeof credulous>, kind: string): Promise<void> {
		const records = await recordsOf(purger.zk, request.attemptId);
		const there = await scene.stale.stat(`${request.incarnation.path}`);
		expect(records).toBeLessThanOrEqual(1);
		expect({ kind, records }).toEqual({ kind, records: kind === 'committed' ? 1 : 0 });
		expect(there).toBeNull();
	}

	it('kill -9: the outcome is found out, and is the truth', async () => {
		const tally: string[] = [];
		for (let round = 0; round < 6; round += 1) {
			const name = `killed-${round}`;
			const { purger, server } = await purgerOf(name);
			const victim = await scene.register(name, '/app/members/m');
			const request = credulous(victim);
			const results: string[] = [];
			let armed = true;
			const killing = hooked(purger, {
				onSent: () => {
					if (armed) {
						armed = false;
						setTimeout(() => server.kill('SIGKILL'), round);
					}
				},
				onResult: (result) => void results.push(result.kind),
			});
			const result = await purge(killing, request);
			tally.push(`${results.join(' ')} -> ${result.kind}`);
			await until('the killed server is gone', () => server.pid() === null);
			await server.start();
			expect(result.kind).toBe('committed');
			await until('connected', () => purger.zk.state().kind === 'connected');
			await expectTruth(
				purger,
				{ ...request, incarnation: { ...victim, path: `/${name}${victim.path}` } },
				result.kind,
			);
		}
		process.stdout.write(`kill -9 during the multi: ${tally.join('; ')}\n`);
	}, 300_000);

	it('SIGSTOP: a request that lies in a stopped server cannot commit after it was called void', async () => {
		const { purger, server } = await purgerOf('stopped');
		const victim = await scene.register('stopped', '/app/members/m');
		const request = credulous(victim);
		const results: string[] = [];
		let armed = true;
		const stopping = hooked(purger, {
			beforeMulti: async () => {
				if (armed) {
					armed = false;
					await stopProcess(server.pid());
				}
			},
			onResult: (result) => void results.push(result.kind),
		});
		let result: Awaited<ReturnType<typeof purge>>;
		try {
			result = await purge(stopping, request);
		} finally {
			server.kill('SIGCONT');
		}
		process.stdout.write(`SIGSTOP before the multi: ${results.join(', ')} -> ${result.kind}\n`);
		expect(results[0]).toBe('unknown');
		await systemClock.sleep(3_000);
		await until('connected', () => purger.zk.state().kind === 'connected');
		await expectTruth(purger, { ...request, incarnation: { ...victim, path: `/stopped${victim.path}` } }, result.kind);
		expect(result.kind).toBe('committed');
	}, 300_000);
});
