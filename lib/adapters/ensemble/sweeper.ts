import { setMaxListeners } from 'node:events';
import type { ServerConfig } from '../../core/config';
import { unsigned64 } from '../../core/ids';
import type { Clock, Sweep, SweepPort } from '../../core/ports';
import { assembleSweep } from './assemble-sweep';
import { parseEnsembleNames, parseVoters } from './ensemble-config';
import { createHttpClient } from './http-command';
import { isLocalHost, ownAddresses } from './local-address';
import { readLeader } from './read-leader';
import { failure, splitHostPort } from './server-source';
import { createSilenceWatch, type SilenceWatch } from './silence-watch';
import { createSweptServer, type ServerVisit, type SweepMemory, type SweptServer, visitServer } from './swept-server';

export type SweeperOptions = {
	/** At least one; every server of the ensemble has to be named for a sweep to be complete. */
	readonly servers: readonly ServerConfig[];
	/** Text of /zookeeper/config, read afresh over a connection without a chroot; null when unreadable. */
	readonly readEnsembleConfig: () => Promise<string | null>;
	readonly clock: Clock;
	/** Longest event-loop pause between two monotonic times, ms. */
	readonly loopPauseMsMax: (fromMs: number, toMs: number) => number;
	/**
	 * How long a sweep waits for listings, and again for what only the leader tells; 400 ms. Longer: slow servers still
	 * count; shorter: a stopped server holds up the others' evidence less. Evidence for a proof may be 500 ms apart.
	 */
	readonly deadlineMs?: number;
	/** Addresses of this machine beside loopback; its interfaces' by default. */
	readonly localAddresses?: () => readonly string[];
};

type Request = Parameters<SweepPort['sweep']>[0];
type Machine = {
	readonly options: SweeperOptions;
	readonly servers: readonly SweptServer[];
	readonly watch: SilenceWatch;
	readonly memory: SweepMemory;
};
type Waiting = { request: Request; promise: Promise<Sweep> };

const DEADLINE_MS = 400;

/** Sweeps every server of an ensemble; see SweepPort. Keeps HTTP connections and what it learned until `close`. */
export function createSweeper(options: SweeperOptions): SweepPort {
	const client = createHttpClient(options.clock);
	const servers = options.servers.map((config) => createSweptServer(config, client, options.clock));
	const watch = createSilenceWatch(new Map(servers.map(({ label, ports }) => [label, ports])), options.clock);
	const memory: SweepMemory = {
		sweepNumber: 0,
		leader: null,
		strangersAtMs: null,
		closed: false,
		deadlines: new Set(),
	};
	const machine: Machine = { options, servers, watch, memory };
	let running: Promise<Sweep> | null = null;
	let waiting: Waiting | null = null;

	const start = (request: Request): Promise<Sweep> => {
		const sweep = runSweep(machine, request).finally(() => {
			running = null;
		});
		running = sweep;
		return sweep;
	};
	return {
		sweep(request) {
			// Evidence has to be younger than the request: whoever asks while one reads gets the next, all of them the same.
			if (waiting !== null) {
				waiting.request = merge(waiting.request, request);
				return waiting.promise;
			}
			if (running === null) return start(request);
			const next = (): Promise<Sweep> => {
				const asked = waiting?.request ?? request;
				waiting = null;
				return start(asked);
			};
			waiting = { request, promise: running.then(next, next) };
			return waiting.promise;
		},
		async close() {
			memory.closed = true;
			for (const deadline of memory.deadlines) deadline.abort('interrupted');
			await watch.close();
			await waiting?.promise;
			await running;
			client.close();
		},
	};
}

/** All who wait had written before the sweep starts: the latest epoch that any of them was told is the one to hold against. */
function merge(first: Request, second: Request): Request {
	const epochs = [first, second].flatMap(({ confirmedEpoch }) => confirmedEpoch ?? []);
	return {
		confirmedEpoch: epochs.length > 0 ? Math.max(...epochs) : null,
		ownSessionId: second.ownSessionId ?? first.ownSessionId,
		withEphemerals: first.withEphemerals || second.withEphemerals,
	};
}

