import { boundText } from '../core/audit-bounds';
import type { ChainHead } from '../core/audit-chain';
import {
	appendHead,
	HEADS_BOUNDS,
	type HeadPace,
	type HeadRecord,
	type HeadsFinding,
	type HeadsJudgement,
	isHeadDue,
	judgeHeads,
} from '../core/chain-heads';
import type { ClusterHeads } from '../core/chain-heads-view';
import type { AuditPort, ChainPort, Clock, ZooKeeperPort } from '../core/ports';
import { describeHeads } from './chain-heads-text';
import { type ChainPaths, chainPathsOf, type FoundHeads, notePlace, readHeads, writeHeads } from './chain-heads-znode';

const POLL_MS = 1_000;
/** All heads are compared at least so often, also when there is nothing to write. */
const LOOK_MS = 3_600_000;
/** While something is found: a person may have set it right. */
const LOOK_AGAIN_MS = 60_000;
const RETRY_MS_MAX = 60_000;
/** Another console may be first, each time. */
const WRITE_TRIES = 3;
/** What a comparison may take that somebody waits for. */
const CHECK_MS = 10_000;
/** What a stop waits for its last head. */
const CLOSE_MS = 3_000;

export type ChainHeadsDeps = {
	readonly cluster: string;
	readonly zk: ZooKeeperPort;
	readonly rootPath: string;
	/** Name of this console. */
	readonly observer: string;
	readonly audit: AuditPort;
	readonly chain: ChainPort;
	readonly clock: Clock;
	readonly log: (level: 'info' | 'warn' | 'error', message: string, detail: Readonly<Record<string, unknown>>) => void;
	/** What is found has changed. Must not throw. */
	readonly onFinding: () => void;
	/** HEAD_PACE when not given. */
	readonly pace?: HeadPace | undefined;
	/** Between two looks at whether a head is due, ms. */
	readonly pollMs?: number | undefined;
};

export type HeadsProblem = { readonly code: 'audit-contradicted' | 'audit-heads-lost'; readonly detail: string };

export type ChainHeads = {
	/** Compares every head in this ensemble with the database now; answers within 10 s. Never rejects. */
	check(): Promise<ClusterHeads>;
	/** What the last comparison found; null: all agree, or there was none yet. */
	problem(): HeadsProblem | null;
	/** What was recorded up to this entry should be covered within seconds. */
	hasten(sequence: number): void;
	/** Writes a last head if it can within 3 s, and ends. Idempotent. */
	close(): Promise<void>;
};

type Look = {
	readonly found: FoundHeads;
	readonly remembered: ChainHead | null;
	readonly judgement: HeadsJudgement;
	readonly paths: ChainPaths;
	readonly chain: string;
};

/**
 * Keeps heads of the database's chain in one cluster's ensemble. Before each write all that is there is compared with the
 * database, at the version that is then written: a head that the database contradicts is never built upon.
 */
