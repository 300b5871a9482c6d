import type { AuditDraft } from '../core/audit-entry';
import type { Clock, LatchState, ZnodeStat, ZooKeeperPort } from '../core/ports';
import type { OutcomesView } from '../core/purge-view';
import {
	decideRelayStep,
	fitAnswer,
	isLeftToNextHolder,
	RELAY_BOUNDS,
	type RelayedAnswer,
	type RelayedRequest,
} from '../core/relayed-request';
import { toGarbageDraft } from './outbox-entry';
import { encodeRequest, parseRequest, REQUEST_NAME } from './request-znodes';

/** How often is looked for what is due without any event: answers to be removed, a latch that was won. */
const LOOK_MS = 500;
/** After a request that could not be carried out to its end. */
const AGAIN_MS = 1_000;

export type RequestsDeps = {
	readonly zk: ZooKeeperPort;
	readonly clock: Clock;
	/** requests/<cluster> */
	readonly path: string;
	/** Name of this console or agent, for the answer. */
	readonly name: string;
	readonly latch: () => LatchState;
	readonly audit: { append(draft: AuditDraft): Promise<unknown> };
	/** Carries it out under all guards. `name`: of its znode, from which the attempts' ids are made. */
	readonly carryOut: (request: RelayedRequest, name: string) => Promise<OutcomesView>;
	/** Paths that this request has purged already, whoever carried it out. */
	readonly purgedBy: (request: RelayedRequest, name: string) => Promise<ReadonlySet<string>>;
	readonly onFault: (error: unknown) => void;
};

type Known = { firstSeenAtMs: number; answeredAtMs: number | null; underWay: boolean; notBeforeMs: number };

/**
 * Carries out, while this one holds the latch, what others ask for: each request once, several at a time, each within its
 * bounds. Dying at any point loses and doubles nothing: the request stays until its answer has been fetched, and the next
 * holder finds by the attempts' ids what is done already.
 */
