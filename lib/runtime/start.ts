import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import pino from 'pino';
import { createChainStore } from '@/lib/adapters/audit-store/chain-store';
import { createArchives } from '@/lib/adapters/audit-store/create-archives';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { followEntries } from '@/lib/adapters/audit-store/follow-entries';
import { createAuth } from '@/lib/adapters/auth/create-auth';
import { systemClock } from '@/lib/adapters/clock';
import { checkConfig } from '@/lib/adapters/config/check-config';
import { readConfig } from '@/lib/adapters/config/read-config';
import { openDatabase } from '@/lib/adapters/database/open';
import { createSweeper } from '@/lib/adapters/ensemble/sweeper';
import { joinObservers } from '@/lib/adapters/observers/observers';
import { watchEventLoop } from '@/lib/adapters/own-health/loop-monitor';
import { createProbes } from '@/lib/adapters/probes/probes';
import { parseRegistration } from '@/lib/adapters/registrations/parse-registration';
import { isRefusedIp } from '@/lib/adapters/webhooks/checked-lookup';
import { createSender } from '@/lib/adapters/webhooks/send-webhook';
import { makeSecret } from '@/lib/adapters/webhooks/sign';
import { openWebhookStore } from '@/lib/adapters/webhooks/webhook-store';
import { connectZooKeeper } from '@/lib/adapters/zookeeper/client';
import { holdLatch } from '@/lib/adapters/zookeeper/latch';
import type { ClusterConfig } from '@/lib/core/config';
import type { AuditPort, ChainPort, OwnHealthPort, ProbePort, ZooKeeperPort } from '@/lib/core/ports';
import { type AddressBook, createAddressBook } from './address-book';
import { type RunningCluster, runCluster } from './cluster';
import { toConfigView } from './config-view';
import { toStartDraft, toStopDraft } from './console-record';
import { createExportsUnderWay } from './exports-under-way';
import { keepArchives } from './keep-archives';
import { keepWebhooks } from './keep-webhooks';
import { holdRollcall, type Rollcall, rollcall } from './rollcall';

const log = pino({ name: 'rollcall', level: process.env.ROLLCALL_LOG_LEVEL ?? 'info' });

/** Name under which this console observes and acts: ROLLCALL_NAME, else the host's. */
const observer = process.env.ROLLCALL_NAME ?? hostname();

type Shared = {
	readonly audit: AuditPort;
	readonly chain: ChainPort;
	readonly ownHealth: OwnHealthPort;
	readonly probes: ProbePort;
	readonly addressBook: AddressBook;
	readonly webhooksProblem: () => string | null;
};

/**
 * Starts the one console of this process: reads the config, opens the database, and follows every cluster in the
 * background (an ensemble that is down is a state, no error). Throws on a wrong config or an unusable database.
 */
