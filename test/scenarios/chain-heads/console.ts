import { expect } from 'vitest';
import { createChainStore } from '@/lib/adapters/audit-store/chain-store';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { systemClock } from '@/lib/adapters/clock';
import { openDatabase } from '@/lib/adapters/database/open';
import type { HeadPace, HeadRecord } from '@/lib/core/chain-heads';
import type { AuditPort, ChainPort, ZooKeeperPort } from '@/lib/core/ports';
import { type ChainHeads, keepChainHeads } from '@/lib/runtime/chain-heads';
import { chainPathsOf, parseHeads } from '@/lib/runtime/chain-heads-znode';
import { auditDraft } from '@/test/adapters/audit-store/temporary-store';
import { eventually } from '@/test/support/zookeeper';

/** Generous: the machine may be busy with other tests. */
export const WAIT_MS = 60_000;

/** Every new entry is worth a head at once. */
export const EAGER: HeadPace = { entriesMin: 1, msMax: 0, msMin: 0 };
/** Heads at the start and at the stop only: an hour is never over in a test. */
export const SELDOM: HeadPace = { entriesMin: 1_000_000, msMax: 3_600_000, msMin: 3_600_000 };

export type Console = {
	readonly place: Place;
	readonly audit: AuditPort;
	readonly chain: ChainPort;
	readonly heads: ChainHeads;
	readonly errors: string[];
	/** Appends n entries; gives the sequence of the last. */
	append(count: number): Promise<number>;
	/** As a clean stop does: its last head, then the database. Idempotent. */
	stop(): Promise<void>;
};

/** Where a console keeps its log and its heads. */
export type Place = { readonly file: string; readonly zk: ZooKeeperPort; readonly rootPath: string };

/** An audit log and the keeper of its heads, as a console has them. `hook` may come between the keeper and the database. */
export async function startConsole(
	place: Place,
	pace: HeadPace,
	name = 'one',
	hook: (chain: ChainPort) => ChainPort = (chain) => chain,
): Promise<Console> {
	const { file, zk, rootPath } = place;
	const database = await openDatabase(`sqlite:${file}`);
	const audit = createAuditStore(database);
	const chain = hook(createChainStore(database));
	const errors: string[] = [];
	const heads = keepChainHeads({
		cluster: 'prod',
		zk,
		rootPath,
		observer: name,
		audit,
		chain,
		clock: systemClock,
		log: (level, _, detail) => {
			if (level === 'error') {
				errors.push(String(detail.detail));
			}
		},
		onFinding: () => undefined,
		pace,
		pollMs: 20,
	});
	let stopped: Promise<void> | null = null;
	async function stop(): Promise<void> {
		await heads.close();
		await audit.close();
		await database.close();
	}
	const console: Console = {
		place,
		audit,
		chain,
		heads,
		errors,
		append: async (count) => {
			const entries = await Promise.all(Array.from({ length: count }, () => audit.append(auditDraft())));
			return entries.at(-1)?.sequence ?? 0;
		},
		stop: () => {
			stopped ??= stop();
			return stopped;
		},
	};
	return console;
}

export async function pathsOf({ chain, place: { rootPath } }: Pick<Console, 'chain' | 'place'>) {
	return chainPathsOf(rootPath, (await chain.end()).chain, 'one', chain.place);
}

/** The heads in ZooKeeper. */
export async function kept(console: Console): Promise<readonly HeadRecord[]> {
	const value = await console.place.zk.read((await pathsOf(console)).document);
	const parsed = value && parseHeads(value.data, (await console.chain.end()).chain);
	return parsed?.kind === 'document' ? parsed.document.heads : [];
}

export const covered = (console: Console, sequence: number) =>
	eventually(
		`a head at ${sequence}`,
		async () => ((await kept(console)).at(-1)?.sequence === sequence ? true : null),
		WAIT_MS,
	);

export const problemOf = (console: Console) => eventually('it is found', () => console.heads.problem(), WAIT_MS);

/** Whatever the console does afterwards, the znode stays as it is. */
export async function nothingIsWritten(console: Console, path: string): Promise<void> {
	const { zk } = console.place;
	const before = await zk.read(path);
	await console.append(3);
	await console.heads.check();
	await console.stop();
	const after = await zk.read(path);
	expect(after?.stat.mzxid).toBe(before?.stat.mzxid);
}

/** A log of 15 entries with heads at 10 and 15, whose console has stopped; the znode's path. */
export async function arranged(place: Place): Promise<string> {
	let console = await startConsole(place, SELDOM);
	await console.append(10);
	await console.stop();
	console = await startConsole(place, SELDOM);
	await eventually('it has looked', async () => ((await console.heads.check()).judgement?.checked === 1 ? true : null));
	await console.append(5);
	await console.stop();
	const again = await openDatabase(`sqlite:${place.file}`);
	const { document } = await pathsOf({ chain: createChainStore(again), place });
	await again.close();
	return document;
}