export function serveRequests(deps: RequestsDeps): { close(): Promise<void> } {
	const { zk, clock } = deps;
	const stop = new AbortController();
	const known = new Map<string, Known>();
	/** Not to be removed (it has children, or no permission): it holds up nobody else. */
	const left = new Set<string>();
	const underWay = new Set<Promise<void>>();
	let woken = new AbortController();

	// Everybody stamps what it sees, so that whoever gets the latch knows how old it is.
	const watch = zk.watchChildren(deps.path, (listing) => {
		const names = new Set(listing?.names.slice(0, RELAY_BOUNDS.waitingMax) ?? []);
		for (const name of known.keys()) {
			if (!names.has(name)) {
				known.delete(name);
			}
		}
		for (const name of names) {
			if (!known.has(name)) {
				known.set(name, { firstSeenAtMs: clock.nowMs(), answeredAtMs: null, underWay: false, notBeforeMs: 0 });
			}
		}
		woken.abort();
	});

	function look(): void {
		if (deps.latch().kind !== 'held' || zk.state().kind !== 'connected') {
			return;
		}
		const nowMs = clock.nowMs();
		for (const [name, request] of known) {
			if (underWay.size >= RELAY_BOUNDS.atOnce) {
				return;
			}
			const answerRests = request.answeredAtMs !== null && nowMs - request.answeredAtMs < RELAY_BOUNDS.answerKeptMs;
			if (request.underWay || left.has(name) || answerRests || nowMs < request.notBeforeMs) {
				continue;
			}
			request.underWay = true;
			const work: Promise<void> = serve(name, request)
				.catch((error: unknown) => {
					request.notBeforeMs = clock.nowMs() + AGAIN_MS;
					if (!isZooKeeperError(error)) {
						deps.onFault(error);
					}
				})
				.finally(() => {
					request.underWay = false;
					underWay.delete(work);
					woken.abort();
				});
			underWay.add(work);
		}
	}

	async function serve(name: string, request: Known): Promise<void> {
		const path = `${deps.path}/${name}`;
		const value = await zk.read(path);
		if (value === null) {
			return;
		}
		const parsed = parseRequest(value.data);
		if (parsed.kind === 'garbage' || !REQUEST_NAME.test(name)) {
			const problem = parsed.kind === 'garbage' ? parsed.problem : 'the name is none of a request';
			await deps.audit.append(toGarbage({ path, ...value }, problem, clock));
			await remove(name, value.stat.version);
			return;
		}
		const { document } = parsed;
		if (document.state === 'answered') {
			request.answeredAtMs ??= clock.nowMs();
		}
		switch (decideRelayStep({ ...request, state: document.state, underWay: false }, clock.nowMs())) {
			case 'remove':
				return remove(name, value.stat.version);
			case 'refuse':
				return document.state === 'asked' ? refuse(name, document, value.stat) : undefined;
			case 'carry-out':
				return document.state === 'asked' ? carryOut(name, request, document, value.stat) : undefined;
			case 'wait':
		}
	}

	async function carryOut(name: string, request: Known, document: RelayedRequest, stat: ZnodeStat): Promise<void> {
		const { outcomes } = await deps.carryOut(document, name);
		if (isLeftToNextHolder(outcomes) || deps.latch().kind !== 'held') {
			request.notBeforeMs = clock.nowMs() + AGAIN_MS;
			return;
		}
		// Its number in the log counts in this one's database.
		await answer(
			`${deps.path}/${name}`,
			stat,
			outcomes.map((each) => ({ ...each, auditId: null })),
		);
		request.answeredAtMs = clock.nowMs();
	}

	/** Too old: what an earlier holder had begun is told, and nothing more is done. */
	async function refuse(name: string, document: RelayedRequest, stat: ZnodeStat): Promise<void> {
		const purged = await deps.purgedBy(document, name);
		await answer(`${deps.path}/${name}`, stat, toExpired(document, purged));
	}

	/** At the version that was carried out. Whoever does not wait any more has removed it, or another has answered. */
	async function answer(path: string, { version }: ZnodeStat, outcomes: RelayedAnswer['outcomes']): Promise<void> {
		const fitted = fitAnswer(deps.name, outcomes, (each) => encodeRequest(each).byteLength);
		try {
			await zk.set(path, encodeRequest(fitted), version);
		} catch (error) {
			if (codeOf(error) !== 'no-node' && codeOf(error) !== 'bad-version') {
				throw error;
			}
		}
	}

	/** At the version that was seen: an answer that was written meanwhile is for whoever asked. */
	async function remove(name: string, version: number): Promise<void> {
		try {
			await zk.remove(`${deps.path}/${name}`, version);
		} catch (error) {
			const code = codeOf(error);
			if (code === 'not-empty' || code === 'no-auth') {
				left.add(name);
			} else if (code !== 'no-node' && code !== 'bad-version') {
				throw error;
			}
		}
	}

	async function run(): Promise<void> {
		while (!stop.signal.aborted) {
			woken = new AbortController();
			look();
			await clock.sleep(LOOK_MS, woken.signal);
		}
	}
	const running = run().catch(deps.onFault);

	return {
		async close() {
			stop.abort();
			woken.abort();
			watch.close();
			await running;
			await Promise.allSettled(underWay);
		},
	};
}

function toExpired({ request }: RelayedRequest, purged: ReadonlySet<string>): RelayedAnswer['outcomes'] {
	const refused = {
		outcome: 'refused',
		reason: 'request-expired',
		detail: 'it waited longer than a minute for the console that holds the latch',
	} as const;
	const done = { outcome: 'purged', reason: 'committed', detail: 'this request had purged it already' } as const;
	return request.members.map(({ path, czxid }) => ({
		path,
		id: path.slice(path.lastIndexOf('/') + 1),
		czxid,
		...(purged.has(path) ? done : refused),
		guards: [],
		zxid: null,
		auditId: null,
		left: [],
	}));
}

function toGarbage(
	znode: { readonly path: string; readonly data: Buffer; readonly stat: ZnodeStat },
	problem: string,
	clock: Clock,
): AuditDraft {
	const draft = toGarbageDraft(znode, problem, Math.round(clock.wallMs()));
	return { ...draft, actor: { ...draft.actor, name: 'requests' }, reason: 'garbage in requests' };
}

function isZooKeeperError(error: unknown): boolean {
	return codeOf(error) !== '';
}

function codeOf(error: unknown): string {
	return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
