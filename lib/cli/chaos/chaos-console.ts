import { createInterface } from 'node:readline';
import { z } from 'zod';
import { createChainStore } from '@/lib/adapters/audit-store/chain-store';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { systemClock } from '@/lib/adapters/clock';
import { readConfig } from '@/lib/adapters/config/read-config';
import { openDatabase } from '@/lib/adapters/database/open';
import { createSweeper } from '@/lib/adapters/ensemble/sweeper';
import { joinObservers } from '@/lib/adapters/observers/observers';
import { watchEventLoop } from '@/lib/adapters/own-health/loop-monitor';
import { createProbes } from '@/lib/adapters/probes/probes';
import { parseRegistration } from '@/lib/adapters/registrations/parse-registration';
import { connectZooKeeper } from '@/lib/adapters/zookeeper/client';
import { holdLatch } from '@/lib/adapters/zookeeper/latch';
import type { ClusterConfig } from '@/lib/core/config';
import type { AuditPort, ChainPort, Identity, ZooKeeperPort } from '@/lib/core/ports';
import { AUTOMATIC_RECOVERY } from '@/lib/core/recovery-view';
import type { ClusterView, MemberRow } from '@/lib/core/view';
import { createAddressBook } from '@/lib/runtime/address-book';
import { type RunningCluster, runCluster } from '@/lib/runtime/cluster';
import { type ConsoleCommand, consoleCommandSchema } from './messages';
import { monotonicMs } from './monotonic';

/**
 * The console under test, in a process of its own: the product's runtime as lib/runtime/start.ts wires it, without pages.
 * It knows the config (ROLLCALL_CONFIG) and nothing of the faults. Tells on standard output what it says of each member, one JSON a line:
 * `{event: 'verdict'}` the moment somebody is condemned or no longer, `{event: 'row'}` and `{event: 'left'}` as its live
 * feed tells them. Obeys `purge`, `jumpClock` and `explain`. Ends when its input ends.
 */
const ADMIN: Identity = {
	actor: { kind: 'operator', name: 'chaos', role: 'admin', sourceAddress: null },
	role: 'admin',
	viaCookie: false,
};
/** Between performance.now(), which the runtime goes by, and CLOCK_MONOTONIC. */
const ORIGIN_MS = monotonicMs() - performance.now();

/** As lib/runtime/verdict-record.ts writes it. */
const verdictDetailSchema = z.object({
	reasons: z.array(z.string()),
	input: z.looseObject({ nowMs: z.number() }),
});

/** As lib/runtime/purge-record.ts writes it. */
const purgeDetailSchema = z.looseObject({ text: z.string().default('') });

let clockOffsetMs = 0;
const WallDate = Date;
globalThis.Date = class extends WallDate {
	constructor(...args: [] | [number | string | Date]) {
		super(...((args.length === 0 ? [WallDate.now() + clockOffsetMs] : args) as [number]));
	}
	static override now(): number {
		return WallDate.now() + clockOffsetMs;
	}
} as DateConstructor;