export async function boot(): Promise<void> {
	if (rollcall()) {
		return;
	}
	const config = readConfig(process.env);
	const database = await openDatabase(config.database, {
		onProblem: (line) => log.warn(line),
		onProgress: (line) => log.info(line),
	});
	const audit = createAuditStore(database);
	const baseUrl = process.env.ROLLCALL_BASE_URL ?? null;
	const auth = await createAuth({
		database,
		audit,
		clock: systemClock,
		adminPassword: process.env.ROLLCALL_ADMIN_PASSWORD ?? null,
		secret: process.env.ROLLCALL_AUTH_SECRET ?? null,
		baseUrl,
		announce: (line) => process.stdout.write(`${line}\n`),
		onProblem: (line) => log.error(line),
	});
	const shared: Omit<Shared, 'webhooksProblem'> = {
		audit,
		chain: createChainStore(database),
		ownHealth: watchEventLoop(),
		probes: createProbes({ clock: systemClock }),
		addressBook: createAddressBook(),
	};
	await audit.append(toStartDraft({ observer, clock: systemClock, config, database: database.place }));
	const webhooks = keepWebhooks({
		store: openWebhookStore(database),
		log: followEntries(database),
		audit,
		send: createSender({ clock: systemClock }),
		makeSecret,
		isRefusedHost: isRefusedIp,
		clock: systemClock,
		observer,
		owner: randomUUID(),
		baseUrl,
		onProblem: (message, detail) => log.warn(detail, message),
	});
	const clusters = new Map(
		config.clusters.map((cluster) => [
			cluster.id,
			startCluster(cluster, config.rootPath, { ...shared, webhooksProblem: webhooks.problem }),
		]),
	);
	const archives = keepArchives({
		archives: createArchives(database),
		retentionDays: config.auditRetentionDays,
		clock: systemClock,
		log: (level, message, detail) => log[level](detail, message),
	});
	const stopping = new AbortController();
	let phase: ReturnType<Rollcall['phase']> = 'running';
	let stopped: Promise<void> | null = null;

	async function stop(): Promise<void> {
		phase = 'stopping';
		await Promise.allSettled([
			archives.close(),
			webhooks.close(),
			...[...clusters.values()].map((cluster) => cluster.quiet()),
		]);
		await audit.append(toStopDraft({ observer, clock: systemClock })).catch((error: unknown) => {
			log.error({ error: String(error) }, 'the stop could not be recorded');
		});
		// Only then: the last head in ZooKeeper covers the stop too.
		await Promise.allSettled([...clusters.values()].map((cluster) => cluster.close()));
		// Streams end last: with one open, Next's server would wait for ever.
		stopping.abort();
		shared.ownHealth.close();
	}

	holdRollcall({
		phase: () => phase,
		clusters,
		config: () => toConfigView(config, checkConfig(config, process.env)),
		audit,
		archives: archives.handle,
		exports: createExportsUnderWay(systemClock),
		webhooks: webhooks.handle,
		auth,
		stopping: stopping.signal,
		stop: () => {
			stopped ??= stop();
			return stopped;
		},
	});
	process.on('exit', () => void database.close());
	for (const signal of ['SIGTERM', 'SIGINT'] as const) {
		process.once(signal, () => void rollcall()?.stop());
	}
}

function startCluster(config: ClusterConfig, rootPath: string, shared: Shared): RunningCluster {
	const { connect, chroot, sessionTimeoutMs, auth, tls, servers } = config.zooKeeper;
	const options = { connect, sessionTimeoutMs, auth, tls, clock: systemClock };
	const zk = connectZooKeeper({
		...options,
		chroot,
		log: (level, message, detail) => log[level]({ cluster: config.id, ...detail }, message),
	});
	// /zookeeper/config lies outside of a chroot, and the client prefixes every path with its own.
	const plain = chroot === '' ? zk : connectZooKeeper({ ...options, chroot: '' });
	const cluster = runCluster({
		config,
		rootPath,
		observer,
		clock: systemClock,
		zk,
		sweeper: createSweeper({
			servers,
			readEnsembleConfig: () => readEnsembleConfig(plain),
			clock: systemClock,
			loopPauseMsMax: shared.ownHealth.loopPauseMsMax,
		}),
		probes: shared.probes,
		ownHealth: shared.ownHealth,
		parse: parseRegistration,
		addressBook: shared.addressBook,
		audit: shared.audit,
		chain: shared.chain,
		webhooksProblem: shared.webhooksProblem,
		joinObservers,
		holdLatch,
		log: (level, message, detail) => log[level]({ cluster: config.id, ...detail }, message),
	});
	return {
		...cluster,
		async close() {
			await cluster.close();
			if (plain !== zk) {
				await plain.close();
			}
		},
	};
}

async function readEnsembleConfig(zk: ZooKeeperPort): Promise<string | null> {
	try {
		return (await zk.read('/zookeeper/config'))?.data.toString('utf8') ?? null;
	} catch (error) {
		// Down or not permitted: the sweep says that it could not be read.
		log.debug({ error: String(error) }, '/zookeeper/config cannot be read');
		return null;
	}
}