export function keepChainHeads(deps: ChainHeadsDeps): ChainHeads {
	const { zk, chain, clock, cluster } = deps;
	const stop = new AbortController();
	let finding: HeadsFinding | null = null;
	let problem: HeadsProblem | null = null;
	/** The newest head that is known to be in ZooKeeper, and when this console learned of it. */
	let newest: { readonly sequence: number; readonly sinceMs: number } | null = null;
	let lookedAtMs = Number.NEGATIVE_INFINITY;
	/** Up to this entry it should not wait. */
	let hastenedUpTo = 0;
	let closing: Promise<void> | null = null;
	let turns: Promise<unknown> = Promise.resolve();

	/** One at a time: two looks at once could tell an older finding last. */
	function inTurn<T>(work: () => Promise<T>): Promise<T> {
		const turn = turns.then(work);
		turns = turn.catch(() => undefined);
		return turn;
	}

	function tell(found: HeadsFinding | null, paths: ChainPaths): void {
		if (JSON.stringify(found) === JSON.stringify(finding)) {
			return;
		}
		finding = found;
		problem = found && {
			code: found.kind === 'contradicted' ? 'audit-contradicted' : 'audit-heads-lost',
			detail: describeHeads(found, paths),
		};
		if (problem === null) {
			deps.log('warn', 'the audit log and the heads in ZooKeeper agree again', { cluster });
		} else {
			deps.log('error', 'the audit log and the heads in ZooKeeper do not agree; no more are written', {
				cluster,
				finding: problem.code,
				detail: problem.detail,
			});
		}
		deps.onFinding();
	}

	/** The order of the reads is what keeps an honest log from ever being accused: see judgeHeads. */
	async function look(): Promise<Look> {
		const id = (await chain.end()).chain;
		const paths = chainPathsOf(deps.rootPath, id, deps.observer, chain.place);
		const remembered = await chain.remembered(cluster);
		const found = await readHeads(zk, paths, id);
		const heads = found.kept.kind === 'document' ? found.kept.document.heads : [];
		const hashes = await chain.hashes(heads.map(({ sequence }) => sequence));
		const { kept, writtenHere } = found;
		const judgement = judgeHeads({ chain: id, kept, writtenHere, remembered, hashes });
		tell(judgement.finding, paths);
		lookedAtMs = clock.nowMs();
		const sequence = judgement.newest?.sequence ?? 0;
		if (newest === null) {
			newest = { sequence, sinceMs: Number.NEGATIVE_INFINITY };
		} else if (newest.sequence !== sequence) {
			newest = { sequence, sinceMs: lookedAtMs };
		}
		const result: Look = { found, remembered, judgement, paths, chain: id };
		if (judgement.finding === null && judgement.newest !== null) {
			await settle(result, judgement.newest, false);
		}
		return result;
	}

	/** Notes, where it is missing, that this head is in ZooKeeper. */
	async function settle(from: Look, head: HeadRecord, anew: boolean): Promise<void> {
		if (anew || from.remembered === null || from.remembered.sequence < head.sequence) {
			await chain.remember(cluster, head, { anew });
		}
		if (from.found.writtenHere === null) {
			await notePlace(zk, from.paths, from.chain);
		}
	}

	function isDue(end: ChainHead): boolean {
		const { sequence, sinceMs } = newest ?? { sequence: 0, sinceMs: Number.NEGATIVE_INFINITY };
		const sinceHeadMs = clock.nowMs() - sinceMs;
		return isHeadDue(
			{ newEntries: end.sequence - sequence, sinceHeadMs, hastened: hastenedUpTo > sequence },
			deps.pace,
		);
	}

	/** Compares, then writes the chain's end if it is due, or `always` when there are new entries. */
	async function seal(always: boolean): Promise<void> {
		for (let tries = 0; tries < WRITE_TRIES; tries++) {
			const from = await look();
			if (from.judgement.finding !== null) {
				return;
			}
			const anew = from.found.kept.kind === 'emptied' && from.remembered !== null;
			if (anew) {
				await recordAnew(deps, from);
			}
			const { head } = await chain.end();
			if (!anew && !always && !isDue(head)) {
				return;
			}
			const atMs = Math.round(clock.wallMs());
			const record: HeadRecord = { ...head, atMs, console: boundText(deps.observer, HEADS_BOUNDS.consoleMax) };
			const before = from.found.kept.kind === 'document' ? from.found.kept.document : null;
			const document = head.sequence === 0 ? null : appendHead(before, from.chain, record);
			if (document === null) {
				return;
			}
			if (await writeHeads(zk, from.paths, document, from.found)) {
				newest = { sequence: head.sequence, sinceMs: clock.nowMs() };
				await settle(from, record, anew);
				return;
			}
		}
	}

	/** Whether ZooKeeper has to be asked at all: a poll costs one point read of the database. */
	async function isTime(): Promise<boolean> {
		const sinceLookMs = clock.nowMs() - lookedAtMs;
		if (finding !== null || sinceLookMs >= LOOK_MS) {
			return sinceLookMs >= LOOK_AGAIN_MS;
		}
		return isDue((await chain.end()).head);
	}

	async function run(): Promise<void> {
		let failures = 0;
		while (!stop.signal.aborted) {
			await clock.sleep(Math.min(RETRY_MS_MAX, (deps.pollMs ?? POLL_MS) * 2 ** failures), stop.signal);
			if (stop.signal.aborted || zk.state().kind !== 'connected') {
				continue;
			}
			try {
				if (await isTime()) {
					await inTurn(() => seal(false));
				}
				failures = 0;
			} catch (error) {
				if (failures === 0 && zk.state().kind === 'connected') {
					deps.log('warn', 'the head of the audit log cannot be written to ZooKeeper', {
						cluster,
						error: String(error),
					});
				}
				failures = Math.min(failures + 1, 10);
			}
		}
	}
	const running = run();

	async function close(): Promise<void> {
		stop.abort();
		const last = inTurn(() => seal(true)).catch((error: unknown) => {
			deps.log('warn', 'the last head of the audit log was not written', { cluster, error: String(error) });
		});
		if (zk.state().kind === 'connected') {
			await within(last, CLOSE_MS);
		}
		await running;
	}

	/** null: not by then; the work goes on. */
	async function within<T>(work: Promise<T>, ms: number): Promise<T | null> {
		const enough = new AbortController();
		try {
			return await Promise.race([work, clock.sleep(ms, enough.signal).then(() => null)]);
		} finally {
			enough.abort();
		}
	}

	/** Somebody waits for it: a turn before it may hang until ZooKeeper is back. */
	async function check(): Promise<ClusterHeads> {
		try {
			const found = zk.state().kind === 'connected' ? await within(inTurn(look), CHECK_MS) : null;
			const finding = found?.judgement.finding ?? null;
			const detail = found !== null && finding !== null ? describeHeads(finding, found.paths) : '';
			return { cluster, judgement: found?.judgement ?? null, detail };
		} catch (error) {
			deps.log('warn', 'heads of the audit log cannot be compared', { cluster, error: String(error) });
			return { cluster, judgement: null, detail: '' };
		}
	}

	return {
		check,
		problem: () => problem,
		hasten: (sequence) => {
			hastenedUpTo = Math.max(hastenedUpTo, sequence);
		},
		close: () => {
			closing ??= close();
			return closing;
		},
	};
}

/** People emptied the znode: that is recorded, once, before anything is written there again. */
async function recordAnew(deps: ChainHeadsDeps, from: Look): Promise<void> {
	await deps.audit.append({
		key: `heads-anew-${deps.cluster}-${from.chain}-${from.found.mzxid}`,
		atMs: Math.round(deps.clock.wallMs()),
		actor: { kind: 'system', name: deps.observer, role: null, sourceAddress: null },
		action: 'audit.heads-anew',
		outcome: 'ok',
		cluster: deps.cluster,
		member: null,
		memberId: null,
		czxid: null,
		reason: null,
		zxid: null,
		detail: { path: from.paths.document, lastWritten: from.remembered?.sequence ?? 0 },
	});
}