function say(message: object): void {
	process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Hears of every condemnation in the turn in which it is decided: that is when it is recorded. */
function listening(audit: AuditPort): AuditPort {
	return {
		...audit,
		append(draft) {
			if (draft.action === 'member.verdict') {
				const { reasons, input } = verdictDetailSchema.parse(draft.detail);
				const { member, czxid, outcome } = draft;
				const atMs = input.nowMs + ORIGIN_MS;
				say({ event: 'verdict', path: member, czxid, verdict: outcome, reasons, atMs, input });
			}
			if (draft.action === 'member.purge' && draft.actor.name === AUTOMATIC_RECOVERY) {
				const { member, czxid, outcome } = draft;
				const detail = purgeDetailSchema.parse(draft.detail).text;
				say({ event: 'recovered', path: member, czxid, outcome, detail, atMs: monotonicMs() });
			}
			if (draft.action === 'member.ghost' || draft.action === 'member.late-purge') {
				say({ event: 'alarm', action: draft.action, path: draft.member, czxid: draft.czxid });
			}
			return audit.append(draft);
		},
	};
}

async function readEnsembleConfig(zk: ZooKeeperPort): Promise<string | null> {
	// Unreadable for now: the sweep itself reports it as a gap.
	const value = await zk.read('/zookeeper/config').catch(() => null);
	return value?.data.toString('utf8') ?? null;
}

function open(config: ClusterConfig, audit: AuditPort, chain: ChainPort): RunningCluster {
	const ownHealth = watchEventLoop();
	const zk = connectZooKeeper({ ...config.zooKeeper, clock: systemClock });
	return runCluster({
		webhooksProblem: () => null,
		config,
		rootPath: '/rollcall',
		observer: 'chaos-console',
		clock: systemClock,
		zk,
		sweeper: createSweeper({
			servers: config.zooKeeper.servers,
			readEnsembleConfig: () => readEnsembleConfig(zk),
			clock: systemClock,
			loopPauseMsMax: ownHealth.loopPauseMsMax,
		}),
		probes: createProbes({ clock: systemClock }),
		ownHealth,
		parse: parseRegistration,
		addressBook: createAddressBook(),
		audit,
		chain,
		joinObservers,
		holdLatch,
		log: (level, message, detail) => {
			if (level === 'error') {
				process.stderr.write(`console: ${message} ${JSON.stringify(detail)}\n`);
			}
		},
	});
}

/** How well the console sees, for whoever asks later why it could prove nothing. */
function tellEnsemble({ ensemble, impairments }: ClusterView): void {
	const gaps = ensemble.gaps.map(({ code, server, detail }) => `${code} ${server ?? ''} ${detail}`);
	say({ event: 'ensemble', atMs: monotonicMs(), gaps, impairments: impairments.map(({ code }) => code) });
}

/** Tells rows when something changed that matters here, by incarnation. */
function followRows(cluster: RunningCluster): void {
	const told = new Map<string, { czxid: string; text: string }>();

	function tellRow(row: MemberRow): void {
		const missing = row.verdict === 'alive' ? [] : (cluster.member(row.path)?.evidence.missing ?? []);
		const { path, czxid, verdict, reasons, provable } = row;
		const text = JSON.stringify({ verdict, reasons, provable, missing });
		const before = told.get(path);
		if (before && before.czxid !== czxid) {
			say({ event: 'left', path, czxid: before.czxid, atMs: monotonicMs() });
		}
		if (before?.czxid !== czxid || before.text !== text) {
			told.set(path, { czxid, text });
			say({ event: 'row', path, czxid, verdict, reasons, provable, missing, atMs: monotonicMs() });
		}
	}

	cluster.subscribe(null, (event) => {
		if (event.data.cluster) {
			tellEnsemble(event.data.cluster);
		}
		const rows = event.kind === 'snapshot' ? event.data.members : event.data.changed;
		rows.forEach(tellRow);
		for (const path of event.kind === 'snapshot' ? [] : event.data.removed) {
			const before = told.get(path);
			if (before) {
				told.delete(path);
				say({ event: 'left', path, czxid: before.czxid, atMs: monotonicMs() });
			}
		}
	});
}

async function obey(cluster: RunningCluster, request: ConsoleCommand): Promise<object> {
	switch (request.command) {
		case 'purge': {
			const { path, czxid } = request;
			const member = cluster.member(path);
			const asked = { members: [{ path, czxid }], reason: 'chaos', confirm: member?.id ?? '' };
			const [outcome] = (await cluster.purge(asked, ADMIN)).outcomes;
			return { outcome: outcome?.outcome ?? 'error', detail: outcome?.detail ?? '', answeredAtMs: monotonicMs() };
		}
		case 'jumpClock':
			clockOffsetMs += request.ms;
			return {};
		case 'explain':
			return { detail: cluster.member(request.path), view: cluster.view() };
	}
}

async function main(): Promise<void> {
	const { clusters, database } = readConfig(process.env);
	const [config] = clusters;
	if (config === undefined) {
		throw new Error('the config names no cluster');
	}
	const opened = await openDatabase(database);
	const audit = createAuditStore(opened);
	const cluster = open(config, listening(audit), createChainStore(opened));
	followRows(cluster);
	const lines = createInterface({ input: process.stdin });
	lines.on('line', (line) => {
		const request = consoleCommandSchema.parse(JSON.parse(line));
		obey(cluster, request).then(
			(answer) => say({ id: request.id, ...answer }),
			(error: unknown) => say({ id: request.id, error: error instanceof Error ? error.message : String(error) }),
		);
	});
	lines.on('close', () => process.exit(0));
	say({ event: 'up' });
}

await main();
