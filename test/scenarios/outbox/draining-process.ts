import { createAuditStore } from '@/lib/adapters/audit-store/create-audit-store';
import { systemClock } from '@/lib/adapters/clock';
import { openDatabase, type RollcallDatabase } from '@/lib/adapters/database/open';
import { connectZooKeeper } from '@/lib/adapters/zookeeper/client';
import type { AuditPort, ZooKeeperPort } from '@/lib/core/ports';
import { createOutboxDrain } from '@/lib/runtime/drain-outbox';
import type { KillPoint } from './kill-point';

/**
 * A process that drains until it dies: `node --import tsx draining-process.ts <connect> <outbox> <database URL>
 * <kill point> <n>`. It ends itself by SIGKILL when it comes to the kill point for the n-th time.
 */
async function main(): Promise<void> {
	const [connect = '', outboxPath = '', url = '', killPoint = 'never', nth = '1'] = process.argv.slice(2);
	const passes: Record<string, number> = {};
	const pass = (point: KillPoint) => {
		const count = (passes[point] ?? 0) + 1;
		passes[point] = count;
		if (point === killPoint && count === Number(nth)) {
			process.kill(process.pid, 'SIGKILL');
			// Nothing more may run in the moment until the signal arrives.
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
		}
	};
	const database = await openDatabase(url);
	const zk = connectZooKeeper({
		connect,
		chroot: '',
		sessionTimeoutMs: 10_000,
		auth: null,
		tls: null,
		clock: systemClock,
	});
	createOutboxDrain({
		zk: hookedZooKeeper(zk, pass),
		outboxPath,
		audit: hookedAudit(createAuditStore(hookedDatabase(database, pass)), pass),
		clock: systemClock,
		holdsLatch: () => true,
	});
	process.stdout.write('draining\n');
}

type Pass = (point: KillPoint) => void;

function hookedDatabase(database: RollcallDatabase, pass: Pass): RollcallDatabase {
	return {
		...database,
		transact: (steps) =>
			database.transact(function* () {
				const inner = steps();
				let step = inner.next([]);
				while (step.done !== true) {
					const rows = yield step.value;
					pass('in-transaction');
					step = inner.next(rows);
				}
				return step.value;
			}),
	};
}

function hookedAudit(audit: AuditPort, pass: Pass): AuditPort {
	return {
		...audit,
		append: async (draft) => {
			pass('before-append');
			const entry = await audit.append(draft);
			pass('after-append');
			return entry;
		},
	};
}

function hookedZooKeeper(zk: ZooKeeperPort, pass: Pass): ZooKeeperPort {
	const remove: ZooKeeperPort['remove'] = async (path, version) => {
		pass('before-remove');
		await zk.remove(path, version);
		pass('after-remove');
	};
	return new Proxy(zk, {
		get: (target, property) => {
			const value: unknown = property === 'remove' ? remove : Reflect.get(target, property);
			return typeof value === 'function' ? value.bind(target) : value;
		},
	});
}

main().catch((error: unknown) => {
	process.stderr.write(`${String(error)}\n`);
	process.exitCode = 1;
});
