import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ensemble } from '@/lib/cli/ensemble';
import { headsHold, toChainHeadsView } from '@/lib/core/chain-heads-view';
import type { ChainPort, ZooKeeperPort } from '@/lib/core/ports';
import { parseHeads } from '@/lib/runtime/chain-heads-znode';
import { auditDraft, streamed } from '@/test/adapters/audit-store/temporary-store';
import { DIALECTS, endPostgres, newDatabase, onDatabase } from '@/test/support/databases';
import { openScenario } from '@/test/support/scenario';
import { connected, eventually, openClient } from '@/test/support/zookeeper';
import { standalone } from '../outbox/outbox-world';
import {
	arranged,
	type Console,
	covered,
	EAGER,
	kept,
	nothingIsWritten,
	type Place,
	pathsOf,
	problemOf,
	SELDOM,
	startConsole,
	WAIT_MS,
} from './console';
import { behindItsBack, cutAfter, rewriteFrom } from './forge';

let ensemble: Ensemble;
let zk: ZooKeeperPort;
let folder: string;
let file: string;
let url: string;
let rootPath: string;
let tests = 0;
let running: Console[] = [];

beforeAll(async () => {
	ensemble = await standalone();
	zk = openClient(ensemble.connect, { sessionTimeoutMs: 20_000 });
	await connected(zk);
});
afterAll(async () => {
	await zk?.close();
	await ensemble?.stop();
	await endPostgres();
});
beforeEach(() => {
	tests += 1;
	rootPath = `/heads-${tests}`;
	folder = mkdtempSync(join(tmpdir(), 'rollcall-heads-'));
	file = join(folder, 'rollcall.db');
	url = `sqlite:${file}`;
	running = [];
});
afterEach(async () => {
	await Promise.all(running.map((console) => console.stop()));
	rmSync(folder, { recursive: true, force: true });
});

async function start(
	...options: Parameters<typeof startConsole> extends [Place, ...infer Rest] ? Rest : never
): Promise<Console> {
	const console = await startConsole({ url, zk, rootPath }, ...options);
	running.push(console);
	return console;
}

describe('heads in ZooKeeper', () => {
	it('are written at the start, soon after a purge was recorded, and at the stop; all agree', async () => {
		const console = await start({ ...SELDOM, msMin: 0 });
		await console.append(3);
		await covered(console, 3);
		const recorded = await console.append(2);
		console.heads.hasten(recorded);
		await covered(console, recorded);
		const last = await console.append(1);
		const { judgement } = await console.heads.check();
		expect(judgement).toMatchObject({
			checked: 2,
			agreeing: 2,
			newest: { sequence: 5, console: 'one' },
			finding: null,
		});
		const { document } = await pathsOf(console);
		const id = (await console.chain.end()).chain;
		await console.stop();
		const parsed = parseHeads((await zk.read(document))?.data ?? new Uint8Array(), id);
		expect(parsed.kind === 'document' && parsed.document.heads.map(({ sequence }) => sequence)).toEqual([3, 5, last]);
		expect(console.errors).toEqual([]);
	});

	it('of two consoles on one database never contradict it, nor each other', async () => {
		const [one, two] = [await start(EAGER, 'one'), await start(EAGER, 'two')];
		const writers = new Set<string>();
		await eventually(
			'both have written heads',
			async () => {
				await Promise.all([one.append(1), two.append(1)]);
				for (const head of await kept(one)) {
					writers.add(head.console);
				}
				const answers = await Promise.all([one.heads.check(), two.heads.check()]);
				for (const { judgement } of answers) {
					// null: ZooKeeper could not be asked just then.
					if (judgement !== null) {
						expect(judgement.finding).toBeNull();
						expect(judgement.agreeing).toBe(judgement.checked);
					}
				}
				return writers.size === 2 && (await kept(one)).length >= 20 ? true : null;
			},
			WAIT_MS,
		);
		await Promise.all([one.stop(), two.stop()]);
		expect([...one.errors, ...two.errors]).toEqual([]);
	});
});

