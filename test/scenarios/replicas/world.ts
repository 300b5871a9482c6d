import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { openDatabase } from '@/lib/adapters/database/open';
import { type Ensemble, startEnsemble } from '@/lib/cli/ensemble';
import { type DemoMember, startMember } from '@/lib/cli/members';
import type { AuditEntry } from '@/lib/core/audit-entry';
import { toHex } from '@/lib/core/ids';
import type { Policy } from '@/lib/core/policy';
import type { ZooKeeperPort } from '@/lib/core/ports';
import type { PurgeRequest } from '@/lib/core/purge-view';
import { streamed } from '@/test/adapters/audit-store/temporary-store';
import { type Replica, startReplica } from '@/test/support/replica';
import { eventually, openClient } from '@/test/support/zookeeper';

/** Several consoles over one ensemble and one audit database, members that live and are killed, and a client that looks. */
export type ReplicaWorld = {
	readonly ensemble: Ensemble;
	readonly zk: ZooKeeperPort;
	/** Those that run. */
	readonly replicas: Replica[];
	start(): Replica;
	/** SIGKILL; resolves when it has ended. */
	killReplica(replica: Replica): Promise<void>;
	join(id: string): Promise<DemoMember>;
	/** Registered, of all the members ever started. */
	registered(): Promise<string[]>;
	requestFor(member: DemoMember): Promise<PurgeRequest>;
	/** Records of purges that were done. */
	purges(): Promise<AuditEntry[]>;
	audit(): Promise<AuditEntry[]>;
	gone(paths: readonly string[]): Promise<void>;
	end(): Promise<void>;
};

/** Guards that are not in question here let everything through. */
export const LAVISH: Partial<Policy> = {
	blastRadiusMin: 1_000,
	massFailureMin: 1_000,
	rateBurst: 1_000,
	flappingPurgesMax: 1_000,
};

/** Far longer than any wait here: nobody goes by himself. */
const MEMBER_SESSION_MS = 300_000;

/** A proof waits for calm, and the machine may be busy with other tests. */
const GONE_MS = 180_000;

/** What a console says of a member, for whoever reads the failure. */
async function standing(replica: Replica, path: string): Promise<object> {
	const verdicts = replica.events().filter((each) => each.event === 'verdict' && each.path === path);
	return {
		name: replica.name,
		verdicts: verdicts.slice(-4),
		...(await replica.recovery()),
		missing: await replica.missing(path),
	};
}

export async function replicaWorld(policy: Partial<Policy>): Promise<ReplicaWorld> {
	const folder = mkdtempSync(join(tmpdir(), 'rollcall-replicas-'));
	const file = join(folder, 'rollcall.db');
	const database = await openDatabase(`sqlite:${file}`);
	const store = createAuditStore(database);
	const ensemble = await startEnsemble({
		servers: 1,
		extraConfig: { minSessionTimeout: '4000', maxSessionTimeout: String(MEMBER_SESSION_MS) },
	});
	const zk = openClient(ensemble.connect);
	const members: DemoMember[] = [];
	const replicas: Replica[] = [];
	let started = 0;
	/** What was decided about a member, latest last. */
	const decisions = async (path: string) => {
		const entries = await streamed(store, { action: 'member.purge', member: path });
		return entries
			.slice(-10)
			.map(({ atMs, outcome, detail }) => ({ atMs, outcome, text: (detail as { text?: string }).text }));
	};
	const registered = async () => {
		const stats = await Promise.all(members.map(({ path }) => zk.stat(path)));
		return members.flatMap(({ path }, index) => (stats[index] ? [path] : []));
	};
	return {
		ensemble,
		zk,
		replicas,
		registered,
		start() {
			started += 1;
			const replica = startReplica({
				ensemble,
				observer: `console-${started}`,
				database: file,
				policy,
				sessionTimeoutMs: 4_000,
			});
			replicas.push(replica);
			return replica;
		},
		async killReplica(replica) {
			replicas.splice(replicas.indexOf(replica), 1);
			replica.kill('SIGKILL');
			await replica.ended;
		},
		async join(id) {
			const member = await startMember({
				connect: ensemble.connect,
				id,
				sessionTimeoutMs: MEMBER_SESSION_MS,
				heartbeatMs: 5_000,
			});
			members.push(member);
			return member;
		},
		async requestFor(member) {
			const stat = await zk.stat(member.path);
			const czxid = toHex(stat?.czxid ?? 0n);
			return { members: [{ path: member.path, czxid }], reason: 'scenario', confirm: member.id };
		},
		purges: async () => await streamed(store, { action: 'member.purge', outcome: 'purged' }),
		audit: () => streamed(store),
		async gone(paths) {
			let left: readonly string[] = paths;
			await eventually(
				'their registrations have gone',
				async () => {
					const there = await registered();
					left = paths.filter((path) => there.includes(path));
					return left.length === 0 ? true : null;
				},
				GONE_MS,
			).catch(async (error: Error) => {
				const [first = ''] = left;
				const told = await Promise.all(replicas.map((replica) => standing(replica, first)));
				throw new Error(
					`${error.message}: ${left.join(', ')}; of the first ${JSON.stringify(told)}; ${JSON.stringify(await decisions(first))}`,
				);
			});
		},
		async end() {
			await Promise.all(replicas.map((replica) => replica.close()));
			for (const member of members) {
				member.kill('SIGKILL');
			}
			await zk.close();
			await ensemble.stop();
			await store.close();
			await database.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