async function runSweep(machine: Machine, request: Request): Promise<Sweep> {
	const { options, servers, memory } = machine;
	const { clock } = options;
	memory.sweepNumber += 1;
	const { sweepNumber } = memory;
	const startedAtMs = clock.nowMs();
	const deadline = startDeadline(machine);
	const ahead = memory.leader?.source.dump(deadline.signal) ?? null;
	const [visits, config, local] = await Promise.all([
		Promise.all(servers.map((server) => safeVisit(machine, server, deadline.signal))),
		bounded(options.readEnsembleConfig, deadline.signal, null),
		bounded(() => allLocal(options), deadline.signal, false),
	]);
	deadline.end();
	const later = startDeadline(machine);
	const { withEphemerals } = request;
	const read = await readLeader({ memory, visits, ahead, withEphemerals, signal: later.signal, nowMs: clock.nowMs() });
	later.end();
	const finishedAtMs = clock.nowMs();
	for (const { server, reading } of visits) server.serverIdBefore = reading.answer?.serverId ?? server.serverIdBefore;
	return assembleSweep({
		...read,
		named: config === null ? null : parseEnsembleNames(config),
		voters: config === null ? null : parseVoters(config),
		confirmedEpoch: request.confirmedEpoch ?? null,
		ownSessionId: request.ownSessionId === null ? null : unsigned64(request.ownSessionId),
		sweepNumber,
		startedAtMs,
		finishedAtMs,
		local,
		loopPauseMsMax: options.loopPauseMsMax(startedAtMs, finishedAtMs),
	});
}

/** A signal that aborts after the deadline, or with 'interrupted' when the sweeper closes. */
function startDeadline({ options, memory }: Machine): { signal: AbortSignal; end(): void } {
	const over = new AbortController();
	const ended = new AbortController();
	const expire = (): void => over.abort('deadline');
	// Every request of the sweep listens to it.
	setMaxListeners(0, over.signal);
	if (memory.closed) over.abort('interrupted');
	memory.deadlines.add(over);
	options.clock.sleep(options.deadlineMs ?? DEADLINE_MS, ended.signal).then(expire, expire);
	return {
		signal: over.signal,
		end() {
			memory.deadlines.delete(over);
			ended.abort();
		},
	};
}

/** SweepPort never rejects: should a parser fail after all, that server's answer is invalid. */
async function safeVisit(machine: Machine, server: SweptServer, signal: AbortSignal): Promise<ServerVisit> {
	try {
		return await visitServer(server, machine.watch, signal);
	} catch (error) {
		const broken = failure('shape', error instanceof Error ? error.message : String(error)).failure;
		const reading = { server: server.label, answer: null, refusedForMs: null, serverIdBefore: server.serverIdBefore };
		return {
			server,
			report: null,
			reading: { ...reading, failure: { code: 'answer-invalid', detail: broken.detail } },
			problem: { code: 'internal', detail: broken.detail },
		};
	}
}

/** The value of `work`, or `otherwise` when it rejects or the signal aborts first. */
function bounded<T>(work: () => Promise<T>, signal: AbortSignal, otherwise: T): Promise<T> {
	return new Promise((resolve) => {
		const giveUp = (): void => resolve(otherwise);
		if (signal.aborted) return giveUp();
		signal.addEventListener('abort', giveUp, { once: true });
		Promise.resolve()
			.then(work)
			.then(resolve, giveUp)
			.finally(() => signal.removeEventListener('abort', giveUp));
	});
}

async function allLocal(options: SweeperOptions): Promise<boolean> {
	const own = options.localAddresses?.() ?? ownAddresses();
	const hosts = options.servers.map(({ client }) => splitHostPort(client)?.host ?? '');
	const answers = await Promise.all(hosts.map((host) => isLocalHost(host, own)));
	return answers.every(Boolean);
}