describe('another console that writes a head in the middle of a look', () => {
	it.each<[string, (chain: ChainPort, between: () => Promise<void>) => Partial<ChainPort>]>([
		[
			'before what is remembered is read',
			(chain, between) => ({ remembered: (cluster) => between().then(() => chain.remembered(cluster)) }),
		],
		[
			'after the hashes are read',
			(chain, between) => ({
				hashes: async (sequences) => {
					const hashes = await chain.hashes(sequences);
					await between();
					return hashes;
				},
			}),
		],
	])('%s, is neither taken for a fault nor overwritten', async (_, hooked) => {
		const two = await start(EAGER, 'two');
		await covered(two, await two.append(1));
		let came: 'not yet' | 'now' | 'over' = 'not yet';
		async function between(): Promise<void> {
			if (came === 'not yet') {
				came = 'now';
				await covered(two, await two.append(1));
				const remembered = async () => ((await two.chain.remembered('prod'))?.sequence === 2 ? true : null);
				await eventually('it is remembered', remembered);
				came = 'over';
			}
		}
		const one = await start(EAGER, 'one', (chain) => ({ ...chain, ...hooked(chain, between) }));
		await eventually('it came between', () => (came === 'over' ? true : null));
		await two.stop();
		const last = await one.append(1);
		await covered(one, last);
		const heads = await kept(one);
		expect(heads.map(({ sequence, console }) => [sequence, console])).toEqual([
			[1, 'two'],
			[2, 'two'],
			[last, 'one'],
		]);
		expect(one.errors).toEqual([]);
	});
});

/** The same place, and nothing in it. */
async function replaceByEmpty(): Promise<void> {
	if (url.startsWith('sqlite:')) {
		rmSync(file);
		return;
	}
	await onDatabase(url, 'drop schema public cascade; create schema public');
}

describe('what was done to the database alone is found, though its chain is whole', () => {
	describe.each(DIALECTS)('on %s', (dialect) => {
		beforeEach(async () => {
			if (dialect === 'postgres') {
				({ url } = await newDatabase(dialect));
			}
		});

		it.each([
			['an entry rewritten, the chain after it computed anew', () => rewriteFrom(url, 12), 'rewritten', 15],
			['the newest entries cut off, with a head to match', () => cutAfter(url, 12), 'missing', 12],
		])('%s', async (_, forge, how, entries) => {
			const document = await arranged({ url, zk, rootPath });
			await forge();
			const console = await start(EAGER);
			expect(await console.audit.verify()).toMatchObject({ ok: true, entries, firstBroken: null });
			expect(await problemOf(console)).toMatchObject({ code: 'audit-contradicted' });
			const answer = await console.heads.check();
			expect(answer.judgement).toMatchObject({
				checked: 2,
				agreeing: 1,
				finding: { kind: 'contradicted', sequence: 15, agreesUpTo: 10, how },
			});
			const view = toChainHeadsView([answer]);
			expect(view.contradicted).toEqual({ sequence: 15, agreesUpTo: 10, cluster: 'prod' });
			expect(headsHold(view)).toBe(false);
			expect(console.errors.join()).toContain('entry 15');
			await nothingIsWritten(console, document);
		});

		it.each([
			['the database replaced by an empty one', async () => replaceByEmpty()],
			[
				'a chain computed anew under another id',
				async () => {
					await rewriteFrom(url, 1);
					await behindItsBack(url, async (run) => {
						await run(`update audit_chain set chain = '${'e'.repeat(32)}'`);
						await run('delete from audit_chain_heads');
					});
				},
			],
		])('%s; once the note of the old chain is removed, heads begin', async (_, replace) => {
			const document = await arranged({ url, zk, rootPath });
			await replace();
			const console = await start(EAGER);
			await console.append(1);
			expect(await problemOf(console)).toMatchObject({ code: 'audit-heads-lost' });
			const answer = await console.heads.check();
			expect(answer.judgement?.finding).toMatchObject({ kind: 'replaced', chain: document.slice(-32) });
			expect(headsHold(toChainHeadsView([answer]))).toBe(false);
			expect(await kept(console)).toEqual([]);
			await zk.remove((await pathsOf(console)).place, -1);
			await eventually('it is heard', async () =>
				(await console.heads.check()).judgement?.finding === null ? true : null,
			);
			await covered(console, await console.append(1));
			// What the old chain had is still there to be shown.
			expect(await zk.stat(document)).not.toBeNull();
		});
	});

	it('a rewrite while a console runs is found at its next head, which is not written', async () => {
		const console = await start(EAGER);
		await console.append(8);
		await covered(console, 8);
		await rewriteFrom(url, 4);
		await console.append(1);
		expect(await problemOf(console)).toMatchObject({ code: 'audit-contradicted' });
		await nothingIsWritten(console, (await pathsOf(console)).document);
	});

	it('the file replaced by an older copy of itself', async () => {
		const first = await start(SELDOM);
		await first.append(4);
		await first.stop();
		copyFileSync(file, join(folder, 'older.db'));
		const second = await start(SELDOM);
		await second.append(4);
		await second.stop();
		rmSync(file);
		copyFileSync(join(folder, 'older.db'), file);
		const console = await start(EAGER);
		await problemOf(console);
		expect((await console.heads.check()).judgement?.finding).toMatchObject({ kind: 'contradicted', how: 'missing' });
	});
});

describe('what was done to ZooKeeper is told', () => {
	it.each<[string, (path: string) => Promise<unknown>, unknown]>([
		['the znode deleted', (path) => zk.remove(path, -1), { kind: 'lost', remembered: 15, found: null }],
		[
			'an older document in its place',
			async (path) => {
				const text = (await zk.read(path))?.data.toString() ?? '';
				const { chain, heads } = JSON.parse(text);
				await zk.set(path, Buffer.from(JSON.stringify({ chain, heads: heads.slice(0, 1) })), -1);
			},
			{ kind: 'lost', remembered: 15, found: 10 },
		],
		['garbage in its place', (path) => zk.set(path, Buffer.from('{"heads":[]}'), -1), { kind: 'unreadable' }],
	])('%s; nothing is begun anew until a person empties it, and that is recorded', async (_, harm, finding) => {
		const document = await arranged({ url, zk, rootPath });
		await harm(document);
		const console = await start(EAGER);
		expect(await problemOf(console)).toMatchObject({ code: 'audit-heads-lost' });
		expect((await console.heads.check()).judgement?.finding).toEqual(finding);
		await nothingIsWritten(console, document);
		await ((await zk.stat(document))
			? zk.set(document, Buffer.alloc(0), -1)
			: zk.create(document, Buffer.alloc(0), 'persistent'));
		const again = await start(EAGER);
		await eventually('heads again', async () => ((await kept(again)).length > 0 ? true : null));
		const entries = await streamed(again.audit);
		expect(entries.filter(({ action }) => action === 'audit.heads-anew')).toMatchObject([
			{ cluster: 'prod', detail: { path: document, lastWritten: 15 } },
		]);
		expect(again.heads.problem()).toBeNull();
	});
});

describe('a console', () => {
	it('shows what is found as an impairment of its cluster', async () => {
		const scenario = () => openScenario({ ensemble, database: url, cluster: 'shown', registrations: [] });
		const first = await scenario();
		await first.audit.append(auditDraft());
		await eventually('a head', async () => ((await first.cluster.checkHeads()).judgement?.checked ? true : null));
		await first.close();
		await rewriteFrom(url, 1);
		const second = await scenario();
		const codes = () => second.cluster.view().impairments.map(({ code }) => code);
		await eventually('it is shown', () => (codes().includes('audit-contradicted') ? true : null));
		await second.close();
	});

	it('goes on recording while ZooKeeper is away, says that it cannot compare, and writes when it is back', async () => {
		const console = await start(EAGER);
		await covered(console, await console.append(2));
		ensemble.servers[0]?.kill('SIGKILL');
		await eventually('it is away', () => (zk.state().kind === 'connecting' ? true : null));
		const last = await console.append(5);
		const view = toChainHeadsView([await console.heads.check()]);
		expect(view).toMatchObject({ unreachable: ['prod'], contradicted: null });
		await ensemble.servers[0]?.start();
		await connected(zk);
		await covered(console, last);
		expect(console.errors).toEqual([]);
	});
});
